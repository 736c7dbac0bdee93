/** The credential table: rows as the rest of this part works with them, and the statements that write them. */
import { z } from 'zod'
import { type Health, health } from '#contract'
import { flag, integer, json, orNull, type RowOf, type RowReader, readRow, readRows, type Statement, TroupeError, text } from '#core'

/** What is known of an OAuth connection; the tokens are sealed fields. */
export const oauthRecord = z.object({
  connectedAt: z.int(),
  accessExpiresAt: z.int().nullable(),
  /** Milliseconds that the access token was given, for how early it is refreshed. */
  lifeMs: z.int().nullable(),
  scopes: z.array(z.string()),
  /** Refreshes that failed in a row, and before when none is tried again. */
  failures: z.int(),
  retryAt: z.int().nullable(),
  /** Why it has to be connected again; null: it has not. */
  gone: z.string().nullable(),
})
export type OAuthRecord = z.infer<typeof oauthRecord>

const names = z.array(z.string())
const CREDENTIAL = {
  id: text,
  name: text,
  label: text,
  connector: text,
  plain: json('plain values', z.record(z.string(), z.string())),
  secret_fields: json('field names', names),
  extra_hosts: json('hosts', names),
  allow_private: flag,
  expires_at: orNull(integer),
  rotate_days: orNull(integer),
  secret_changed_at: integer,
  last_used_at: orNull(integer),
  revoked_at: orNull(integer),
  health: json('health', health),
  oauth: orNull(json('an OAuth connection', oauthRecord)),
  version: integer,
  created_at: integer,
  updated_at: integer,
}
const COLUMNS = Object.keys(CREDENTIAL).join(', ')

export interface CredentialRecord {
  readonly id: string
  readonly name: string
  readonly label: string
  readonly connector: string
  readonly plain: Readonly<Record<string, string>>
  readonly secretFields: readonly string[]
  readonly extraHosts: readonly string[]
  readonly allowPrivate: boolean
  readonly expiresAt: number | null
  readonly rotateDays: number | null
  readonly secretChangedAt: number
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
  readonly health: Health
  readonly oauth: OAuthRecord | null
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

function recordOf(row: RowOf<typeof CREDENTIAL>): CredentialRecord {
  const { id, name, label, connector, plain, health: found, oauth, version } = row
  return {
    ...{ id, name, label, connector, plain, health: found, oauth, version },
    secretFields: row.secret_fields,
    extraHosts: row.extra_hosts,
    allowPrivate: row.allow_private,
    expiresAt: row.expires_at,
    rotateDays: row.rotate_days,
    secretChangedAt: row.secret_changed_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function allRecords(store: RowReader): Promise<readonly CredentialRecord[]> {
  return (await readRows(store, CREDENTIAL, `SELECT ${COLUMNS} FROM credential ORDER BY name`)).map(recordOf)
}

/** By its id, or else by its name. */
export async function findRecord(store: RowReader, idOrName: string): Promise<CredentialRecord | undefined> {
  const sql = `SELECT ${COLUMNS} FROM credential WHERE id = ? OR name = ? ORDER BY id = ? DESC LIMIT 1`
  const row = await readRow(store, CREDENTIAL, sql, [idOrName, idOrName, idOrName])
  return row && recordOf(row)
}

export async function requireRecord(store: RowReader, idOrName: string): Promise<CredentialRecord> {
  const found = await findRecord(store, idOrName)
  if (found) return found
  throw new TroupeError('NOT_FOUND', `There is no credential "${idOrName.slice(0, 80)}".`, {
    hint: 'troupe credential list shows all of them.',
  })
}

export function insertRecord(record: CredentialRecord): Statement {
  return {
    sql: `INSERT INTO credential (${COLUMNS}) VALUES (${Object.keys(CREDENTIAL)
      .map(() => '?')
      .join(', ')})`,
    params: paramsOf(record),
    expectChanges: 1,
  }
}

/** What a person may change, if the row is still of `version`; CONFLICT (from the store) otherwise. Health, use and OAuth have statements of their own. */
export function updateRecord(record: CredentialRecord, version: number): Statement {
  return {
    sql: `UPDATE credential SET name = ?, label = ?, plain = ?, secret_fields = ?, extra_hosts = ?, allow_private = ?, expires_at = ?,
      rotate_days = ?, secret_changed_at = ?, revoked_at = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?`,
    params: [
      record.name,
      record.label,
      JSON.stringify(record.plain),
      JSON.stringify(record.secretFields),
      JSON.stringify(record.extraHosts),
      record.allowPrivate ? 1 : 0,
      record.expiresAt,
      record.rotateDays,
      record.secretChangedAt,
      record.revokedAt,
      version + 1,
      record.updatedAt,
      record.id,
      version,
    ],
    expectChanges: 1,
  }
}

function paramsOf(record: CredentialRecord) {
  return [
    record.id,
    record.name,
    record.label,
    record.connector,
    JSON.stringify(record.plain),
    JSON.stringify(record.secretFields),
    JSON.stringify(record.extraHosts),
    record.allowPrivate ? 1 : 0,
    record.expiresAt,
    record.rotateDays,
    record.secretChangedAt,
    record.lastUsedAt,
    record.revokedAt,
    JSON.stringify(record.health),
    record.oauth === null ? null : JSON.stringify(record.oauth),
    record.version,
    record.createdAt,
    record.updatedAt,
  ]
}

/** Leaves the version alone: what is found out disturbs nobody who edits. Nothing happens when the credential changed since `record` was read. */
export function setHealth(record: Pick<CredentialRecord, 'id' | 'version'>, found: Health): Statement {
  return {
    sql: 'UPDATE credential SET health = ? WHERE id = ? AND version = ?',
    params: [JSON.stringify(found), record.id, record.version],
  }
}

export function setOAuth(id: string, oauth: OAuthRecord | null): Statement {
  return {
    sql: 'UPDATE credential SET oauth = ? WHERE id = ?',
    params: [oauth === null ? null : JSON.stringify(oauth), id],
    expectChanges: 1,
  }
}

export function deleteRecord(id: string): Statement {
  return { sql: 'DELETE FROM credential WHERE id = ?', params: [id], expectChanges: 1 }
}

export function usedAt(ids: readonly string[], at: number): Statement {
  const holes = ids.map(() => '?').join(', ')
  return { sql: `UPDATE credential SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id IN (${holes})`, params: [at, ...ids] }
}
