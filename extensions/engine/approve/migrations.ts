/** The room's two tables: what was asked, and what need not be. */
import type { Migration } from './ports.ts'

export const approveMigrations: readonly Migration[] = [
  {
    room: 'approve',
    number: 1,
    name: 'approvals, questions and rules',
    sql: `
CREATE TABLE approval (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  run_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  step_key TEXT NOT NULL,
  persona_id TEXT,
  persona_name TEXT NOT NULL,
  title TEXT NOT NULL,
  why TEXT NOT NULL,
  call TEXT,
  question TEXT,
  digest TEXT NOT NULL,
  rule_id TEXT,
  state TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT NOT NULL,
  said TEXT NOT NULL,
  edited TEXT,
  UNIQUE (run_id, step_key, digest)
) STRICT;
CREATE INDEX approval_waiting ON approval (asked_at, id) WHERE state = 'waiting';
CREATE INDEX approval_decided ON approval (decided_at DESC) WHERE decided_at IS NOT NULL;
CREATE TABLE approval_rule (
  id TEXT PRIMARY KEY NOT NULL,
  effect TEXT NOT NULL,
  pattern TEXT NOT NULL,
  target TEXT NOT NULL,
  lifetime TEXT NOT NULL,
  note TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  ended_at INTEGER,
  matches INTEGER NOT NULL,
  last_match TEXT
) STRICT;
CREATE INDEX approval_rule_by_state ON approval_rule (state, created_at);`,
  },
]
