/** The room's own two tables, and what is put right in them after a restore. */
import type { AfterRestore, Migration } from '#core'

export const storeMigrations: readonly Migration[] = [
  {
    room: 'store',
    number: 1,
    name: 'what was done to the data as a whole',
    sql: `
CREATE TABLE store_event (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE TABLE store_check (
  name TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  found TEXT NOT NULL
) STRICT;`,
  },
]

/** What happened to the data stays known after a restore, and so do the checks: the files that they are about are still there. */
export const storeAfterRestore: readonly AfterRestore[] = [
  {
    room: 'store',
    tables: ['store_event', 'store_check'],
    note: '',
    sql: `
DELETE FROM store_event;
DELETE FROM store_check;
INSERT INTO store_event SELECT n, at, kind, message FROM present.store_event;
INSERT INTO store_check SELECT name, at, found FROM present.store_check;`,
  },
]
