/**
 * SUPERVISE: long-lived programs that personas need, kept as the person wants them: started with what they need, watched, started again when they end,
 * given up when they end too often, and gone with the engine, whole trees. Their words are kept, bounded and masked.
 * It refuses: needs in a circle, a port that another program has, an environment other than from nothing, secrets other than by lease, and to say
 * that something has stopped which has not.
 */
import type { SupervisePorts } from './ports.ts'
import type { Supervise } from './room.ts'

export type { ServiceNews, SupervisePorts } from './ports.ts'
export type { Supervise } from './room.ts'
export { anyToBeOn } from './wanted.ts'

/** The room. Nothing of it is loaded before: an engine without services that are on never does. */
export const loadSupervise = async (ports: SupervisePorts): Promise<Supervise> => (await import('./room.ts')).openSupervise(ports)
