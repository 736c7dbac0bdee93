/** The room's rows, checked as they are read. */
import { type McpServerDoc, mcpServerDoc, mcpToolDefinition } from '#contract'
import { flag, integer, json, orNull, type RowOf, readRow, readRows, type Statement, text } from '#core'
import type { PinRow } from './pins.ts'
import type { McpStore } from './ports.ts'

export interface SavedServer {
  readonly doc: McpServerDoc
  readonly serverName: string | null
  readonly testedAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

const SERVER = {
  doc: json('an MCP server', mcpServerDoc),
  server_name: orNull(text),
  tested_at: orNull(integer),
  created_at: integer,
  updated_at: integer,
}
const PIN = {
  server_id: text,
  name: text,
  seen: json('a tool', mcpToolDefinition),
  seen_hash: text,
  gone: flag,
  accepted: orNull(json('a tool', mcpToolDefinition)),
  accepted_hash: orNull(text),
  accepted_at: orNull(integer),
}

const serverOf = ({
  doc,
  server_name: serverName,
  tested_at: testedAt,
  created_at: createdAt,
  updated_at: updatedAt,
}: RowOf<typeof SERVER>) => ({ doc, serverName, testedAt, createdAt, updatedAt }) satisfies SavedServer

export const allServers = async (store: McpStore): Promise<readonly SavedServer[]> =>
  (await readRows(store, SERVER, 'SELECT doc, server_name, tested_at, created_at, updated_at FROM mcp_server ORDER BY created_at, id')).map(
    serverOf,
  )

export async function findServer(store: McpStore, id: string): Promise<SavedServer | undefined> {
  const row = await readRow(store, SERVER, 'SELECT doc, server_name, tested_at, created_at, updated_at FROM mcp_server WHERE id = ?', [id])
  return row && serverOf(row)
}

export const putServer = (doc: McpServerDoc, now: number): Statement => ({
  sql: `INSERT INTO mcp_server (id, doc, created_at, updated_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, updated_at = excluded.updated_at`,
  params: [doc.id, JSON.stringify(doc), now, now],
})

export const markTested = (id: string, serverName: string, now: number): Statement => ({
  sql: 'UPDATE mcp_server SET server_name = ?, tested_at = ? WHERE id = ?',
  params: [serverName, now, id],
})

export const dropServer = (id: string): readonly Statement[] => [
  { sql: 'DELETE FROM mcp_server WHERE id = ?', params: [id], expectChanges: 1 },
  { sql: 'DELETE FROM mcp_tool WHERE server_id = ?', params: [id] },
]

function pinOfRow(row: RowOf<typeof PIN>): PinRow {
  const { name, seen, seen_hash: seenHash, gone, accepted, accepted_hash: acceptedHash, accepted_at: acceptedAt } = row
  return { name, seen, seenHash, gone, accepted, acceptedHash, acceptedAt }
}

export async function pinsOf(store: McpStore, server: string): Promise<readonly PinRow[]> {
  return (await readRows(store, PIN, 'SELECT * FROM mcp_tool WHERE server_id = ? ORDER BY name', [server])).map(pinOfRow)
}

export async function allPins(store: McpStore): Promise<ReadonlyMap<string, readonly PinRow[]>> {
  const rows = await readRows(store, PIN, 'SELECT * FROM mcp_tool ORDER BY server_id, name', [], { maxRows: 50_000 })
  const grouped = Map.groupBy(rows, (row) => row.server_id)
  return new Map([...grouped].map(([server, found]) => [server, found.map(pinOfRow)]))
}

/** In place of all that the server had. */
export const putPins = (server: string, rows: readonly PinRow[]): readonly Statement[] => [
  { sql: 'DELETE FROM mcp_tool WHERE server_id = ?', params: [server] },
  ...rows.map((row) => ({
    sql: `INSERT INTO mcp_tool (server_id, name, seen, seen_hash, gone, accepted, accepted_hash, accepted_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      server,
      row.name,
      JSON.stringify(row.seen),
      row.seenHash,
      row.gone ? 1 : 0,
      row.accepted === null ? null : JSON.stringify(row.accepted),
      row.acceptedHash,
      row.acceptedAt,
    ],
  })),
]
