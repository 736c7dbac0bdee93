/**
 * SUPPORT: the support bundle. Gathers what others hand it, hides what must not leave, shows the list, and writes one zip when it is told to.
 * It refuses to write what was not shown, and over a file that is there.
 */
export type { SupportPart, SupportPorts } from './ports.ts'
export { openSupport, type Support } from './room.ts'
