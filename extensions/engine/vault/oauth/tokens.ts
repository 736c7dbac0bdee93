/** Tokens of a connection: read from an answer, sealed in one transaction with what is known of them. */
import type { TokenEndpointResponse } from 'oauth4webapi'
import { sealText } from '../credential/change.ts'
import type { By, Room } from '../credential/room.ts'
import { type OAuthRecord, requireRecord, setHealth, setOAuth, updateRecord } from '../credential/rows.ts'
import type { Service } from './service.ts'

export interface Tokens {
  readonly access: string
  /** null: none came; the one that is there goes on being good. */
  readonly refresh: string | null
  readonly accessExpiresAt: number | null
  readonly lifeMs: number | null
  readonly scopes: readonly string[]
}

export function tokensOf(answer: TokenEndpointResponse, { scopes, description }: Service, now: number): Tokens {
  const lifeMs = answer.expires_in === undefined ? null : Math.max(0, Math.floor(answer.expires_in)) * 1000
  return {
    access: answer.access_token,
    refresh: answer.refresh_token ?? null,
    accessExpiresAt: lifeMs === null ? null : now + lifeMs,
    lifeMs,
    // What was given is said only when it differs from what was asked for (RFC 6749 section 5.1).
    scopes: answer.scope === undefined ? scopes : answer.scope.split(description.scopeSeparator).filter((scope) => scope !== ''),
  }
}

const recordOf = (tokens: Tokens, connectedAt: number): OAuthRecord => ({
  connectedAt,
  accessExpiresAt: tokens.accessExpiresAt,
  lifeMs: tokens.lifeMs,
  scopes: [...tokens.scopes],
  failures: 0,
  retryAt: null,
  gone: null,
})

/** A connection by the person: a new secret, as if it had been typed in. */
export async function keepConnection(room: Room, id: string, tokens: Tokens, by: By): Promise<void> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const now = ports.clock.now()
  const names = tokens.refresh === null ? ['access_token'] : ['access_token', 'refresh_token']
  const secretFields = [...new Set([...record.secretFields.filter((name) => name !== 'refresh_token'), ...names])]
  const after = { ...record, secretFields, secretChangedAt: now, revokedAt: null, updatedAt: now }
  const statements = [
    updateRecord(after, record.version),
    setOAuth(record.id, recordOf(tokens, now)),
    setHealth(
      { id: record.id, version: record.version + 1 },
      { state: 'unchecked', detail: 'It was connected, and not tried yet.', at: null },
    ),
    sealText(id, 'access_token', tokens.access, ports.vault),
    tokens.refresh === null ? ports.vault.secrets.drop(id, 'refresh_token') : sealText(id, 'refresh_token', tokens.refresh, ports.vault),
  ]
  await room.commit({ kind: 'credential-change', record, note: 'Connected by OAuth.' }, statements, by)
}

/** A refresh: the same grant goes on. The refresh token is durable before anybody gets the access token that came with it. [CR65] */
export async function keepRefreshed(room: Room, id: string, tokens: Tokens, before: OAuthRecord, by: By): Promise<void> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const statements = [
    setOAuth(id, recordOf(tokens, before.connectedAt)),
    sealText(id, 'access_token', tokens.access, ports.vault),
    ...(tokens.refresh === null ? [] : [sealText(id, 'refresh_token', tokens.refresh, ports.vault)]),
  ]
  await room.commit({ kind: 'credential-change', record, note: 'A new access token was asked for, and came.' }, statements, by)
}
