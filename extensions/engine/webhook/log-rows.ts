/** The log of requests. [WH9] */
import { type WebhookRequest, webhookRequest } from '#contract'
import { TRIGGER_LIMITS, WEBHOOK_OUTCOMES, type WebhookOutcome } from '#contract/plain'
import { integer, json, oneOf, orNull, type RowOf, readRows, type SqlValue, type Statement, text } from '#core'
import type { WebhookStore } from './ports.ts'

const PREVIEW = 500

export const REQUEST = {
  id: integer,
  trigger_id: orNull(text),
  at: integer,
  method: text,
  outcome: oneOf(WEBHOOK_OUTCOMES),
  status: integer,
  detail: text,
  bytes: integer,
  headers: json('headers', webhookRequest.shape.headers),
  body: orNull(text),
  event_seq: orNull(integer),
}
export type RequestRecord = RowOf<typeof REQUEST>

export interface Entry {
  readonly triggerId: string | null
  readonly at: number
  readonly method: string
  readonly outcome: WebhookOutcome
  readonly status: number
  readonly detail: string
  readonly bytes: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly eventSeq: number | null
}

export function insertRequest(entry: Entry): Statement[] {
  const params: SqlValue[] = [
    entry.triggerId,
    entry.at,
    entry.method,
    entry.outcome,
    entry.status,
    entry.detail,
    entry.bytes,
    JSON.stringify(entry.headers),
    entry.body,
    entry.eventSeq,
  ]
  return [
    {
      sql: 'INSERT INTO webhook_request (trigger_id, at, method, outcome, status, detail, bytes, headers, body, event_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      params,
    },
    { sql: `DELETE FROM webhook_request WHERE id <= (SELECT max(id) FROM webhook_request) - ${TRIGGER_LIMITS.webhookLogRows}` },
  ]
}

export function requestOf(row: RequestRecord): WebhookRequest {
  return {
    id: row.id,
    triggerId: row.trigger_id,
    at: row.at,
    method: row.method,
    outcome: row.outcome,
    status: row.status,
    detail: row.detail,
    bytes: row.bytes,
    preview: row.body?.slice(0, PREVIEW) ?? '',
    headers: row.headers,
    eventSeq: row.event_seq,
    replayable: row.body !== null && row.trigger_id !== null,
  }
}

export function readRequests(
  store: WebhookStore,
  where: string,
  params: readonly SqlValue[],
  limit: number,
): Promise<readonly RequestRecord[]> {
  const columns = Object.keys(REQUEST).join(', ')
  return readRows(store, REQUEST, `SELECT ${columns} FROM webhook_request ${where} ORDER BY id DESC LIMIT ?`, [...params, limit], {
    maxBytes: 512 * 1024 * 1024,
  })
}
