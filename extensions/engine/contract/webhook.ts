/** Webhooks: requests of other programs that become events, and events that are sent to other programs. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { SIGNATURE_STYLES, TRIGGER_LIMITS, WEBHOOK_OUTCOMES } from './trigger-words.ts'

const id = z.string().min(1).max(80)
const nothing = z.strictObject({})
const done = z.object({ done: z.literal(true) })
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const webhookRow = z.object({
  /** The trigger's id. */
  id: z.string(),
  name: z.string(),
  personaId: z.string(),
  signature: z.enum(SIGNATURE_STYLES),
  enabled: z.boolean(),
  /** Where it listens, without the secret part; null: the server is off. */
  base: z.string().nullable(),
  /** Whether requests are answered now; `note` says why not. */
  ready: z.boolean(),
  note: z.string(),
  lastAt: z.int().nullable(),
  accepted: z.int(),
  refused: z.int(),
})
export type WebhookRow = z.infer<typeof webhookRow>

/** The whole address and the key to sign with; both are sealed in the vault. */
export const webhookSecret = z.object({ url: z.string(), key: z.string(), curl: z.string() })
export type WebhookSecret = z.infer<typeof webhookSecret>

export const webhookRequest = z.object({
  id: z.int(),
  triggerId: z.string().nullable(),
  at: z.int(),
  method: z.string(),
  outcome: z.enum(WEBHOOK_OUTCOMES),
  status: z.int(),
  detail: z.string(),
  bytes: z.int(),
  /** A short beginning of the body; headers without what signs or authorises. */
  preview: z.string(),
  headers: z.record(z.string(), z.string()),
  eventSeq: z.int().nullable(),
  /** Whether its body is kept, so that it can be replayed. */
  replayable: z.boolean(),
})
export type WebhookRequest = z.infer<typeof webhookRequest>

/** Events that are sent out. */
export const outboundDoc = z.strictObject({
  name: z.string().trim().min(1).max(80),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  types: z.array(z.string().max(200)).min(1).max(TRIGGER_LIMITS.patterns),
  enabled: z.boolean().default(true),
  timeoutMs: z.int().min(500).max(60_000).default(10_000),
  allowPrivate: z.boolean().default(false),
})
export type OutboundDoc = z.infer<typeof outboundDoc>
export const outboundRow = z.object({ id: z.string(), doc: outboundDoc, createdAt: z.int() })
export type OutboundRow = z.infer<typeof outboundRow>

export const webhookMethods = {
  list: get('/webhooks').input(nothing.optional()).output(z.array(webhookRow)),
  /** The whole address, the key and a ready line for curl; entered in the audit log. SEALED. */
  secret: post('/webhooks/{id}/secret').input(z.strictObject({ id })).output(webhookSecret),
  /** A key and address of its own; the old ones end at once. `key` given: the sender's own. SEALED. */
  rotate: post('/webhooks/{id}/rotate')
    .input(z.strictObject({ id, key: z.string().min(16).max(500).optional() }))
    .output(webhookSecret),
  /** The newest first. */
  requests: get('/webhooks/requests')
    .input(
      z
        .strictObject({
          triggerId: id.optional(),
          before: z.coerce.number().int().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        })
        .prefault({}),
    )
    .output(z.array(webhookRequest)),
  /** Emits the request's event anew. WRONG_STATE when its body is no longer kept. */
  replay: post('/webhooks/requests/{request}/replay')
    .input(z.strictObject({ request: z.coerce.number().int() }))
    .output(webhookRequest),
  /** Sends a signed request to it through its own door, as curl would. SEALED. */
  test: post('/webhooks/{id}/test')
    .input(z.strictObject({ id, body: z.string().max(100_000).default('{"test":true}') }))
    .output(webhookRequest),
  outbounds: get('/webhooks/out').input(nothing.optional()).output(z.array(outboundRow)),
  /** Makes or (with an id) changes one. Its key is made and sealed; told once. SEALED. */
  saveOutbound: post('/webhooks/out')
    .input(z.strictObject({ id: id.optional(), doc: outboundDoc }))
    .output(z.object({ row: outboundRow, key: z.string().nullable() })),
  removeOutbound: post('/webhooks/out/{id}/remove').input(z.strictObject({ id })).output(done),
}
