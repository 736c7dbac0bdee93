/** The room's tables: retries that wait, what was healed, breakers, proposals. */
import type { Migration } from './ports.ts'

export const healMigrations: readonly Migration[] = [
  {
    room: 'heal',
    number: 1,
    name: 'retries, events, breakers and proposals',
    sql: `
CREATE TABLE heal_retry (
  run_id TEXT PRIMARY KEY NOT NULL,
  persona_id TEXT,
  persona_name TEXT NOT NULL,
  class TEXT NOT NULL,
  signature TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  same INTEGER NOT NULL,
  progress INTEGER NOT NULL,
  rungs TEXT NOT NULL,
  off TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  change TEXT NOT NULL,
  about TEXT NOT NULL,
  message TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX heal_retry_due ON heal_retry (due_at) WHERE state = 'waiting';
CREATE TABLE heal_event (
  id TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  persona_id TEXT,
  persona_name TEXT NOT NULL,
  class TEXT NOT NULL,
  outcome TEXT NOT NULL,
  change TEXT NOT NULL,
  signature TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX heal_event_by_time ON heal_event (at DESC);
CREATE INDEX heal_event_by_persona ON heal_event (persona_id, at);
CREATE TABLE heal_breaker (
  key TEXT PRIMARY KEY NOT NULL,
  breaker TEXT NOT NULL,
  last_failure TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
CREATE TABLE heal_proposal (
  id TEXT PRIMARY KEY NOT NULL,
  persona_id TEXT NOT NULL,
  persona_name TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  run_id TEXT NOT NULL,
  base_revision INTEGER NOT NULL,
  applied_revision INTEGER,
  why TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT
) STRICT;
CREATE INDEX heal_proposal_by_age ON heal_proposal (created_at DESC);
CREATE INDEX heal_proposal_by_run ON heal_proposal (run_id);`,
  },
]
