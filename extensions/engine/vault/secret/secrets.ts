/**
 * The sealed values of credentials. Every secret of the room lies here and nowhere else, so that a rotation finds all of them.
 * A value is written by a Statement that its caller puts into its own transaction (through Audit.append).
 */
import type { FieldCheck } from '#contract'
import { asTroupeError, type Statement, TroupeError } from '#core'
import type { VaultStore } from '../ports.ts'
import { zero } from '../seal/bytes.ts'
import type { SealedPlace, Sealer } from '../seal/sealer.ts'
import type { VaultState } from '../seal/state.ts'

export interface SecretTable {
  /** New, or in place of what was there. Seals at once: SEALED, TOO_LARGE. The transaction fails with CONFLICT if the key was retired meanwhile. */
  put(place: SealedPlace, plain: Uint8Array): Statement
  /** One field, or all of a credential. */
  drop(credentialId: string, field?: string): Statement
  /** Opened; undefined: there is none. SEALED, DAMAGED. The caller zeroes it. */
  read(place: SealedPlace): Promise<Uint8Array | undefined>
  /** All of a credential, opened, in the order of their names. */
  readAll(credentialId: string): Promise<ReadonlyMap<string, Uint8Array>>
  /** Names of the fields that have a value; works while sealed. */
  fields(credentialId: string): Promise<readonly string[]>
  /** How many values there are. */
  count(): Promise<number>
  /** Opens each value once, and zeroes it. */
  check(): Promise<FieldCheck>
}

interface Row {
  readonly credential_id: string
  readonly field: string
  readonly sealed: Uint8Array
}
const COLUMNS = 'credential_id, field, sealed'
/** Rows in one read: each may have LIMITS.secretBytes, and the store bounds a read. */
const PAGE = 16

export function secretTable(store: VaultStore, sealer: Sealer, state: VaultState): SecretTable {
  const open = ({ credential_id, field, sealed }: Row) => sealer.open({ credentialId: credential_id, field }, sealed)
  return {
    put(place, plain) {
      const sealed = sealer.seal(place, plain)
      const keyId = state.keys()[0].id
      // A value that was sealed with a key that has been retired since must not land: nobody could open it.
      return {
        sql: `INSERT INTO vault_secret (credential_id, field, key_id, sealed) SELECT ?, ?, id, ? FROM vault_key
          WHERE id = ? AND retired_at IS NULL ON CONFLICT (credential_id, field) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed`,
        params: [place.credentialId, place.field, sealed, keyId],
        expectChanges: 1,
      }
    },
    drop: (credentialId, field) =>
      field === undefined
        ? { sql: 'DELETE FROM vault_secret WHERE credential_id = ?', params: [credentialId] }
        : { sql: 'DELETE FROM vault_secret WHERE credential_id = ? AND field = ?', params: [credentialId, field] },
    async read({ credentialId, field }) {
      sealer.requireOpen()
      const sql = `SELECT ${COLUMNS} FROM vault_secret WHERE credential_id = ? AND field = ?`
      const [row] = await store.read<Row>(sql, [credentialId, field])
      return row && open(row)
    },
    async readAll(credentialId) {
      sealer.requireOpen()
      const rows = await store.read<Row>(`SELECT ${COLUMNS} FROM vault_secret WHERE credential_id = ? ORDER BY field`, [credentialId])
      return new Map(rows.map((row) => [row.field, open(row)]))
    },
    async fields(credentialId) {
      const sql = 'SELECT field FROM vault_secret WHERE credential_id = ? ORDER BY field'
      return (await store.read<{ field: string }>(sql, [credentialId])).map(({ field }) => field)
    },
    count: async () => (await store.read<{ n: number }>('SELECT count(*) AS n FROM vault_secret'))[0]?.n ?? 0,
    check: () => checkAll(store, sealer, open),
  }
}

async function checkAll(store: VaultStore, sealer: Sealer, open: (row: Row) => Uint8Array): Promise<FieldCheck> {
  sealer.requireOpen()
  const damaged: FieldCheck['damaged'] = []
  let checked = 0
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const sql = `SELECT ${COLUMNS} FROM vault_secret WHERE (credential_id, field) > (?, ?) ORDER BY credential_id, field LIMIT ${PAGE}`
    const rows = await store.read<Row>(sql, after)
    for (const row of rows) {
      checked += 1
      try {
        zero(open(row))
      } catch (thrown) {
        const { code, message } = asTroupeError(thrown)
        if (code !== 'DAMAGED') throw thrown
        damaged.push({ credentialId: row.credential_id, field: row.field, message })
      }
    }
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return { checked, damaged }
    after = [last.credential_id, last.field]
  }
}

/** Seals up to a page of values with the newest key that are still under another one; answers how many. DAMAGED when one does not open. */
export async function resealSome(store: VaultStore, sealer: Sealer, newestKeyId: string): Promise<number> {
  const rows = await store.read<Row>(`SELECT ${COLUMNS} FROM vault_secret WHERE key_id <> ? LIMIT ${PAGE}`, [newestKeyId])
  const statements = rows.map(({ credential_id, field, sealed }): Statement => {
    const place = { credentialId: credential_id, field }
    const plain = sealer.open(place, sealed)
    const anew = sealer.seal(place, plain)
    zero(plain)
    // Somebody may have put another value there meanwhile (with the newest key): that one stays.
    const sql = 'UPDATE vault_secret SET key_id = ?, sealed = ? WHERE credential_id = ? AND field = ? AND sealed = ?'
    return { sql, params: [newestKeyId, anew, credential_id, field, sealed] }
  })
  if (statements.length > 0) await store.write(statements)
  return rows.length
}

export async function countSealedWithOthers(store: VaultStore, keyId: string): Promise<number> {
  return (await store.read<{ n: number }>('SELECT count(*) AS n FROM vault_secret WHERE key_id <> ?', [keyId]))[0]?.n ?? 0
}

/** CONFLICT (from the store) while a value needs it. */
export function retireKey(keyId: string, nowMs: number): Statement {
  const sql = 'UPDATE vault_key SET retired_at = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM vault_secret WHERE key_id = ?)'
  return { sql, params: [nowMs, keyId, keyId], expectChanges: 1 }
}

export function registerKey(keyId: string, nowMs: number): Statement {
  return { sql: 'INSERT INTO vault_key (id, created_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING', params: [keyId, nowMs] }
}

export function isConflict(thrown: unknown): boolean {
  return thrown instanceof TroupeError && thrown.code === 'CONFLICT'
}
