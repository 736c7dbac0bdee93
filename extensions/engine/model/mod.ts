/**
 * MODEL: the providers of this machine, what they can do and what their models cost; `thread.ts` is its second door, with the
 * body of model personas. Refuses: a provider that was not reached or did not accept its key, a key in the database, a price
 * that nobody checked. Keys come through `secrets` by name, go to their provider, and are taken out of every text that comes back.
 */

export { modelMigrations } from './migrations.ts'
export { type Models, openModels } from './open.ts'
export type { LocalAddresses, ModelPorts, ModelStore, Secrets } from './ports.ts'
export { priceOf } from './prices.ts'
export type { ResolvedChain } from './resolve.ts'
