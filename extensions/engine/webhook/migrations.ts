import type { Migration } from '#core'

export const webhookMigrations: readonly Migration[] = [
  {
    room: 'webhook',
    number: 1,
    name: 'hooks, their requests, and what is sent out',
    sql: `
      CREATE TABLE webhook_hook (trigger_id TEXT PRIMARY KEY, path_sha256 TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
      CREATE TABLE webhook_request (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        trigger_id TEXT,
        at INTEGER NOT NULL,
        method TEXT NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER NOT NULL,
        detail TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        headers TEXT NOT NULL,
        body TEXT,
        event_seq INTEGER
      ) STRICT;
      CREATE INDEX webhook_request_by_hook ON webhook_request (trigger_id, id);
      CREATE TABLE webhook_place (one INTEGER PRIMARY KEY CHECK (one = 1), port INTEGER NOT NULL) STRICT;
      CREATE TABLE webhook_out (id TEXT PRIMARY KEY, doc TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
    `,
  },
]
