/** The room itself: hooks that listen, requests that become events, events that are sent out. */
import type { IncomingMessage } from 'node:http'
import type { TriggerWhen, WebhookRequest, WebhookRow, WebhookSecret } from '#contract'
import { type CallContext, integer, messageOf, once, readRow, readRows, type Statement, TroupeError, text } from '#core'
import { parseBody, plainHeaders } from './body.ts'
import { digestOf, type Hook, ownerOf, RECEIVED } from './hooks.ts'
import { judge, STATUS } from './judge.ts'
import { type Entry, insertRequest, readRequests, requestOf } from './log-rows.ts'
import { Outbound } from './outbound.ts'
import type { WebhookPorts } from './ports.ts'
import { type Answer, type HookServer, listen } from './server.ts'
import { curlLine, signHeaders } from './sign.ts'

export class Webhooks {
  readonly #ports: WebhookPorts
  readonly #hooks = new Map<string, Hook>()
  readonly #keys = new Map<string, string>()
  readonly out: Outbound
  #server: HookServer | undefined
  readonly #forgetting: () => void
  #starting = this.#starter()

  constructor(ports: WebhookPorts) {
    this.#ports = ports
    this.out = new Outbound(ports, (id) => this.keyOf(id))
    this.#forgetting = ports.secrets.onLock(() => this.#keys.clear())
  }

  get port(): number | null {
    return this.#server?.port ?? null
  }

