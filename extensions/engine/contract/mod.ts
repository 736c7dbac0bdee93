/** CONTRACT: the shared language of engine, window and command line. Imports only zod and the RPC contract library. */

export * from './credential.ts'
export * from './engine.ts'
export * from './import.ts'
export { type LentOut, lentOut } from './lease.ts'
export { type Contract, contract } from './methods.ts'
export * from './persona.ts'
export * from './plain.ts'
export * from './provider.ts'
export * from './run.ts'
export * from './store.ts'
export * from './team.ts'
export * from './vault.ts'
