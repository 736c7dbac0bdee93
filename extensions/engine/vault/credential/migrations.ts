/** The tables of this part. Secret values are not in them; see `../secret/`. */
import type { Migration } from '../ports.ts'

export const credentialMigrations: readonly Migration[] = [
  {
    room: 'vault',
    number: 3,
    name: 'credentials, grants, attachments',
    sql: `
CREATE TABLE credential (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  connector TEXT NOT NULL,
  -- Values that are no secret, and the names of the fields that have a sealed one.
  plain TEXT NOT NULL,
  secret_fields TEXT NOT NULL,
  extra_hosts TEXT NOT NULL,
  allow_private INTEGER NOT NULL,
  expires_at INTEGER,
  rotate_days INTEGER,
  secret_changed_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER,
  health TEXT NOT NULL,
  oauth TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE credential_grant (
  credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
  persona_id TEXT NOT NULL,
  fields TEXT,
  hosts TEXT,
  how TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (credential_id, persona_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_grant_by_persona ON credential_grant (persona_id);
CREATE TABLE credential_attachment (
  id TEXT PRIMARY KEY NOT NULL,
  credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_attachment_by_credential ON credential_attachment (credential_id);`,
  },
]
