/** Leases as rows of `vault_lease`. */
import { orNull, readRows, type Statement, text } from '#core'
import type { VaultStore } from '../ports.ts'

interface Subject {
  readonly credentialId: string
  readonly credential: string
  readonly runId?: string
  readonly personaId?: string
}

export function leaseOpened(leaseId: string, { credentialId, credential, runId, personaId }: Subject): Statement {
  return {
    sql: 'INSERT INTO vault_lease (lease_id, credential_id, credential, run_id, persona_id) VALUES (?, ?, ?, ?, ?)',
    params: [leaseId, credentialId, credential, runId ?? null, personaId ?? null],
  }
}

export function leaseEnded(leaseId: string, credentialId: string): Statement {
  return { sql: 'DELETE FROM vault_lease WHERE lease_id = ? AND credential_id = ?', params: [leaseId, credentialId] }
}

/** What a crashed engine left. */
export async function leftLeases(store: VaultStore): Promise<readonly { readonly leaseId: string; readonly subject: Subject }[]> {
  const columns = { lease_id: text, credential_id: text, credential: text, run_id: orNull(text), persona_id: orNull(text) }
  const rows = await readRows(store, columns, 'SELECT lease_id, credential_id, credential, run_id, persona_id FROM vault_lease', [])
  return rows.map((row) => ({
    leaseId: row.lease_id,
    subject: {
      credentialId: row.credential_id,
      credential: row.credential,
      ...(row.run_id === null ? {} : { runId: row.run_id }),
      ...(row.persona_id === null ? {} : { personaId: row.persona_id }),
    },
  }))
}
