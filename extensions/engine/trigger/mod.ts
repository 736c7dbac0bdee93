/**
 * TRIGGER: what may start a run, and each occurrence of it. Documents of every kind, the ledger of due times, fires with the reason for each
 * that had no run, gates and policies.
 * It refuses: a trigger that could never fire, a circle of composites, a second run for one fire. It knows no clock, zone or cron of its own
 * (the schedule room's door), stores no event (the bus), and starts nothing but through its port.
 */
export { type FirstLook, firstLook } from './first-look.ts'
export { triggerAfterRestore, triggerMigrations } from './migrations.ts'
export type { RunEnd, TriggerPorts, Watcher, Watching } from './ports.ts'
export type { Triggers } from './room.ts'
export { scheduleRoutes, triggerRoutes } from './routes.ts'

/** Loaded when something is near, or asked for. */
export const makeTriggers = async (ports: import('./ports.ts').TriggerPorts): Promise<import('./room.ts').Triggers> =>
  new (await import('./room.ts')).Triggers(ports)

/** What watches the world, by kind; each is loaded with its first trigger. */
export const loadWatchers = () => ({
  files: async () => (await import('./watch/file.ts')).watchFiles,
  poll: async () => (await import('./watch/poll.ts')).pollWith,
  desktop: async () => (await import('./watch/desktop.ts')).watchDesktop,
})
