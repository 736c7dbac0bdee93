/**
 * Who may call: every token is 32 random bytes, and only its SHA-256 is kept. Four kinds:
 * `link` (one use, LIMITS.linkTtlMs, in memory) is exchanged for a `window` session (LIMITS.sessionTtlMs after its last use, in the table);
 * `cli` (one for each start of the engine, in memory, written to a 0600 file by the composition root, good on the socket only);
 * `named` (scopes and an end of their own, in the table).
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ClientRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { type CallContext, integer, json, newId, oneOf, orNull, readRows, TroupeError, text } from '#core'
import type { ClientStore, ServePorts } from './ports.ts'

const CLIENT = {
  id: text,
  kind: oneOf(['window', 'named']),
  name: text,
  token_sha256: text,
  scopes: json('scopes', z.array(z.string())),
  created_at: integer,
  last_used_at: orNull(integer),
  expires_at: orNull(integer),
}

/** More are not kept: the sessions that were unused for longest make room. */
const SESSIONS = 100
const NAMED = 200
/** `last_used_at` need not be more exact than this. */
const USED_STEP_MS = 60_000

/** TCP on loopback, or the Unix socket. */
export type Door = 'tcp' | 'socket'

interface Client {
  readonly id: string
  readonly kind: 'window' | 'named'
  readonly name: string
  readonly hash: string
  readonly scopes: readonly string[]
  readonly createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
}

/** A caller that was let in. `session`: the token that replaces the one-time link it came with. */
export interface Admission {
  readonly caller: CallContext
  readonly session?: string
}

export class Clients {
  readonly #ports: Pick<ServePorts, 'clock' | 'chance' | 'log'>
  readonly #store: ClientStore
  readonly #byHash = new Map<string, Client>()
  /** Hash → end of its life. */
  readonly #links = new Map<string, number>()
  readonly #cliHash: Buffer
  /** How to close what a client has open, by client id. */
  readonly #open = new Map<string, Set<() => void>>()
  readonly cliToken: string

  constructor(ports: Pick<ServePorts, 'clock' | 'chance' | 'log'>, store: ClientStore) {
    this.#ports = ports
    this.#store = store
    this.cliToken = this.#secret()
    this.#cliHash = sha256(this.cliToken)
  }

