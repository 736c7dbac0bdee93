/** The provider table. What is read is checked again: an older build may have written it. */
import { type ProbeResult, type ProviderDoc, probeResult, providerDoc } from '#contract'
import type { ModelStore } from './ports.ts'

export interface SavedProvider {
  readonly doc: ProviderDoc
  readonly probe: ProbeResult
  readonly createdAt: number
  readonly updatedAt: number
}

interface Row {
  readonly doc: string
  readonly probe: string
  readonly created_at: number
  readonly updated_at: number
}

const COLUMNS = 'doc, probe, created_at, updated_at'

function parse(row: Row): SavedProvider {
  const doc = providerDoc.parse(JSON.parse(row.doc))
  return { doc, probe: probeResult.parse(JSON.parse(row.probe)), createdAt: row.created_at, updatedAt: row.updated_at }
}

export async function allProviders(store: ModelStore): Promise<readonly SavedProvider[]> {
  return (await store.read<Row>(`SELECT ${COLUMNS} FROM provider ORDER BY created_at, id`)).map(parse)
}

/** New, or in place of the one with the same id, whose time of creation is kept. */
export async function putProvider(store: ModelStore, doc: ProviderDoc, probe: ProbeResult, nowMs: number): Promise<void> {
  const sql = `INSERT INTO provider (id, ${COLUMNS}) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, probe = excluded.probe, updated_at = excluded.updated_at`
  await store.write([{ sql, params: [doc.id, JSON.stringify(doc), JSON.stringify(probe), nowMs, nowMs] }])
}

/** CONFLICT (from the store) when there is none of that id. */
export async function dropProvider(store: ModelStore, id: string): Promise<void> {
  await store.write([{ sql: 'DELETE FROM provider WHERE id = ?', params: [id], expectChanges: 1 }])
}
