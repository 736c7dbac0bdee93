/** The room's two tables. That a revision never changes is held by the database itself, not only by our code. */
import type { Migration } from './ports.ts'

export const personaMigrations: readonly Migration[] = [
  {
    room: 'persona',
    number: 1,
    name: 'personas and their revisions',
    sql: `
CREATE TABLE persona (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  card TEXT NOT NULL,
  place REAL NOT NULL,
  active INTEGER NOT NULL,
  archived_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE persona_revision (
  persona_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  doc TEXT NOT NULL,
  message TEXT NOT NULL,
  restored_from INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (persona_id, number)
) STRICT;
CREATE TRIGGER persona_revision_stays BEFORE UPDATE ON persona_revision
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER persona_revision_goes_with_its_persona BEFORE DELETE ON persona_revision
WHEN EXISTS (SELECT 1 FROM persona WHERE id = OLD.persona_id)
BEGIN SELECT RAISE(ABORT, 'a revision is removed only with its persona'); END;
`,
  },
  {
    room: 'persona',
    number: 2,
    name: "the list's order",
    sql: 'CREATE INDEX persona_by_place ON persona (place, id);',
  },
]
