/** Attachments: files beside the store, each under a key of its own that is a sealed value of its credential. */
import { join } from 'node:path'
import type { AttachmentRow } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { type CallContext, newId, TroupeError } from '#core'
import { type AttachmentRecord, allAttachments, attachmentsOf, deleteAttachment, insertAttachment } from './grant-rows.ts'
import { attachmentKeyField, checkMark, encode } from './mark.ts'
import { openPieces, sealPieces } from './pieces.ts'
import type { By, Room } from './room.ts'
import { type CredentialRecord, requireRecord } from './rows.ts'
import { requireProof } from './showing.ts'

const KEY_BYTES = 32
/** Set before the pieces: which format the file has. */
const MAGIC = encode('troupe attachment 1\n')

export interface AttachmentFiles {
  put(record: AttachmentRecord, plain: Uint8Array, key: Uint8Array): Promise<void>
  /** DAMAGED when the file is gone or was changed. */
  open(record: AttachmentRecord, key: Uint8Array): Promise<Uint8Array>
  discard(id: string): Promise<void>
  /** Removes files that no row names: left by a stop between file and row. */
  sweep(rows: readonly AttachmentRecord[]): Promise<void>
}

export function attachmentFiles({ ports }: Pick<Room, 'ports'>): AttachmentFiles {
  const { files, folder } = ports
  const pathOf = (id: string) => join(folder, `${id}.sealed`)
  /** Another credential's file, or another attachment's, does not open in its place. */
  const contextOf = ({ credentialId, id }: AttachmentRecord) => encode(`${credentialId}/${id}`)
  return {
    async put(record, plain, key) {
      const sealed = await sealPieces(plain, key, contextOf(record))
      await files.write(pathOf(record.id), Buffer.concat([MAGIC, sealed]))
    },
    async open(record, key) {
      const file = await files.read(pathOf(record.id))
      if (file === null || !MAGIC.every((byte, index) => file[index] === byte))
        throw new TroupeError('DAMAGED', `The file of the attachment "${record.name}" is gone, or is no sealed file.`, {
          hint: 'Bring a backup of the data folder back.',
        })
      return openPieces(file.subarray(MAGIC.length), key, contextOf(record))
    },
    discard: (id) => files.remove(pathOf(id)),
    async sweep(rows) {
      const known = new Set(rows.map(({ id }) => `${id}.sealed`))
      const stray = (await files.names(folder)).filter((name) => !known.has(name))
      await Promise.all(stray.map((name) => files.remove(join(folder, name))))
    },
  }
}

export async function attachFile(
  room: Room,
  files: AttachmentFiles,
  id: string,
  name: string,
  fileBase64: string,
  by: By,
): Promise<AttachmentRow> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  ports.vault.sealer.requireOpen()
  const plain = Buffer.from(fileBase64, 'base64')
  if (plain.length > CREDENTIAL_LIMITS.attachmentBytes)
    throw new TroupeError(
      'TOO_LARGE',
      `An attachment has at most ${CREDENTIAL_LIMITS.attachmentBytes} bytes, and this one has ${plain.length}.`,
    )
  const there = await attachmentsOf(ports.store, record.id)
  if (there.length >= CREDENTIAL_LIMITS.attachments)
    throw new TroupeError('FULL', `"${record.name}" has ${there.length} attachments already.`, { hint: 'Remove one first.' })
  const made: AttachmentRecord = {
    id: newId(ports.chance, 'att'),
    credentialId: record.id,
    name,
    bytes: plain.length,
    addedAt: ports.clock.now(),
  }
  const key = ports.chance.bytes(KEY_BYTES)
  try {
    await files.put(made, plain, key)
    const seal = ports.vault.secrets.put({ credentialId: record.id, field: attachmentKeyField(made.id) }, key)
    await room.commit(
      { kind: 'credential-change', record, note: `A file of ${made.bytes} bytes was attached.` },
      [insertAttachment(made), seal],
      by,
    )
  } catch (thrown) {
    await files.discard(made.id)
    throw thrown
  } finally {
    key.fill(0)
    plain.fill(0)
  }
  return { id: made.id, name: made.name, bytes: made.bytes, addedAt: made.addedAt }
}

export async function openAttachment(
  room: Room,
  files: AttachmentFiles,
  asked: { readonly id: string; readonly attachmentId: string; readonly proof: string },
  by: CallContext,
): Promise<{ name: string; fileBase64: string }> {
  const { vault, store } = room.ports
  vault.sealer.requireOpen()
  const record = await requireRecord(store, asked.id)
  const attachment = await requireAttachment(room, record, asked.attachmentId)
  await requireProof(room, { kind: 'read-field', record }, asked.proof, by)
  const plain = await readAttachment(room, files, record, attachment)
  await room.commit({ kind: 'read-field', record, note: `The attachment ${attachment.id} was opened.` }, [], by)
  const fileBase64 = Buffer.from(plain).toString('base64')
  plain.fill(0)
  return { name: attachment.name, fileBase64 }
}

/** Opened; the caller wipes it. */
export async function readAttachment(
  { ports }: Room,
  files: AttachmentFiles,
  record: CredentialRecord,
  attachment: AttachmentRecord,
): Promise<Uint8Array> {
  await checkMark(ports.vault.secrets, record)
  const key = await ports.vault.secrets.read({ credentialId: record.id, field: attachmentKeyField(attachment.id) })
  if (key === undefined) throw new TroupeError('DAMAGED', `The key of the attachment "${attachment.name}" is gone from the vault.`)
  try {
    return await files.open(attachment, key)
  } finally {
    key.fill(0)
  }
}

/** Works while sealed. */
export async function detachFile(room: Room, files: AttachmentFiles, id: string, attachmentId: string, by: By): Promise<void> {
  const { vault, store } = room.ports
  const record = await requireRecord(store, id)
  const attachment = await requireAttachment(room, record, attachmentId)
  const statements = [deleteAttachment(attachment.id), vault.secrets.drop(record.id, attachmentKeyField(attachment.id))]
  await room.commit({ kind: 'credential-change', record, note: 'An attached file was removed.' }, statements, by)
  await files.discard(attachment.id)
}

async function requireAttachment({ ports }: Room, record: CredentialRecord, id: string): Promise<AttachmentRecord> {
  const found = (await attachmentsOf(ports.store, record.id)).find((one) => one.id === id)
  if (found) return found
  throw new TroupeError('NOT_FOUND', `"${record.name}" has no such attachment.`)
}

export const sweepFiles = async (room: Room, files: AttachmentFiles) => files.sweep(await allAttachments(room.ports.store))
