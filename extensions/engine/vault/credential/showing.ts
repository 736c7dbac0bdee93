/** Values that leave for a person's eyes: a proof first, then the entry, then the value. */
import type { TotpCode } from '#contract'
import { type AuditKind, CREDENTIAL_LIMITS } from '#contract/plain'
import { type CallContext, TroupeError } from '#core'
import { connectorFor } from './describe.ts'
import { checkMark, decode } from './mark.ts'
import type { Room } from './room.ts'
import { type CredentialRecord, requireRecord } from './rows.ts'
import { totpAt } from './totp.ts'

/** REAUTHENTICATE, entered as refused, unless the proof holds. */
export async function requireProof(
  room: Room,
  asked: { readonly kind: AuditKind; readonly record: Pick<CredentialRecord, 'id' | 'name'>; readonly field?: string },
  proof: string,
  by: CallContext,
): Promise<void> {
  try {
    room.ports.vault.proofs.require(by, proof)
  } catch (thrown) {
    const subject = asked.field === undefined ? {} : { field: asked.field }
    await room.enter(
      { kind: asked.kind, record: asked.record, subject, outcome: 'refused', note: 'Without a proof of re-authentication.' },
      by,
    )
    throw thrown
  }
}

export async function revealField(
  room: Room,
  asked: { readonly id: string; readonly field: string; readonly purpose: 'reveal' | 'copy'; readonly proof: string },
  by: CallContext,
): Promise<{ value: string; shownMs: number }> {
  const { vault, store } = room.ports
  vault.sealer.requireOpen()
  const record = await requireRecord(store, asked.id)
  requireSecretField(record, asked.field)
  await requireProof(room, { kind: asked.purpose, record, field: asked.field }, asked.proof, by)
  const value = await openField(room, record, asked.field)
  await room.commit({ kind: asked.purpose, record, subject: { field: asked.field } }, [], by)
  return { value, shownMs: CREDENTIAL_LIMITS.shownMs }
}

export async function makeCode(room: Room, id: string, proof: string, by: CallContext): Promise<TotpCode> {
  const { vault, store, clock } = room.ports
  vault.sealer.requireOpen()
  const record = await requireRecord(store, id)
  if (!record.secretFields.includes('totp'))
    throw new TroupeError('WRONG_STATE', `"${record.name}" has no key of one-time codes.`, { hint: 'Put one into its field of that name.' })
  await requireProof(room, { kind: 'read-field', record, field: 'totp' }, proof, by)
  const key = await openField(room, record, 'totp')
  await room.commit({ kind: 'read-field', record, subject: { field: 'totp' }, note: 'A one-time code was made.' }, [], by)
  return totpAt(key, clock.now())
}

function requireSecretField(record: CredentialRecord, name: string): void {
  const field = connectorFor(record).fields.find((one) => one.name === name)
  if (!field) throw new TroupeError('INVALID', `"${record.name}" has no field "${name}".`, { facts: { field: 'field' } })
  if (!field.secret) throw new TroupeError('WRONG_STATE', `"${field.label}" of "${record.name}" is no secret; credential.get shows it.`)
  if (!record.secretFields.includes(name)) throw new TroupeError('WRONG_STATE', `"${field.label}" of "${record.name}" is empty.`)
}

async function openField({ ports }: Room, record: CredentialRecord, field: string): Promise<string> {
  await checkMark(ports.vault.secrets, record)
  const bytes = await ports.vault.secrets.read({ credentialId: record.id, field })
  if (bytes === undefined)
    throw new TroupeError('DAMAGED', `The value of "${field}" of "${record.name}" is gone from the vault.`, {
      hint: 'Put it in again, or bring a backup back.',
    })
  return decode(bytes)
}
