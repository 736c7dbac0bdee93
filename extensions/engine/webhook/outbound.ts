/** Events that are sent to other programs. [WH10] */
import { type OutboundDoc, type OutboundRow, outboundDoc } from '#contract'
import { integer, json, newId, readRows, type Statement, TroupeError, text } from '#core'
import { ownerOf } from './hooks.ts'
import type { WebhookPorts } from './ports.ts'
import { signHeaders } from './sign.ts'

export class Outbound {
  readonly #ports: WebhookPorts
  readonly #keyOf: (id: string) => Promise<string>

  constructor(ports: WebhookPorts, keyOf: (id: string) => Promise<string>) {
    this.#ports = ports
    this.#keyOf = keyOf
  }

  async list(): Promise<OutboundRow[]> {
    const rows = await readRows(
      this.#ports.store,
      { id: text, doc: json('an outbound webhook', outboundDoc), created_at: integer },
      'SELECT id, doc, created_at FROM webhook_out ORDER BY created_at',
    )
    return rows.map(({ id, doc, created_at }) => ({ id, doc, createdAt: created_at }))
  }

  async save(id: string | undefined, doc: OutboundDoc, also: (id: string) => Statement): Promise<{ row: OutboundRow; key: string | null }> {
    const { store, chance, clock, secrets } = this.#ports
    const known = id === undefined ? undefined : (await this.list()).find((one) => one.id === id)
    if (id !== undefined && !known) throw new TroupeError('NOT_FOUND', `There is no outbound webhook ${id}.`)
    const row = { id: known?.id ?? newId(chance, 'out'), doc, createdAt: known?.createdAt ?? clock.now() }
    const key = known ? null : Buffer.from(chance.bytes(32)).toString('base64url')
    await store.write([
      {
        sql: 'INSERT INTO webhook_out (id, doc, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc',
        params: [row.id, JSON.stringify(doc), row.createdAt],
      },
      ...(key === null ? [] : [secrets.put(ownerOf(row.id), 'key', key)]),
      also(row.id),
    ])
    return { row, key }
  }

  async remove(id: string, also: Statement): Promise<void> {
    await this.#ports.store.write([
      { sql: 'DELETE FROM webhook_out WHERE id = ?', params: [id], expectChanges: 1 },
      this.#ports.secrets.drop(ownerOf(id)),
      also,
    ])
  }

  /** An event for an outbound webhook. Throws what the bus tries again, or buries. [WH10] */
  async deliver(id: string, event: unknown): Promise<void> {
    const out = (await this.list()).find((one) => one.id === id)
    if (!out) throw new TroupeError('NOT_FOUND', 'This outbound webhook is gone.')
    const key = await this.#keyOf(id)
    const body = JSON.stringify(event)
    const headers = {
      'content-type': 'application/cloudevents+json',
      ...signHeaders('generic', key, body, Math.floor(this.#ports.clock.now() / 1000)),
    }
    const { status } = await this.#ports.send({
      url: out.doc.url,
      headers,
      body,
      allowPrivate: out.doc.allowPrivate,
      timeoutMs: out.doc.timeoutMs,
    })
    if (status >= 200 && status < 300) return
    const later = status === 408 || status === 429 || status >= 500
    throw new TroupeError(later ? 'UNREACHABLE' : 'REFUSED', `${new URL(out.doc.url).host} answered ${status}.`)
  }
}
