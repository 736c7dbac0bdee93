/** The room's two tables. */
import type { Migration } from './ports.ts'

export const settingsMigrations: readonly Migration[] = [
  {
    room: 'settings',
    number: 1,
    name: 'settings and memory',
    sql: `CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT`,
  },
]
