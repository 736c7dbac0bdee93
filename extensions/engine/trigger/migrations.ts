import type { AfterRestore } from '#core'
import type { Migration } from './ports.ts'

export const triggerMigrations: readonly Migration[] = [
  {
    room: 'trigger',
    number: 1,
    name: 'triggers, their schedules and their fires',
    sql: `
      CREATE TABLE trigger_doc (
        id TEXT PRIMARY KEY,
        doc TEXT NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        -- Why it is held although it is on; empty: it is not.
        held TEXT NOT NULL,
        last_fire_at INTEGER,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX trigger_by_persona ON trigger_doc (persona_id);
      CREATE INDEX trigger_by_kind ON trigger_doc (kind, enabled);
      -- What a due time needs, and no more: all rows of triggers that are on lie in memory.
      CREATE TABLE trigger_schedule (
        trigger_id TEXT PRIMARY KEY,
        persona_id TEXT NOT NULL,
        rule TEXT NOT NULL,
        zone TEXT NOT NULL,
        missed TEXT NOT NULL,
        jitter_ms INTEGER NOT NULL,
        expires_at INTEGER,
        live INTEGER NOT NULL,
        accounted_to INTEGER NOT NULL,
        ahead TEXT NOT NULL,
        skip_until INTEGER,
        next_at INTEGER
      ) STRICT;
      CREATE INDEX trigger_by_next ON trigger_schedule (live, next_at);
      CREATE TABLE trigger_fire (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        trigger_id TEXT NOT NULL,
        trigger_name TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        cause TEXT NOT NULL,
        state TEXT NOT NULL,
        why TEXT,
        why_text TEXT NOT NULL,
        due_from INTEGER NOT NULL,
        due INTEGER NOT NULL,
        count INTEGER,
        noted_at INTEGER NOT NULL,
        start_at INTEGER,
        started_at INTEGER,
        ended_at INTEGER,
        run_id TEXT,
        run_state TEXT,
        event_seq INTEGER,
        reference TEXT,
        root_id TEXT NOT NULL,
        depth INTEGER NOT NULL,
        path TEXT NOT NULL,
        priority TEXT NOT NULL,
        tries INTEGER NOT NULL,
        dedupe TEXT,
        input TEXT NOT NULL,
        params TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX trigger_fire_once ON trigger_fire (trigger_id, reference) WHERE reference IS NOT NULL;
      CREATE INDEX trigger_fire_by_trigger ON trigger_fire (trigger_id, seq);
      CREATE INDEX trigger_fire_by_due ON trigger_fire (due);
      CREATE INDEX trigger_fire_by_run ON trigger_fire (run_id) WHERE run_id IS NOT NULL;
      CREATE INDEX trigger_fire_open ON trigger_fire (state) WHERE state IN ('waiting', 'asking', 'starting', 'started');
      CREATE INDEX trigger_fire_by_dedupe ON trigger_fire (trigger_id, dedupe) WHERE dedupe IS NOT NULL;
      CREATE TABLE trigger_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    `,
  },
]

/** A backup's schedules would make up for all the time since; what ran since then has run. */
export const triggerAfterRestore: readonly AfterRestore[] = [
  {
    room: 'trigger',
    tables: ['trigger_schedule', 'trigger_fire'],
    note: 'Schedules go on from now: what was due since the backup is not made up for, and fires that waited are dropped.',
    sql: `UPDATE trigger_schedule SET accounted_to = :now, ahead = '[]', next_at = NULL;
      UPDATE trigger_fire SET state = 'failed', why = 'error', why_text = 'It waited when the backup was made that was restored.', ended_at = :now
        WHERE state IN ('waiting', 'asking', 'starting', 'started')`,
  },
]
