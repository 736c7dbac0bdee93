/** Taking a credential away: what it would touch, revoking, removing. All of it only restricts, so it works while sealed. */
import type { CredentialDetail, CredentialRadius } from '#contract'
import { TroupeError } from '#core'
import type { AttachmentFiles } from './attachments.ts'
import { attachmentsOf, deleteAttachments, dropGrants, grantsOfCredential } from './grant-rows.ts'
import { dropGrantMark } from './mark.ts'
import type { By, Room } from './room.ts'
import { deleteRecord, requireRecord, updateRecord } from './rows.ts'

export async function radiusOf(room: Room, id: string): Promise<CredentialRadius> {
  const { store, leases, providers } = room.ports
  const record = await requireRecord(store, id)
  const [grants, runs, using, files] = await Promise.all([
    grantsOfCredential(store, record.id).then((records) => room.grants(records)),
    leases.holders(record.id),
    providers.using(record.id),
    attachmentsOf(store, record.id),
  ])
  return {
    personas: grants.map((grant) => ({ id: grant.personaId, name: grant.personaName, grant })),
    runs: runs.map(({ id: runId, personaName }) => ({ id: runId, personaName })),
    providers: [...using],
    attachments: files.length,
    lastUsedAt: record.lastUsedAt,
  }
}

/** `tellService` asks the service itself to forget the token; it is best effort, and its failure is only noted. */
export async function revokeCredential(
  room: Room,
  id: string,
  by: By,
  tellService: (credentialId: string) => Promise<string>,
): Promise<CredentialDetail> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const grants = await grantsOfCredential(ports.store, record.id)
  const now = ports.clock.now()
  const statements = [
    updateRecord({ ...record, revokedAt: now, updatedAt: now }, record.version),
    dropGrants(record.id),
    ...grants.map(({ personaId }) => dropGrantMark(ports.vault.secrets, record.id, personaId)),
  ]
  await room.commit({ kind: 'revoke', record, note: `Revoked, with ${grants.length} grants.` }, statements, by)
  await ports.leases.end(record.id, null)
  const told = await tellService(record.id)
  if (told !== '') await room.commit({ kind: 'revoke', record, note: told }, [], by)
  return room.detail(record.id)
}

export async function removeCredential(room: Room, files: AttachmentFiles, id: string, endLeases: boolean, by: By): Promise<void> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const runs = await ports.leases.holders(record.id)
  if (runs.length > 0 && !endLeases) {
    await room.enter({ kind: 'credential-remove', record, outcome: 'refused', note: `${runs.length} runs hold a lease of it.` }, by)
    throw new TroupeError('REFUSED', `"${record.name}" is lent to ${runs.length === 1 ? 'a run' : `${runs.length} runs`} just now.`, {
      hint: 'Wait for their end, or remove it with their leases.',
      facts: { runs: runs.map((run) => run.id) },
    })
  }
  await ports.leases.end(record.id, null)
  const attachments = await attachmentsOf(ports.store, record.id)
  const statements = [dropGrants(record.id), deleteAttachments(record.id), ports.vault.secrets.drop(record.id), deleteRecord(record.id)]
  await room.commit({ kind: 'credential-remove', record, note: `Removed, with ${attachments.length} attachments.` }, statements, by)
  // The rows are gone, so a file that stays behind is removed at the next start; nobody can open it without its key.
  await Promise.all(attachments.map((attachment) => files.discard(attachment.id)))
}
