/** The provider table. What is read is checked again: an older build may have written it. */
import { type ProbeResult, type ProviderDoc, probeResult, providerDoc } from '#contract'
import { integer, json, type RowOf, readRows } from '#core'
import type { ModelStore } from './ports.ts'

export interface SavedProvider {
  readonly doc: ProviderDoc
  readonly probe: ProbeResult
  readonly createdAt: number
  readonly updatedAt: number
}

const PROVIDER = { doc: json('a provider', providerDoc), probe: json('a probe', probeResult), created_at: integer, updated_at: integer }
const COLUMNS = 'doc, probe, created_at, updated_at'

function savedOf({ doc, probe, created_at: createdAt, updated_at: updatedAt }: RowOf<typeof PROVIDER>): SavedProvider {
  return { doc, probe, createdAt, updatedAt }
}

export async function allProviders(store: ModelStore): Promise<readonly SavedProvider[]> {
  return (await readRows(store, PROVIDER, `SELECT ${COLUMNS} FROM provider ORDER BY created_at, id`)).map(savedOf)
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
