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
  {
    room: 'persona',
    number: 3,
    name: 'the words of personas, for the search',
    // Of the current revision, prompts included. Filled by the database itself, so that no way of saving can forget it.
    sql: `
CREATE TABLE persona_search (
  num INTEGER PRIMARY KEY,
  persona_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  summary TEXT NOT NULL,
  labels TEXT NOT NULL,
  prompt TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE persona_text USING fts4(content="persona_search", name, summary, labels, prompt, tokenize=unicode61);
CREATE TRIGGER persona_search_comes AFTER INSERT ON persona_search BEGIN
  INSERT INTO persona_text (docid, name, summary, labels, prompt) VALUES (NEW.num, NEW.name, NEW.summary, NEW.labels, NEW.prompt);
END;
CREATE TRIGGER persona_search_goes BEFORE DELETE ON persona_search BEGIN
  DELETE FROM persona_text WHERE docid = OLD.num;
END;
CREATE TRIGGER persona_search_follows AFTER INSERT ON persona_revision BEGIN
  DELETE FROM persona_search WHERE persona_id = NEW.persona_id;
  INSERT INTO persona_search (persona_id, name, summary, labels, prompt) VALUES (${searchOf('NEW')});
END;
CREATE TRIGGER persona_search_ends AFTER DELETE ON persona BEGIN
  DELETE FROM persona_search WHERE persona_id = OLD.id;
END;
INSERT INTO persona_search (persona_id, name, summary, labels, prompt)
  SELECT ${searchOf('r')} FROM persona p JOIN persona_revision r ON r.persona_id = p.id AND r.number = p.revision;
`,
  },
]

/** The texts of a revision, column by column of `persona_search`. */
function searchOf(revision: string): string {
  const of = (path: string): string => `coalesce(${revision}.doc ->> '$.${path}', '')`
  const all = (path: string, field: string): string =>
    `coalesce((SELECT group_concat(value${field}, ' ') FROM json_each(${revision}.doc, '$.${path}')), '')`
  const runsOn = `${of('body.program')} || ' ' || coalesce((SELECT group_concat(value ->> '$.model', ' ') FROM json_each(${revision}.doc, '$.body.models')), '')`
  return [
    `${revision}.persona_id`,
    of('name'),
    of('summary'),
    `${of('group')} || ' ' || ${all('tags', '')} || ' ' || ${runsOn}`,
    all('sections', " ->> '$.text'"),
  ].join(', ')
}
