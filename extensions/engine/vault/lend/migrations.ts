/** The leases of now, so that those of an engine that crashed are entered as ended at the next start. */
import type { Migration } from '../ports.ts'

export const lendMigrations: readonly Migration[] = [
  {
    room: 'vault',
    number: 2,
    name: 'leases of now',
    sql: `
CREATE TABLE vault_lease (
  lease_id TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  credential TEXT NOT NULL,
  run_id TEXT,
  persona_id TEXT,
  PRIMARY KEY (lease_id, credential_id)
) STRICT, WITHOUT ROWID;`,
  },
]
