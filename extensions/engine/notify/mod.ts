/**
 * NOTIFY: what the person should know while they look elsewhere. Keeps notifications, makes like ones one, minds preferences and quiet hours,
 * and has the desktop show them. It refuses to show what is off, to repeat itself, and to carry an address that is no place in the window.
 * It knows no room: they say `announce` through a port.
 */
export { notifyMigrations } from './migrations.ts'
export { openDesktop } from './native/open.ts'
export type { Announcement, Desktop, DesktopNote, NotifyPorts } from './ports.ts'
export { type Notify, openNotify } from './room.ts'
