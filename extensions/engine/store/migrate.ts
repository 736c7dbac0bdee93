/**
 * Migrations: numbered for each room, forward-only, each in its own transaction with its record beside it.
 * A database that knows a migration which this build does not know is newer than the build: it is refused, not guessed at.
 */
import { createHash } from 'node:crypto'
import { TroupeError } from '#core'
import type { Executor } from './executor.ts'
import type { Migration } from './shapes.ts'

/** The store's own table: which migration was applied when, with the digest of the text that was run. */
const RECORDS = `CREATE TABLE IF NOT EXISTS store_migration (
  room TEXT NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  PRIMARY KEY (room, number)
) STRICT`

export interface AppliedMigration {
  readonly room: string
  readonly number: number
  readonly name: string
  readonly digest: string
}

export function digestOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex').slice(0, 32)
}

/** Refuses a list whose numbers do not run 1, 2, 3 … for each room, in that order. */
export function checkMigrations(migrations: readonly Migration[]): void {
  const next = new Map<string, number>()
  for (const { room, number, name } of migrations) {
    const expected = next.get(room) ?? 1
    if (number !== expected) {
      throw new TroupeError('INTERNAL', `Migration "${name}" of ${room} has number ${number}; ${expected} was expected.`)
    }
    next.set(room, expected + 1)
  }
}

/** What is still to do, after checking that the database is neither newer than this build nor was made by other texts. */
export function pendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  checkMigrations(known)
  const byKey = new Map(known.map((migration) => [`${migration.room} ${migration.number}`, migration]))
  for (const record of applied) {
    const migration = byKey.get(`${record.room} ${record.number}`)
    if (!migration) {
      const newest = known.filter((one) => one.room === record.room).length
      throw new TroupeError(
        'DAMAGED',
        `The database is newer than this build: it has migration ${record.number} ("${record.name}") of ${record.room}, and this build knows ${newest === 0 ? 'none' : `up to ${newest}`}.`,
        {
          hint: 'Start the newer build, or restore a backup from the backups folder.',
          facts: { room: record.room, found: record.number, known: newest },
        },
      )
    }
    if (digestOf(migration) !== record.digest) {
      throw new TroupeError(
        'DAMAGED',
        `Migration ${record.number} ("${record.name}") of ${record.room} was applied with another text than this build has.`,
        {
          hint: 'A migration is never edited after it was applied; add a new one. A folder of a development build can be removed.',
          facts: { room: record.room, number: record.number },
        },
      )
    }
    byKey.delete(`${record.room} ${record.number}`)
  }
  return [...byKey.values()]
}

export function readApplied(executor: Executor): readonly AppliedMigration[] {
  const exists = executor.scalar(`SELECT count(*) FROM sqlite_schema WHERE name = 'store_migration'`)
  if (exists === 0) return []
  const answer = executor.read(
    {
      kind: 'read',
      id: 0,
      sql: 'SELECT room, number, name, digest FROM store_migration',
      params: [],
      maxRows: 100_000,
      maxBytes: 1e8,
      timeoutMs: 60_000,
    },
    () => null,
  )
  return answer.rows.map((row) => ({ room: String(row[0]), number: Number(row[1]), name: String(row[2]), digest: String(row[3]) }))
}

export function applyMigrations(executor: Executor, pending: readonly Migration[], now: () => number): void {
  for (const [index, migration] of pending.entries()) {
    const record = {
      sql: 'INSERT INTO store_migration (room, number, name, digest, applied_at) VALUES (?, ?, ?, ?, ?)',
      params: [migration.room, migration.number, migration.name, digestOf(migration), now()],
    }
    executor.migrate(index === 0 ? `${RECORDS};\n${migration.sql}` : migration.sql, record)
  }
}