  /** What goes with a new webhook trigger, in its transaction. SEALED. */
  made(triggerId: string): Statement[] {
    const { chance, secrets, clock } = this.#ports
    return this.#fresh(
      triggerId,
      Buffer.from(chance.bytes(16)).toString('base64url'),
      Buffer.from(chance.bytes(32)).toString('base64url'),
      secrets,
      clock.now(),
    )
  }

  gone(triggerId: string): Statement[] {
    this.#keys.delete(triggerId)
    return [{ sql: 'DELETE FROM webhook_hook WHERE trigger_id = ?', params: [triggerId] }, this.#ports.secrets.drop(ownerOf(triggerId))]
  }

  /** Begins to answer for a trigger; the first one starts the server. */
  async open(triggerId: string, when: TriggerWhen, source: string): Promise<void> {
    if (when.kind !== 'webhook') return
    const row = await readRow(this.#ports.store, { path_sha256: text }, 'SELECT path_sha256 FROM webhook_hook WHERE trigger_id = ?', [
      triggerId,
    ])
    if (!row) throw new TroupeError('WRONG_STATE', 'This webhook has no address. Give it one: troupe webhook rotate.')
    const now = this.#ports.clock.now()
    this.#hooks.set(row.path_sha256, { triggerId, when, source, pathSha256: row.path_sha256, tokens: when.perMinute, countedAt: now })
    await this.#starting()
  }

  async close(triggerId: string): Promise<void> {
    for (const [path, hook] of this.#hooks) if (hook.triggerId === triggerId) this.#hooks.delete(path)
    if (this.#hooks.size === 0) await this.stop()
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.#starting = this.#starter()
    await server?.stop()
  }

  dispose(): Promise<void> {
    this.#forgetting()
    return this.stop()
  }

  async list(): Promise<WebhookRow[]> {
    const { store, trigger, secrets } = this.#ports
    const rows = await readRows(
      store,
      { trigger_id: text, last: integer, accepted: integer, refused: integer },
      `SELECT h.trigger_id, coalesce(max(r.at), 0) AS last, coalesce(sum(r.outcome IN ('accepted', 'duplicate')), 0) AS accepted,
        coalesce(sum(r.outcome NOT IN ('accepted', 'duplicate')), 0) AS refused
        FROM webhook_hook AS h LEFT JOIN webhook_request AS r ON r.trigger_id = h.trigger_id GROUP BY h.trigger_id`,
    )
    const found = await Promise.all(rows.map(async (row) => ({ row, of: await trigger(row.trigger_id) })))
    return found.flatMap(({ row, of }) => {
      if (of?.when.kind !== 'webhook') return []
      const blind = of.when.signature !== 'none' && !secrets.isOpen()
      const ready = of.enabled && this.#server !== undefined && !blind
      const note = ready
        ? ''
        : !of.enabled
          ? 'It is off.'
          : blind
            ? 'The vault is sealed: signatures cannot be checked, and senders are told to try again.'
            : 'The server is not listening.'
      return [
        {
          id: row.trigger_id,
          name: of.name,
          personaId: of.personaId,
          signature: of.when.signature,
          enabled: of.enabled,
          base: this.#server ? `http://127.0.0.1:${this.#server.port}/hook/` : null,
          ready,
          note,
          lastAt: row.last === 0 ? null : row.last,
          accepted: row.accepted,
          refused: row.refused,
        },
      ]
    })
  }

  async secret(triggerId: string, by: CallContext): Promise<WebhookSecret> {
    const of = await this.#must(triggerId)
    const { secrets } = this.#ports
    const [path, key] = await Promise.all([secrets.read(ownerOf(triggerId), 'path'), secrets.read(ownerOf(triggerId), 'key')])
    if (path === undefined || key === undefined)
      throw new TroupeError('WRONG_STATE', 'This webhook has no address. Give it one: troupe webhook rotate.')
    await secrets.shown(ownerOf(triggerId), of.name, by)
    const url = `http://127.0.0.1:${this.#server?.port ?? (await this.#lastPort())}/hook/${path}`
    return { url, key, curl: curlLine(of.when.signature, url, key) }
  }

  async rotate(triggerId: string, key: string | undefined, by: CallContext): Promise<WebhookSecret> {
    const of = await this.#must(triggerId)
    const { chance, secrets, clock, store } = this.#ports
    const path = Buffer.from(chance.bytes(16)).toString('base64url')
    await store.write(this.#fresh(triggerId, path, key ?? Buffer.from(chance.bytes(32)).toString('base64url'), secrets, clock.now()))
    this.#keys.delete(triggerId)
    const listening = [...this.#hooks.values()].find((hook) => hook.triggerId === triggerId)
    if (listening) {
      this.#hooks.delete(listening.pathSha256)
      await this.open(triggerId, of.when, listening.source)
    }
    return this.secret(triggerId, by)
  }

  async requests(ask: { triggerId?: string | undefined; before?: number | undefined; limit: number }): Promise<WebhookRequest[]> {
    const where = [ask.triggerId === undefined ? '1' : 'trigger_id = ?', ask.before === undefined ? '1' : 'id < ?'].join(' AND ')
    const params = [ask.triggerId, ask.before].filter((one) => one !== undefined)
    return (await readRequests(this.#ports.store, `WHERE ${where}`, params, ask.limit)).map(requestOf)
  }

  async replay(id: number): Promise<WebhookRequest> {
    const [row] = await readRequests(this.#ports.store, 'WHERE id = ?', [id], 1)
    if (!row) throw new TroupeError('NOT_FOUND', `There is no request ${id} in the log.`)
    if (row.body === null || row.trigger_id === null) throw new TroupeError('WRONG_STATE', 'The body of this request is not kept.')
    const parsed = parseBody(Buffer.from(row.body), row.headers['content-type'] ?? '')
    const source = `/troupe/triggers/${row.trigger_id}`
    const { event } = await this.#ports.emit({
      type: RECEIVED,
      source,
      subject: 'replay',
      key: '',
      data: { body: parsed?.value ?? row.body, headers: row.headers, method: row.method },
    })
    await this.#keep({
      triggerId: row.trigger_id,
      at: this.#ports.clock.now(),
      method: row.method,
      outcome: 'accepted',
      status: 202,
      detail: `Replay of request ${id}.`,
      bytes: row.bytes,
      headers: row.headers,
      body: row.body,
      eventSeq: event.seq,
    })
    return this.#latest(row.trigger_id)
  }

  /** As a sender would: through the server, signed. */
  async test(triggerId: string, body: string): Promise<WebhookRequest> {
    const of = await this.#must(triggerId)
    const { secrets, clock } = this.#ports
    const server = this.#server
    const [path, key] = await Promise.all([secrets.read(ownerOf(triggerId), 'path'), secrets.read(ownerOf(triggerId), 'key')])
    if (!server || path === undefined || key === undefined)
      throw new TroupeError('WRONG_STATE', 'This webhook does not listen. Turn it on first.')
    const headers = { 'content-type': 'application/json', ...signHeaders(of.when.signature, key, body, Math.floor(clock.now() / 1000)) }
    await fetch(`http://127.0.0.1:${server.port}/hook/${path}`, { method: 'POST', headers, body })
    return this.#latest(triggerId)
  }

  /** The key of a hook or of an outbound webhook. SEALED. */
  readonly keyOf = async (owner: string): Promise<string> => {
    const known = this.#keys.get(owner)
    if (known !== undefined) return known
    const key = await this.#ports.secrets.read(ownerOf(owner), 'key')
    if (key === undefined) throw new TroupeError('WRONG_STATE', 'There is no key to sign with.')
    this.#keys.set(owner, key)
    return key
  }

  #starter() {
    return once(async () => {
      const { store, log, times } = this.#ports
      const server = await listen({
        port: await this.#lastPort(),
        headersMs: times?.headersMs ?? 10_000,
        requestMs: times?.requestMs ?? 15_000,
        log,
        handle: (request) => this.#handle(request),
        refused: (outcome) =>
          this.#quietly({
            triggerId: null,
            at: this.#ports.clock.now(),
            method: '',
            outcome,
            status: STATUS[outcome],
            detail: outcome === 'too-slow' ? 'The request took too long.' : 'This was no HTTP.',
            bytes: 0,
            headers: {},
            body: null,
            eventSeq: null,
          }),
      })
      this.#server = server
      await store.write([
        {
          sql: 'INSERT INTO webhook_place (one, port) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET port = excluded.port',
          params: [server.port],
        },
      ])
      log.info('Webhooks are listened for.', { port: server.port })
    })
  }

  async #lastPort(): Promise<number> {
    return (await readRow(this.#ports.store, { port: integer }, 'SELECT port FROM webhook_place'))?.port ?? 0
  }

  #fresh(triggerId: string, path: string, key: string, secrets: WebhookPorts['secrets'], now: number): Statement[] {
    return [
      secrets.put(ownerOf(triggerId), 'path', path),
      secrets.put(ownerOf(triggerId), 'key', key),
      {
        sql: 'INSERT INTO webhook_hook (trigger_id, path_sha256, created_at) VALUES (?, ?, ?) ON CONFLICT (trigger_id) DO UPDATE SET path_sha256 = excluded.path_sha256',
        params: [triggerId, digestOf(path), now],
      },
    ]
  }

  async #handle(request: IncomingMessage): Promise<Answer> {
    const path = /^\/hook\/([A-Za-z0-9_-]{1,200})$/.exec(new URL(request.url ?? '/', 'http://hook').pathname)?.[1]
    const hook = path === undefined ? undefined : this.#hooks.get(digestOf(path))
    const at = this.#ports.clock.now()
    const headers = plainHeaders(request.headers)
    const method = request.method ?? ''
    let bytes: Uint8Array = new Uint8Array()
    const { outcome, detail, retryAfterS, eventSeq } = await judge({ ...this.#ports, keyOf: this.keyOf }, request, hook, at, (read) => {
      bytes = read
    })
    const status = STATUS[outcome]
    const kept = outcome === 'accepted' ? Buffer.from(bytes).toString('utf8') : null
    this.#quietly({
      triggerId: hook?.triggerId ?? null,
      at,
      method,
      outcome,
      status,
      detail,
      bytes: bytes.length,
      headers,
      body: kept,
      eventSeq: eventSeq ?? null,
    })
    return {
      status,
      ...(retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } }),
      body: JSON.stringify(
        status === 202
          ? { accepted: true, event: eventSeq ?? null }
          : { accepted: false, error: outcome, detail: status === 404 ? '' : detail },
      ),
    }
  }

  async #keep(entry: Entry): Promise<void> {
    await this.#ports.store.write(insertRequest(entry), { durability: 'applied' })
    this.#ports.announce('webhook', entry.triggerId ?? '', entry.outcome)
  }

  /** The answer does not wait for the log. */
  #quietly(entry: Entry): void {
    void this.#keep(entry).catch((thrown: unknown) =>
      this.#ports.log.warn('A request could not be entered in the log.', { problem: messageOf(thrown) }),
    )
  }

  async #latest(triggerId: string): Promise<WebhookRequest> {
    const [row] = await this.requests({ triggerId, limit: 1 })
    if (!row) throw new TroupeError('NOT_FOUND', 'The log has no request of it yet.')
    return row
  }

  async #must(id: string) {
    const of = await this.#ports.trigger(id)
    if (of?.when.kind !== 'webhook') throw new TroupeError('NOT_FOUND', `There is no webhook trigger ${id}.`)
    return { ...of, when: of.when }
  }
}
