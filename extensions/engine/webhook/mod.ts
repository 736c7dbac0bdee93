/**
 * WEBHOOK: requests of other programs that become events, and events that are sent to other programs. Its own loopback port, off until used.
 * It refuses, with a row of its log for each: unknown paths, wrong, stale and replayed signatures, bodies above 1 MB, slow senders, and more
 * than a hook's rate. It keeps no secret in plain: path and key lie sealed in the vault.
 */
export { webhookMigrations } from './migrations.ts'
export type { SealedTexts, WebhookPorts } from './ports.ts'
export type { Webhooks } from './room.ts'
export { webhookRoutes } from './routes.ts'

export const makeWebhooks = async (ports: import('./ports.ts').WebhookPorts): Promise<import('./room.ts').Webhooks> =>
  new (await import('./room.ts')).Webhooks(ports)
