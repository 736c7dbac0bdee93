/** RUN, second door: what runs inside a run thread. Only `run-thread.ts` (and a test's own root) imports it. */
export type { FromThread, ThreadBirth, ToThread } from './messages.ts'
export { type HostPorts, hostRuns } from './thread/host.ts'
export { endTree } from './tree/end-tree.ts'
