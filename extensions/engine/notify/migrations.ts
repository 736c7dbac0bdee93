/** The room's tables. `key` makes like ones alike; `scope` is `everyone` or a persona's id. */
import type { Migration } from './ports.ts'

export const notifyMigrations: readonly Migration[] = [
  {
    room: 'notify',
    number: 1,
    name: 'notifications and what is wished of them',
    sql: `
CREATE TABLE notification (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  persona_id TEXT,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  href TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  read_at INTEGER
) STRICT;
CREATE INDEX notification_by_time ON notification (at, id);
CREATE INDEX notification_unread ON notification (kind, key) WHERE read_at IS NULL;
CREATE TABLE notify_said (
  key TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE notify_preference (
  scope TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL
) STRICT;`,
  },
]
