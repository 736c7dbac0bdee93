/** The room's tables. That a revision never changes is held by the database itself, not only by our code. */
import type { Migration } from './ports.ts'

export const teamMigrations: readonly Migration[] = [
  {
    room: 'team',
    number: 1,
    name: 'teams, their revisions, and the reports of their imports',
    sql: `
CREATE TABLE team (
  id TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL,
  card TEXT NOT NULL,
  imported INTEGER NOT NULL,
  active INTEGER NOT NULL,
  archived_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX team_by_change ON team (updated_at, id);
CREATE TABLE team_revision (
  team_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  doc TEXT NOT NULL,
  message TEXT NOT NULL,
  restored_from INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (team_id, number)
) STRICT;
CREATE TRIGGER team_revision_stays BEFORE UPDATE ON team_revision
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER team_revision_goes_with_its_team BEFORE DELETE ON team_revision
WHEN EXISTS (SELECT 1 FROM team WHERE id = OLD.team_id)
BEGIN SELECT RAISE(ABORT, 'a revision is removed only with its team'); END;
CREATE TABLE team_import (
  team_id TEXT PRIMARY KEY NOT NULL,
  kept TEXT NOT NULL
) STRICT;
`,
  },
]
