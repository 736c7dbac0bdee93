/** The room's tables: configured servers, and what was accepted of their tools. No secret is in either. */
import type { Migration } from './ports.ts'

export const mcpMigrations: readonly Migration[] = [
  {
    room: 'mcp',
    number: 1,
    name: 'MCP servers, and the pins of their tools',
    sql: `
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
) STRICT, WITHOUT ROWID;`,
  },
]
