/** The tables of grants and attachments. */
import { z } from 'zod'
import type { AttachmentRow, Grant } from '#contract'
import { integer, json, oneOf, orNull, type RowReader, readRows, type SqlValue, type Statement, text } from '#core'

export interface GrantRecord {
  readonly credentialId: string
  readonly personaId: string
  readonly fields: readonly string[] | null
  readonly hosts: readonly string[] | null
  readonly how: Grant['how']
  readonly grantedAt: number
}

const list = json('names', z.array(z.string()))
const GRANT = {
  credential_id: text,
  persona_id: text,
  fields: orNull(list),
  hosts: orNull(list),
  how: oneOf(['placeholder', 'environment'] as const),
  granted_at: integer,
}
const COLUMNS = Object.keys(GRANT).join(', ')

async function grants(store: RowReader, where: string, params: readonly SqlValue[]): Promise<readonly GrantRecord[]> {
  const rows = await readRows(store, GRANT, `SELECT ${COLUMNS} FROM credential_grant ${where}`, params)
  return rows.map((row) => ({
    credentialId: row.credential_id,
    personaId: row.persona_id,
    fields: row.fields,
    hosts: row.hosts,
    how: row.how,
    grantedAt: row.granted_at,
  }))
}

export const allGrants = (store: RowReader) => grants(store, 'ORDER BY credential_id, persona_id', [])
export const grantsOfCredential = (store: RowReader, id: string) => grants(store, 'WHERE credential_id = ? ORDER BY persona_id', [id])
export const grantsOfPersona = (store: RowReader, id: string) => grants(store, 'WHERE persona_id = ? ORDER BY credential_id', [id])

export function putGrant(grant: GrantRecord): Statement {
  return {
    sql: `INSERT INTO credential_grant (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (credential_id, persona_id)
      DO UPDATE SET fields = excluded.fields, hosts = excluded.hosts, how = excluded.how, granted_at = excluded.granted_at`,
    params: [
      grant.credentialId,
      grant.personaId,
      grant.fields && JSON.stringify(grant.fields),
      grant.hosts && JSON.stringify(grant.hosts),
      grant.how,
      grant.grantedAt,
    ],
    expectChanges: 1,
  }
}

export const dropGrant = (credentialId: string, personaId: string): Statement => ({
  sql: 'DELETE FROM credential_grant WHERE credential_id = ? AND persona_id = ?',
  params: [credentialId, personaId],
  expectChanges: 1,
})
export const dropGrants = (credentialId: string): Statement => ({
  sql: 'DELETE FROM credential_grant WHERE credential_id = ?',
  params: [credentialId],
})

const ATTACHMENT = { id: text, credential_id: text, name: text, size: integer, added_at: integer }
export interface AttachmentRecord extends AttachmentRow {
  readonly credentialId: string
}

async function attachments(store: RowReader, where: string, params: readonly SqlValue[]): Promise<readonly AttachmentRecord[]> {
  const sql = `SELECT id, credential_id, name, size, added_at FROM credential_attachment ${where} ORDER BY added_at, id`
  const rows = await readRows(store, ATTACHMENT, sql, params)
  return rows.map((row) => ({ id: row.id, credentialId: row.credential_id, name: row.name, bytes: row.size, addedAt: row.added_at }))
}
export const allAttachments = (store: RowReader) => attachments(store, '', [])
export const attachmentsOf = (store: RowReader, credentialId: string) => attachments(store, 'WHERE credential_id = ?', [credentialId])

export const insertAttachment = ({ id, credentialId, name, bytes, addedAt }: AttachmentRecord): Statement => ({
  sql: 'INSERT INTO credential_attachment (id, credential_id, name, size, added_at) VALUES (?, ?, ?, ?, ?)',
  params: [id, credentialId, name, bytes, addedAt],
  expectChanges: 1,
})
export const deleteAttachment = (id: string): Statement => ({
  sql: 'DELETE FROM credential_attachment WHERE id = ?',
  params: [id],
  expectChanges: 1,
})
export const deleteAttachments = (credentialId: string): Statement => ({
  sql: 'DELETE FROM credential_attachment WHERE credential_id = ?',
  params: [credentialId],
})
