/**
 * The room's tables. Values are only ever sealed; the audit log has none at all. Numbers are the room's, in the order in which
 * they came; each part keeps its migrations in its own folder, and they are joined here.
 */
import { credentialMigrations } from './credential/migrations.ts'
import { lendMigrations } from './lend/migrations.ts'
import type { Migration } from './ports.ts'

export const vaultMigrations: readonly Migration[] = [
  {
    room: 'vault',
    number: 1,
    name: 'sealed fields, the keys that sealed them, and the audit log',
    sql: `
-- Which vault these rows belong to, and small settings of it.
CREATE TABLE vault_fact (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
-- A retired key takes no more fields.
CREATE TABLE vault_key (id TEXT PRIMARY KEY NOT NULL, created_at INTEGER NOT NULL, retired_at INTEGER) STRICT;
CREATE TABLE vault_secret (
  credential_id TEXT NOT NULL,
  field TEXT NOT NULL,
  key_id TEXT NOT NULL REFERENCES vault_key (id),
  sealed BLOB NOT NULL,
  PRIMARY KEY (credential_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX vault_secret_by_key ON vault_secret (key_id);
CREATE TABLE vault_audit (
  seq INTEGER PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  who TEXT NOT NULL,
  subject TEXT NOT NULL,
  note TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
-- One row: how long the chain is and how it ends, signed with a key of the vault while it is open.
CREATE TABLE vault_audit_head (
  one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signed_seq INTEGER NOT NULL,
  signature TEXT NOT NULL
) STRICT;`,
  },
  ...lendMigrations,
  ...credentialMigrations,
]
