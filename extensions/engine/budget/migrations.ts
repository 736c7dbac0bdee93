/** The room's tables: limits, one entry for each model call, runs that wait, and what was told. */
import type { Migration } from './ports.ts'

export const budgetMigrations: readonly Migration[] = [
  {
    room: 'budget',
    number: 1,
    name: 'limits and the ledger',
    sql: `
CREATE TABLE budget_limit (
  id TEXT PRIMARY KEY NOT NULL,
  target TEXT NOT NULL,
  span TEXT NOT NULL,
  unit TEXT NOT NULL,
  firmness TEXT NOT NULL,
  amount REAL NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (target, span, unit, firmness)
) STRICT;
CREATE TABLE budget_entry (
  id TEXT PRIMARY KEY NOT NULL,
  run_id TEXT NOT NULL,
  root_id TEXT NOT NULL,
  step INTEGER NOT NULL,
  persona_id TEXT,
  group_name TEXT NOT NULL,
  model TEXT NOT NULL,
  day TEXT NOT NULL,
  month TEXT NOT NULL,
  state TEXT NOT NULL,
  nano INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  reserved_at INTEGER NOT NULL,
  settled_at INTEGER
) STRICT;
CREATE INDEX budget_entry_by_month ON budget_entry (month, day);
CREATE INDEX budget_entry_by_root ON budget_entry (root_id);
CREATE INDEX budget_entry_open ON budget_entry (run_id) WHERE state = 'reserved';
CREATE TABLE budget_wait (
  run_id TEXT PRIMARY KEY NOT NULL,
  limit_id TEXT NOT NULL,
  persona_id TEXT,
  persona_name TEXT NOT NULL,
  since INTEGER NOT NULL,
  message TEXT NOT NULL,
  need TEXT NOT NULL
) STRICT;
CREATE TABLE budget_told (
  limit_id TEXT NOT NULL,
  span_key TEXT NOT NULL,
  level TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (limit_id, span_key, level)
) STRICT, WITHOUT ROWID;`,
  },
]
