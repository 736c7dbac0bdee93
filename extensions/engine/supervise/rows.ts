/** The room's rows, checked as they are read. */
import { type ServiceDoc, serviceDoc } from '#contract'
import { integer, json, readRows, type Statement } from '#core'
import type { SuperviseStore } from './ports.ts'

export interface SavedService {
  readonly doc: ServiceDoc
  readonly createdAt: number
  readonly updatedAt: number
}

const SERVICE = { doc: json('a service', serviceDoc), created_at: integer, updated_at: integer }

export async function allServices(store: SuperviseStore): Promise<readonly SavedService[]> {
  const rows = await readRows(store, SERVICE, 'SELECT doc, created_at, updated_at FROM service ORDER BY created_at, id')
  return rows.map(({ doc, created_at: createdAt, updated_at: updatedAt }) => ({ doc, createdAt, updatedAt }))
}

export const putService = (doc: ServiceDoc, now: number): Statement => ({
  sql: `INSERT INTO service (id, doc, desired, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, desired = excluded.desired, updated_at = excluded.updated_at`,
  params: [doc.id, JSON.stringify(doc), doc.desired, now, now],
})

export const dropService = (id: string): Statement => ({ sql: 'DELETE FROM service WHERE id = ?', params: [id], expectChanges: 1 })
