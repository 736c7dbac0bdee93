/** The room's table, and what is put right in it after a restore. */
import type { AfterRestore } from '#core'
import type { Migration } from './ports.ts'

export const serveMigrations: readonly Migration[] = [
  {
    room: 'serve',
    number: 1,
    name: 'clients',
    sql: `CREATE TABLE client (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('window', 'named')),
      name TEXT NOT NULL,
      token_sha256 TEXT NOT NULL UNIQUE,
      scopes TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      last_used_at INTEGER,
      expires_at INTEGER
    ) STRICT`,
  },
]

/** Who was shut out stays out, and the window that asked for the restore goes on. */
export const serveAfterRestore: readonly AfterRestore[] = [
  {
    room: 'serve',
    tables: ['client'],
    note: 'Who may call stays as it is now: tokens that were taken back since do not come back.',
    sql: `DELETE FROM client;
      INSERT INTO client (id, kind, name, token_sha256, scopes, created_at, last_used_at, expires_at)
      SELECT id, kind, name, token_sha256, scopes, created_at, last_used_at, expires_at FROM present.client`,
  },
]
