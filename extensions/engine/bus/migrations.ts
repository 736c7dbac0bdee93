import type { Migration } from './ports.ts'

export const busMigrations: readonly Migration[] = [
  {
    room: 'bus',
    number: 1,
    name: 'events, subscriptions and deliveries',
    sql: `
      CREATE TABLE bus_event (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        source TEXT NOT NULL,
        type TEXT NOT NULL,
        subject TEXT NOT NULL,
        time INTEGER NOT NULL,
        stored_at INTEGER NOT NULL,
        key TEXT NOT NULL,
        data TEXT NOT NULL,
        -- Attributes of CloudEvents that have no column, as JSON; mostly empty.
        extra TEXT NOT NULL,
        run_id TEXT,
        root_id TEXT NOT NULL,
        depth INTEGER NOT NULL,
        path TEXT NOT NULL,
        cost_usd REAL
      ) STRICT;
      CREATE UNIQUE INDEX bus_event_once ON bus_event (source, id);
      CREATE INDEX bus_event_by_root ON bus_event (root_id) WHERE depth > 0;
      CREATE TABLE bus_subscription (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        persona_id TEXT,
        types TEXT NOT NULL,
        filter TEXT NOT NULL,
        order_by TEXT NOT NULL,
        source TEXT NOT NULL,
        enabled INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE bus_delivery (
        event_seq INTEGER NOT NULL,
        subscription_id TEXT NOT NULL,
        round INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        key TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        tries INTEGER NOT NULL,
        next_at INTEGER,
        fire_id TEXT,
        run_id TEXT,
        changed_at INTEGER NOT NULL,
        like_group TEXT NOT NULL,
        PRIMARY KEY (event_seq, subscription_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX bus_delivery_by_seq ON bus_delivery (seq);
      CREATE INDEX bus_delivery_by_state ON bus_delivery (state, like_group) WHERE state IN ('pending', 'dead');
      CREATE INDEX bus_delivery_by_subscription ON bus_delivery (subscription_id, state);
    `,
  },
]
