/** The room's table: what services there are. How they are is in memory alone: none of it is true after the engine's end. */
import type { Migration } from './ports.ts'

export const superviseMigrations: readonly Migration[] = [
  {
    room: 'supervise',
    number: 1,
    name: 'services',
    sql: `
CREATE TABLE service (
  id TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL,
  desired TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;`,
  },
]
