/**
 * BUS: facts and who wants them. Every event is stored before it is announced, every delivery ends as delivered, skipped with a reason, or
 * a dead letter that can be sent again; cascades are bounded.
 * It refuses: data above TRIGGER_LIMITS.eventBytes, and a delivery that would go round in a loop. What a subscriber does is its own.
 */
export { busMigrations } from './migrations.ts'
export type { BusPorts, Cause, Delivered, Delivery, Subscription } from './ports.ts'
export type { Bus, Emitted } from './room.ts'
export { deadletterRoutes, eventRoutes } from './routes.ts'

/** Loaded when something is to be said or heard. */
export const openBus = async (ports: import('./ports.ts').BusPorts): Promise<import('./room.ts').Bus> => {
  const bus = new (await import('./room.ts')).Bus(ports)
  await bus.open()
  return bus
}
