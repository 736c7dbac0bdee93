-- Made by the migrations of every room, and pinned by a test. Not read by any program.

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

CREATE INDEX approval_decided ON approval (decided_at DESC) WHERE decided_at IS NOT NULL;

CREATE INDEX approval_waiting ON approval (asked_at, id) WHERE state = 'waiting';

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

CREATE INDEX approval_rule_by_state ON approval_rule (state, created_at);

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

CREATE TABLE budget_told (
  limit_id TEXT NOT NULL,
  span_key TEXT NOT NULL,
  level TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (limit_id, span_key, level)
) STRICT, WITHOUT ROWID;

CREATE TABLE budget_wait (
  run_id TEXT PRIMARY KEY NOT NULL,
  limit_id TEXT NOT NULL,
  persona_id TEXT,
  persona_name TEXT NOT NULL,
  since INTEGER NOT NULL,
  message TEXT NOT NULL,
  need TEXT NOT NULL
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

CREATE INDEX bus_event_by_root ON bus_event (root_id) WHERE depth > 0;

CREATE UNIQUE INDEX bus_event_once ON bus_event (source, id);

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

CREATE TABLE client (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('window', 'named')),
  name TEXT NOT NULL,
  token_sha256 TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at INTEGER
) STRICT;

CREATE TABLE credential (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  connector TEXT NOT NULL,
  -- Values that are no secret, and the names of the fields that have a sealed one.
  plain TEXT NOT NULL,
  secret_fields TEXT NOT NULL,
  extra_hosts TEXT NOT NULL,
  allow_private INTEGER NOT NULL,
  expires_at INTEGER,
  rotate_days INTEGER,
  secret_changed_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER,
  health TEXT NOT NULL,
  oauth TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE credential_attachment (
  id TEXT PRIMARY KEY NOT NULL,
  credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_attachment_by_credential ON credential_attachment (credential_id);

CREATE TABLE credential_grant (
  credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
  persona_id TEXT NOT NULL,
  fields TEXT,
  hosts TEXT,
  how TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (credential_id, persona_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_grant_by_persona ON credential_grant (persona_id);

CREATE TABLE heal_breaker (
  key TEXT PRIMARY KEY NOT NULL,
  breaker TEXT NOT NULL,
  last_failure TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;

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

CREATE INDEX heal_event_by_persona ON heal_event (persona_id, at);

CREATE INDEX heal_event_by_time ON heal_event (at DESC);

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

CREATE INDEX heal_proposal_by_run ON heal_proposal (run_id);

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

CREATE TABLE mcp_server (
  id TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL,
  server_name TEXT,
  tested_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mcp_tool (
  server_id TEXT NOT NULL,
  name TEXT NOT NULL,
  seen TEXT NOT NULL,
  seen_hash TEXT NOT NULL,
  gone INTEGER NOT NULL,
  accepted TEXT,
  accepted_hash TEXT,
  accepted_at INTEGER,
  PRIMARY KEY (server_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;

CREATE TABLE notification (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  persona_id TEXT,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  href TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  read_at INTEGER
) STRICT;

CREATE INDEX notification_by_time ON notification (at, id);

CREATE INDEX notification_unread ON notification (kind, key) WHERE read_at IS NULL;

CREATE TABLE notify_preference (
  scope TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL
) STRICT;

CREATE TABLE notify_said (
  key TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL
) STRICT;

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

CREATE INDEX persona_by_place ON persona (place, id);

CREATE TRIGGER persona_search_ends AFTER DELETE ON persona BEGIN
  DELETE FROM persona_search WHERE persona_id = OLD.id;
END;

CREATE TABLE persona_revision (
  persona_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  doc TEXT NOT NULL,
  message TEXT NOT NULL,
  restored_from INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (persona_id, number)
) STRICT;

CREATE TRIGGER persona_revision_goes_with_its_persona BEFORE DELETE ON persona_revision
WHEN EXISTS (SELECT 1 FROM persona WHERE id = OLD.persona_id)
BEGIN SELECT RAISE(ABORT, 'a revision is removed only with its persona'); END;

CREATE TRIGGER persona_revision_stays BEFORE UPDATE ON persona_revision
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;

CREATE TRIGGER persona_search_follows AFTER INSERT ON persona_revision BEGIN
  DELETE FROM persona_search WHERE persona_id = NEW.persona_id;
  INSERT INTO persona_search (persona_id, name, summary, labels, prompt) VALUES (NEW.persona_id, coalesce(NEW.doc ->> '$.name', ''), coalesce(NEW.doc ->> '$.summary', ''), coalesce(NEW.doc ->> '$.group', '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(NEW.doc, '$.tags')), '') || ' ' || coalesce(NEW.doc ->> '$.body.program', '') || ' ' || coalesce((SELECT group_concat(value ->> '$.model', ' ') FROM json_each(NEW.doc, '$.body.models')), ''), coalesce((SELECT group_concat(value ->> '$.text', ' ') FROM json_each(NEW.doc, '$.sections')), ''));
END;

CREATE TABLE persona_search (
  num INTEGER PRIMARY KEY,
  persona_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  summary TEXT NOT NULL,
  labels TEXT NOT NULL,
  prompt TEXT NOT NULL
) STRICT;

CREATE TRIGGER persona_search_comes AFTER INSERT ON persona_search BEGIN
  INSERT INTO persona_text (docid, name, summary, labels, prompt) VALUES (NEW.num, NEW.name, NEW.summary, NEW.labels, NEW.prompt);
END;

CREATE TRIGGER persona_search_goes BEFORE DELETE ON persona_search BEGIN
  DELETE FROM persona_text WHERE docid = OLD.num;
END;

CREATE VIRTUAL TABLE persona_text USING fts4(content="persona_search", name, summary, labels, prompt, tokenize=unicode61);

CREATE TABLE provider (
  id TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL,
  probe TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX provider_by_age ON provider (created_at, id);

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
, origin TEXT NOT NULL DEFAULT 'start', origin_step INTEGER, attempt INTEGER NOT NULL DEFAULT 1, stalled INTEGER NOT NULL DEFAULT 0, active_ms INTEGER NOT NULL DEFAULT 0, wake_at INTEGER);

CREATE INDEX run_by_persona ON run (persona_id, queued_at, ended_at, cost_known, cost_usd);

CREATE INDEX run_by_state ON run (state, queued_at);

CREATE INDEX run_by_time ON run (queued_at);

CREATE INDEX run_by_wake ON run (wake_at) WHERE wake_at IS NOT NULL;

CREATE TRIGGER run_text_comes AFTER INSERT ON run BEGIN
  INSERT INTO run_text (docid, persona_name, input_preview, result_preview, reason_message)
  VALUES (NEW.num, NEW.persona_name, NEW.input_preview, NEW.result_preview, NEW.reason_message);
END;

CREATE TRIGGER run_text_goes BEFORE DELETE ON run BEGIN
  DELETE FROM run_text WHERE docid = OLD.num;
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

CREATE TABLE run_message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  text TEXT NOT NULL,
  -- NULL: it waits.
  step INTEGER,
  created_at INTEGER NOT NULL
);

CREATE INDEX run_message_by_run ON run_message (run_id, id);

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
  detail TEXT NOT NULL, step_key TEXT, attempt INTEGER NOT NULL DEFAULT 1, digest TEXT, safety TEXT NOT NULL DEFAULT 'unsafe', inherited INTEGER NOT NULL DEFAULT 0, aside INTEGER NOT NULL DEFAULT 0, reservation TEXT, result TEXT, result_sha256 TEXT,
  PRIMARY KEY (run_id, n)
) WITHOUT ROWID;

CREATE UNIQUE INDEX run_step_once ON run_step (run_id, step_key, attempt) WHERE step_key IS NOT NULL;

CREATE VIRTUAL TABLE run_text USING fts4(
  content="run", persona_name, input_preview, result_preview, reason_message, tokenize=unicode61
);

CREATE TABLE service (
  id TEXT PRIMARY KEY NOT NULL,
  doc TEXT NOT NULL,
  desired TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE store_check (
  name TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  found TEXT NOT NULL
) STRICT;

CREATE TABLE store_event (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;

CREATE TABLE store_migration (
  room TEXT NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  PRIMARY KEY (room, number)
) STRICT;

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

CREATE TABLE team_import (
  team_id TEXT PRIMARY KEY NOT NULL,
  kept TEXT NOT NULL
) STRICT;

CREATE TABLE team_revision (
  team_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  doc TEXT NOT NULL,
  message TEXT NOT NULL,
  restored_from INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (team_id, number)
) STRICT;

CREATE TRIGGER team_revision_goes_with_its_team BEFORE DELETE ON team_revision
WHEN EXISTS (SELECT 1 FROM team WHERE id = OLD.team_id)
BEGIN SELECT RAISE(ABORT, 'a revision is removed only with its team'); END;

CREATE TRIGGER team_revision_stays BEFORE UPDATE ON team_revision
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;

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

CREATE INDEX trigger_by_kind ON trigger_doc (kind, enabled);

CREATE INDEX trigger_by_persona ON trigger_doc (persona_id);

CREATE TABLE trigger_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

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

CREATE INDEX trigger_fire_by_dedupe ON trigger_fire (trigger_id, dedupe) WHERE dedupe IS NOT NULL;

CREATE INDEX trigger_fire_by_due ON trigger_fire (due);

CREATE INDEX trigger_fire_by_run ON trigger_fire (run_id) WHERE run_id IS NOT NULL;

CREATE INDEX trigger_fire_by_trigger ON trigger_fire (trigger_id, seq);

CREATE UNIQUE INDEX trigger_fire_once ON trigger_fire (trigger_id, reference) WHERE reference IS NOT NULL;

CREATE INDEX trigger_fire_open ON trigger_fire (state) WHERE state IN ('waiting', 'asking', 'starting', 'started');

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

CREATE TABLE vault_audit (
  seq INTEGER PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  who TEXT NOT NULL,
  subject TEXT NOT NULL,
  note TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE vault_audit_head (
  one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signed_seq INTEGER NOT NULL,
  signature TEXT NOT NULL
) STRICT;

CREATE TABLE vault_fact (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;

CREATE TABLE vault_key (id TEXT PRIMARY KEY NOT NULL, created_at INTEGER NOT NULL, retired_at INTEGER) STRICT;

CREATE TABLE vault_lease (
  lease_id TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  credential TEXT NOT NULL,
  run_id TEXT,
  persona_id TEXT,
  PRIMARY KEY (lease_id, credential_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vault_secret (
  credential_id TEXT NOT NULL,
  field TEXT NOT NULL,
  key_id TEXT NOT NULL REFERENCES vault_key (id),
  sealed BLOB NOT NULL,
  PRIMARY KEY (credential_id, field)
) STRICT, WITHOUT ROWID;

CREATE INDEX vault_secret_by_key ON vault_secret (key_id);

CREATE TABLE webhook_hook (trigger_id TEXT PRIMARY KEY, path_sha256 TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;

CREATE TABLE webhook_out (id TEXT PRIMARY KEY, doc TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;

CREATE TABLE webhook_place (one INTEGER PRIMARY KEY CHECK (one = 1), port INTEGER NOT NULL) STRICT;

CREATE TABLE webhook_request (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trigger_id TEXT,
  at INTEGER NOT NULL,
  method TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER NOT NULL,
  detail TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT,
  event_seq INTEGER
) STRICT;

CREATE INDEX webhook_request_by_hook ON webhook_request (trigger_id, id);
