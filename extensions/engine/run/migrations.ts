/** The room's two tables. Long texts (input, document, prompt, whole result, output) are files; rows stay small, since the database lives in memory. */
import type { Migration } from './ports.ts'

export const runMigrations: readonly Migration[] = [
  {
    room: 'run',
    number: 1,
    name: 'runs and steps',
    sql: `
      CREATE TABLE run (
        num INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        persona_id TEXT NOT NULL,
        persona_name TEXT NOT NULL,
        persona_icon TEXT NOT NULL,
        persona_colour TEXT NOT NULL,
        body_kind TEXT NOT NULL,
        revision INTEGER,
        state TEXT NOT NULL,
        reason_code TEXT,
        reason_message TEXT,
        priority TEXT NOT NULL,
        again_of TEXT,
        concurrency INTEGER NOT NULL,
        queued_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        exit_code INTEGER,
        model TEXT,
        usage TEXT,
        cost_usd REAL,
        cost_known INTEGER NOT NULL,
        input_preview TEXT NOT NULL,
        result_preview TEXT NOT NULL,
        last_seq INTEGER NOT NULL,
        cut_bytes INTEGER NOT NULL
      );
      CREATE INDEX run_by_time ON run (queued_at);
      CREATE INDEX run_by_state ON run (state, queued_at);
      CREATE INDEX run_by_persona ON run (persona_id, queued_at, ended_at, cost_known, cost_usd);
      CREATE TABLE run_step (
        run_id TEXT NOT NULL,
        n INTEGER NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        state TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER,
        usage TEXT,
        cost_usd REAL,
        model TEXT,
        detail TEXT NOT NULL,
        PRIMARY KEY (run_id, n)
      ) WITHOUT ROWID;
    `,
  },
]
