/** The room's two tables. Long texts (input, document, prompt, whole result, output) are files; rows stay small, since the database lives in memory. */
import type { AfterRestore } from '#core'
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
  {
    room: 'run',
    number: 2,
    name: 'the words of runs, for the search',
    // The texts stay in `run` alone (external content). `automerge` spreads the index's own upkeep over the writes: without it one
    // insert in some ten thousand takes 0.8 s, with it 0.13 s.
    sql: `
      CREATE VIRTUAL TABLE run_text USING fts4(
        content="run", persona_name, input_preview, result_preview, reason_message, tokenize=unicode61
      );
      INSERT INTO run_text (run_text) VALUES ('rebuild');
      INSERT INTO run_text (run_text) VALUES ('automerge=8');
      CREATE TRIGGER run_text_comes AFTER INSERT ON run BEGIN
        INSERT INTO run_text (docid, persona_name, input_preview, result_preview, reason_message)
        VALUES (NEW.num, NEW.persona_name, NEW.input_preview, NEW.result_preview, NEW.reason_message);
      END;
      CREATE TRIGGER run_text_leaves BEFORE UPDATE OF result_preview, reason_message ON run
      WHEN OLD.result_preview IS NOT NEW.result_preview OR OLD.reason_message IS NOT NEW.reason_message BEGIN
        DELETE FROM run_text WHERE docid = OLD.num;
      END;
      CREATE TRIGGER run_text_returns AFTER UPDATE OF result_preview, reason_message ON run
      WHEN OLD.result_preview IS NOT NEW.result_preview OR OLD.reason_message IS NOT NEW.reason_message BEGIN
        INSERT INTO run_text (docid, persona_name, input_preview, result_preview, reason_message)
        VALUES (NEW.num, NEW.persona_name, NEW.input_preview, NEW.result_preview, NEW.reason_message);
      END;
      CREATE TRIGGER run_text_goes BEFORE DELETE ON run BEGIN
        DELETE FROM run_text WHERE docid = OLD.num;
      END;
    `,
  },
  {
    room: 'run',
    number: 3,
    name: 'the step journal',
    sql: `
      ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT 'start';
      ALTER TABLE run ADD COLUMN origin_step INTEGER;
      ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
      -- Tries in a row that completed no step.
      ALTER TABLE run ADD COLUMN stalled INTEGER NOT NULL DEFAULT 0;
      -- Milliseconds that it has run until it was parked or broke: its time limit counts these.
      ALTER TABLE run ADD COLUMN active_ms INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE run ADD COLUMN wake_at INTEGER;
      CREATE INDEX run_by_wake ON run (wake_at) WHERE wake_at IS NOT NULL;
      ALTER TABLE run_step ADD COLUMN step_key TEXT;
      ALTER TABLE run_step ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE run_step ADD COLUMN digest TEXT;
      ALTER TABLE run_step ADD COLUMN safety TEXT NOT NULL DEFAULT 'unsafe';
      ALTER TABLE run_step ADD COLUMN inherited INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE run_step ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
      -- What the guards reserved for it; given back to them when it is settled.
      ALTER TABLE run_step ADD COLUMN reservation TEXT;
      -- What it answered, as JSON; long ones are in a file of that SHA-256 instead.
      ALTER TABLE run_step ADD COLUMN result TEXT;
      ALTER TABLE run_step ADD COLUMN result_sha256 TEXT;
      -- The last line of defence: no step is journaled twice.
      CREATE UNIQUE INDEX run_step_once ON run_step (run_id, step_key, attempt) WHERE step_key IS NOT NULL;
      CREATE TABLE run_message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id TEXT NOT NULL,
        text TEXT NOT NULL,
        -- NULL: it waits.
        step INTEGER,
        created_at INTEGER NOT NULL
      );
      CREATE INDEX run_message_by_run ON run_message (run_id, id);
    `,
  },
]

/**
 * What waited or ran when a backup was made has most likely gone on since: it is not begun, nor gone on with from its journal (and paid for, and
 * done) a second time by a restore.
 */
export const runAfterRestore: readonly AfterRestore[] = [
  {
    room: 'run',
    tables: ['run'],
    note: 'Runs that waited when it was made are not started again: they are marked as cancelled. Runs that were under way are marked as incomplete.',
    sql: `UPDATE run SET
        state = CASE state WHEN 'running' THEN 'incomplete' ELSE 'cancelled' END,
        reason_code = CASE state WHEN 'running' THEN 'engine-stopped' ELSE 'person' END,
        reason_message = CASE state WHEN 'running' THEN 'It was under way when the backup was made that was restored.'
          ELSE 'It waited when the backup was made that was restored.' END,
        cost_known = CASE WHEN state = 'running' AND body_kind <> 'command' THEN 0 ELSE cost_known END,
        ended_at = :now
      WHERE state IN ('queued', 'parked', 'running')`,
  },
  {
    room: 'run',
    tables: ['run_step'],
    note: 'Steps of runs that were under way are marked as unknown.',
    sql: `UPDATE run_step SET state = 'unknown', ended_at = :now WHERE state = 'running'`,
  },
]
