/** The room's one table. A key is never in it, only the name under which it is found. */
import type { Migration } from './ports.ts'

export const modelMigrations: readonly Migration[] = [
  {
    room: 'model',
    number: 1,
    name: 'providers with what their last probe found',
    sql: `
CREATE TABLE provider (
  id TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL,
  probe TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;`,
  },
  {
    room: 'model',
    number: 2,
    name: "the list's order",
    sql: 'CREATE INDEX provider_by_age ON provider (created_at, id);',
  },
]
