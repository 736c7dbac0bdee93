/**
 * SERVE: the two doors of the engine, both made from the one contract. WebSocket on loopback TCP for the window's pages (and the page itself,
 * under an unguessable path), WebSocket and OpenAPI on a Unix socket or named pipe for programs of the same person.
 * It refuses, without a byte of answer: no token, a wrong, used, revoked or outlived one, a foreign Host, a foreign or missing Origin;
 * and with a reason: another protocol, a call beyond the token's scopes, a frame above LIMITS.frameBytes, a client that does not read.
 * It does not know what the methods do: their handlers are handed in.
 */
export type { Clients } from './clients.ts'
export { type EngineLock, lockEngine } from './lock.ts'
export { serveAfterRestore, serveMigrations } from './migrations.ts'
export type { Serve } from './open.ts'
export type { ClientStore, ServePorts } from './ports.ts'
export type { EnginePorts } from './routes.ts'
export type { EngineRouter } from './rpc.ts'

/** What opens the doors; loaded late, so that the lock and the store need not wait for it. */
export const loadServe = async () => (await import('./open.ts')).openServe