  /** Reads the table and drops what ran out. Call once, before anybody is admitted. */
  async load(): Promise<void> {
    const now = this.#ports.clock.now()
    let outlived = 0
    for (const row of await readRows(this.#store, CLIENT, 'SELECT * FROM client')) {
      const { id, kind, name, token_sha256: hash, scopes, created_at: createdAt, last_used_at: lastUsedAt, expires_at: expiresAt } = row
      const client: Client = { id, kind, name, hash, scopes, createdAt, lastUsedAt, expiresAt }
      if (alive(client, now)) this.#byHash.set(client.hash, client)
      else outlived += 1
    }
    // Only when there is something to do: a durable write would hold up each start.
    if (outlived > 0)
      await this.#store.write([{ sql: 'DELETE FROM client WHERE expires_at <= ?', params: [now] }], { durability: 'applied' })
  }

  /** A new one-time token. */
  link(): { readonly token: string; readonly expiresAt: number } {
    const now = this.#ports.clock.now()
    for (const [hash, end] of this.#links) if (end <= now) this.#links.delete(hash)
    if (this.#links.size >= 1000)
      throw new TroupeError('FULL', 'A thousand links are waiting to be used; wait a minute until they run out.')
    const token = this.#secret()
    const expiresAt = now + LIMITS.linkTtlMs
    this.#links.set(sha256(token).toString('hex'), expiresAt)
    return { token, expiresAt }
  }

  /** Lets the bearer of a token in at this door; undefined when it may not. A link is used up by this. */
  async admit(token: string, door: Door): Promise<Admission | undefined> {
    const hash = sha256(token)
    if (timingSafeEqual(hash, this.#cliHash))
      return door === 'socket' ? { caller: { clientId: 'cli', clientName: 'troupe', scopes: ['*'] } } : undefined
    const hex = hash.toString('hex')
    const now = this.#ports.clock.now()
    const linkEnd = this.#links.get(hex)
    if (linkEnd !== undefined) {
      this.#links.delete(hex)
      return linkEnd > now && door === 'tcp' ? this.#newSession() : undefined
    }
    const client = this.#byHash.get(hex)
    if (!client || !alive(client, now) || (client.kind === 'window' && door !== 'tcp')) return undefined
    this.#used(client)
    return { caller: callerOf(client) }
  }

  /** Whether an admitted caller may go on; called before each call. */
  stillAdmitted(caller: CallContext): boolean {
    if (caller.clientId === 'cli') return true
    const client = this.#byId(caller.clientId)
    if (!client || !alive(client, this.#ports.clock.now())) return false
    this.#used(client)
    return true
  }

  /** A named token. FORBIDDEN: `by` may not do it itself. FULL: too many. The token is told here once and never again. */
  async grant(
    wanted: { readonly name: string; readonly scopes: readonly string[]; readonly ttlMs: number | null },
    by: CallContext,
  ): Promise<{ readonly client: ClientRow; readonly token: string }> {
    const more = by.scopes.includes('*') ? undefined : wanted.scopes.find((scope) => !by.scopes.includes(scope))
    if (more !== undefined) throw new TroupeError('FORBIDDEN', `A token cannot give more than it has: ${more}.`)
    if (this.#ofKind('named').length >= NAMED) throw new TroupeError('FULL', `There are ${NAMED} named tokens already; revoke one first.`)
    const now = this.#ports.clock.now()
    const token = this.#secret()
    const client = this.#make('named', wanted.name, token, wanted.scopes, wanted.ttlMs === null ? null : now + wanted.ttlMs)
    await this.#insert(client)
    return { client: this.#row(client), token }
  }

  list(): readonly ClientRow[] {
    return [...this.#byHash.values()].filter((client) => alive(client, this.#ports.clock.now())).map((client) => this.#row(client))
  }

  /** Forgets a client and closes what it has open. NOT_FOUND: there is none of this id. */
  async revoke(id: string): Promise<void> {
    const client = this.#byId(id)
    if (!client) throw new TroupeError('NOT_FOUND', `There is no client ${id}.`, { hint: 'It may have been revoked already.' })
    this.#byHash.delete(client.hash)
    for (const close of this.#open.get(id) ?? []) close()
    await this.#store.write([{ sql: 'DELETE FROM client WHERE id = ?', params: [id] }])
  }

  /** Remembers how to close a connection of this caller; answers how to forget it. It is closed when the token runs out, too. */
  opened(caller: CallContext, close: () => void): () => void {
    const closers = this.#open.get(caller.clientId) ?? new Set()
    this.#open.set(caller.clientId, closers.add(close))
    const cancelWatch = this.#watchEnd(caller, close)
    return () => {
      cancelWatch()
      closers.delete(close)
      if (closers.size === 0) this.#open.delete(caller.clientId)
    }
  }

  get connected(): number {
    let count = 0
    for (const closers of this.#open.values()) count += closers.size
    return count
  }

  /** Looks once a minute: an end may move (a session that is used lives on), and a clock may jump. */
  #watchEnd(caller: CallContext, close: () => void): () => void {
    const end = this.#byId(caller.clientId)?.expiresAt
    if (end === undefined || end === null) return () => undefined
    let cancel: () => void = () => undefined
    const look = () => {
      const client = this.#byId(caller.clientId)
      const leftMs = (client?.expiresAt ?? 0) - this.#ports.clock.now()
      if (leftMs <= 0) close()
      else cancel = this.#ports.clock.after(Math.min(leftMs, 60_000), look)
    }
    look()
    return () => cancel()
  }

  async #newSession(): Promise<Admission> {
    const sessions = this.#ofKind('window').sort((a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0))
    for (const old of sessions.filter(({ id }) => !this.#open.has(id)).slice(0, Math.max(0, sessions.length - SESSIONS + 1)))
      await this.revoke(old.id)
    const session = this.#secret()
    const client = this.#make('window', 'window', session, ['*'], this.#ports.clock.now() + LIMITS.sessionTtlMs)
    await this.#insert(client)
    return { caller: callerOf(client), session }
  }

  #make(kind: Client['kind'], name: string, token: string, scopes: readonly string[], expiresAt: number | null): Client {
    const now = this.#ports.clock.now()
    const lastUsedAt = kind === 'window' ? now : null
    return {
      id: newId(this.#ports.chance, 'cli'),
      kind,
      name,
      hash: sha256(token).toString('hex'),
      scopes,
      createdAt: now,
      lastUsedAt,
      expiresAt,
    }
  }

  async #insert(client: Client): Promise<void> {
    const { id, kind, name, hash, scopes, createdAt, lastUsedAt, expiresAt } = client
    await this.#store.write([
      {
        sql: 'INSERT INTO client (id, kind, name, token_sha256, scopes, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        params: [id, kind, name, hash, JSON.stringify(scopes), createdAt, lastUsedAt, expiresAt],
      },
    ])
    this.#byHash.set(hash, client)
  }

  #used(client: Client): void {
    const now = this.#ports.clock.now()
    if (client.lastUsedAt !== null && now - client.lastUsedAt < USED_STEP_MS) return
    client.lastUsedAt = now
    if (client.kind === 'window') client.expiresAt = now + LIMITS.sessionTtlMs
    this.#store
      .write([{ sql: 'UPDATE client SET last_used_at = ?, expires_at = ? WHERE id = ?', params: [now, client.expiresAt, client.id] }], {
        durability: 'applied',
      })
      .catch((thrown) => this.#ports.log.warn('the last use of a client could not be noted', { reason: String(thrown) }))
  }

  #ofKind(kind: Client['kind']): Client[] {
    return [...this.#byHash.values()].filter((client) => client.kind === kind)
  }

  #byId(id: string): Client | undefined {
    for (const client of this.#byHash.values()) if (client.id === id) return client
    return undefined
  }

  #row({ id, name, scopes, createdAt, lastUsedAt, expiresAt }: Client): ClientRow {
    return { id, name, scopes: [...scopes], createdAt, lastUsedAt, expiresAt, connected: this.#open.has(id) }
  }

  #secret(): string {
    return Buffer.from(this.#ports.chance.bytes(32)).toString('base64url')
  }
}

/** Whether these scopes allow a method such as `run.start`. */
export function allows(scopes: readonly string[], method: string): boolean {
  return scopes.includes('*') || scopes.includes(method)
}

function callerOf(client: Client): CallContext {
  return { clientId: client.id, clientName: client.name, scopes: client.scopes }
}

function alive(client: Client, now: number): boolean {
  return client.expiresAt === null || client.expiresAt > now
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
