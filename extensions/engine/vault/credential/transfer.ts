/** Many credentials at once: in from a plan, out into a sealed file. */
import type { CredentialPlan, ImportResult, ImportSource } from '#contract'
import { allowedHost } from '#contract'
import { CREDENTIAL_LIMITS, LIMITS } from '#contract/plain'
import { type CallContext, newId, type Statement, TroupeError } from '#core'
import { type AttachmentFiles, readAttachment } from './attachments.ts'
import { makeCredential, requireRoom } from './change.ts'
import { connectorFor } from './describe.ts'
import { formFields } from './fields.ts'
import { type AttachmentRecord, attachmentsOf, insertAttachment } from './grant-rows.ts'
import { type Planned, planImport } from './import/plan.ts'
import { openValues } from './lend.ts'
import { attachmentKeyField } from './mark.ts'
import type { By, Room } from './room.ts'
import { allRecords, type CredentialRecord, requireRecord } from './rows.ts'
import { type SealedContent, writeSealedFile } from './sealed-file.ts'
import { requireProof } from './showing.ts'

const KEY_BYTES = 32
const NOTHING_MORE = { attachments: [], extraHosts: [], allowPrivate: false, expiresAt: null, rotateEveryDays: undefined } as const

export interface Transfers {
  plan(source: ImportSource): Promise<CredentialPlan>
  import(source: ImportSource, digest: string, keys: readonly string[], by: By): Promise<ImportResult>
  export(
    asked: { readonly ids: readonly string[]; readonly passphrase: string; readonly proof: string },
    by: CallContext,
  ): Promise<{ fileName: string; text: string; credentials: number }>
}

export function makeTransfers(room: Room, files: AttachmentFiles): Transfers {
  const { ports } = room
  const digestKey = ports.chance.bytes(KEY_BYTES)
  const planned = async (source: ImportSource): Promise<Planned> => {
    const taken = new Set((await allRecords(ports.store)).map(({ name }) => name))
    return planImport(source, taken, ports, digestKey)
  }
  return {
    plan: async (source) => (await planned(source)).plan,
    async import(source, digest, keys, by) {
      ports.vault.sealer.requireOpen()
      const { plan, entries } = await planned(source)
      if (plan.digest !== digest)
        throw new TroupeError('CONFLICT', 'The plan is another by now: the source or the vault changed since it was shown.', {
          hint: 'Look at the new plan, and import that.',
        })
      return importEntries(room, files, plan, entries, new Set(keys), by)
    },
    export: (asked, by) => exportAll(room, files, asked, by),
  }
}

/** One transaction for all of them. Files are written before it, and removed when it fails. */
async function importEntries(
  room: Room,
  files: AttachmentFiles,
  plan: CredentialPlan,
  entries: Planned['entries'],
  keys: ReadonlySet<string>,
  by: By,
): Promise<ImportResult> {
  const { ports } = room
  const unknown = [...keys].find((key) => !entries.has(key))
  if (unknown !== undefined)
    throw new TroupeError('INVALID', `The plan has no entry "${unknown.slice(0, 80)}".`, { facts: { field: 'keys' } })
  const chosen = [...entries.values()].filter(({ key }) => keys.has(key))
  await requireRoom(room, chosen.length)
  const records: CredentialRecord[] = []
  const statements: Statement[] = []
  const written: string[] = []
  try {
    for (const { name, label, connector, values, more } of chosen) {
      const { attachments, ...rest } = more ?? NOTHING_MORE
      const extraHosts = rest.extraHosts.filter((host) => allowedHost.safeParse(host).success)
      const made = await makeCredential({ connector, name, label, values: { ...values }, ...rest, extraHosts }, ports, { partly: true })
      records.push(made.record)
      statements.push(...made.statements)
      for (const attachment of attachments) statements.push(...(await attach(room, files, made.record, attachment, written)))
    }
    if (records.length > 0) await commitImport(room, records, statements, by)
  } catch (thrown) {
    await Promise.all(written.map((id) => files.discard(id)))
    throw thrown
  }
  const left = [...entries.values()].filter(({ key }) => !keys.has(key)).map(({ from }) => ({ from, why: 'It was not chosen.' }))
  return { added: await Promise.all(records.map((record) => room.row(record))), skipped: [...plan.skipped, ...left] }
}

async function attach(
  room: Room,
  files: AttachmentFiles,
  record: CredentialRecord,
  given: { readonly name: string; readonly fileBase64: string },
  written: string[],
): Promise<Statement[]> {
  const { ports } = room
  const plain = Buffer.from(given.fileBase64, 'base64')
  if (plain.length > CREDENTIAL_LIMITS.attachmentBytes)
    throw new TroupeError('TOO_LARGE', `The attachment "${given.name}" of "${record.name}" is too large.`)
  const made: AttachmentRecord = {
    id: newId(ports.chance, 'att'),
    credentialId: record.id,
    name: given.name,
    bytes: plain.length,
    addedAt: ports.clock.now(),
  }
  const key = ports.chance.bytes(KEY_BYTES)
  written.push(made.id)
  await files.put(made, plain, key)
  const seal = ports.vault.secrets.put({ credentialId: record.id, field: attachmentKeyField(made.id) }, key)
  key.fill(0)
  plain.fill(0)
  return [insertAttachment(made), seal]
}

async function commitImport(
  { ports }: Room,
  records: readonly CredentialRecord[],
  statements: readonly Statement[],
  by: By,
): Promise<void> {
  const entries = records.map(({ id, name, connector }) => ({
    kind: 'import' as const,
    by: by.clientName,
    subject: { credentialId: id, credential: name },
    note: `A ${connector} credential.`,
  }))
  await ports.vault.audit.append(entries, statements)
  for (const { id } of records) ports.announce('credential', id, 'import')
}

async function exportAll(
  room: Room,
  files: AttachmentFiles,
  { ids, passphrase, proof }: { readonly ids: readonly string[]; readonly passphrase: string; readonly proof: string },
  by: CallContext,
): Promise<{ fileName: string; text: string; credentials: number }> {
  const { ports } = room
  ports.vault.sealer.requireOpen()
  const records =
    ids.length === 0 ? await allRecords(ports.store) : await Promise.all([...new Set(ids)].map((id) => requireRecord(ports.store, id)))
  if (records.length === 0) throw new TroupeError('WRONG_STATE', 'There is no credential to export.')
  const [first] = records
  const subject = {
    id: records.length === 1 ? (first?.id ?? '') : '*',
    name: records.length === 1 ? (first?.name ?? '') : `${records.length} credentials`,
  }
  await requireProof(room, { kind: 'export', record: subject }, proof, by)
  const credentials: SealedContent['credentials'] = []
  for (const record of records) credentials.push(await exported(room, files, record))
  const now = ports.clock.now()
  const text = await writeSealedFile({ exportedAt: now, credentials }, passphrase, ports)
  if (text.length > LIMITS.frameBytes - 65_536)
    throw new TroupeError('TOO_LARGE', `The file would have ${text.length} bytes, and could not be imported again in one piece.`, {
      hint: 'Export fewer at a time; attachments weigh the most.',
    })
  const entries = records.map(({ id, name }) => ({
    kind: 'export' as const,
    by: by.clientName,
    subject: { credentialId: id, credential: name },
    note: 'Into a sealed file.',
  }))
  await ports.vault.audit.append(entries)
  return { fileName: `troupe-credentials-${new Date(now).toISOString().slice(0, 10)}.sealed`, text, credentials: records.length }
}

async function exported(room: Room, files: AttachmentFiles, record: CredentialRecord): Promise<SealedContent['credentials'][number]> {
  const names = new Set(formFields(connectorFor(record)).map(({ name }) => name))
  const secrets = [...(await openValues(room, record))].filter(([name]) => names.has(name))
  const attachments: { name: string; fileBase64: string }[] = []
  for (const attachment of await attachmentsOf(room.ports.store, record.id)) {
    const plain = await readAttachment(room, files, record, attachment)
    attachments.push({ name: attachment.name, fileBase64: Buffer.from(plain).toString('base64') })
    plain.fill(0)
  }
  const { name, label, connector, allowPrivate, expiresAt } = record
  const plain = Object.entries(record.plain).filter(([, value]) => value !== '')
  return {
    ...{ name, label, connector, allowPrivate, expiresAt, attachments },
    values: Object.fromEntries([...plain, ...secrets]),
    extraHosts: [...record.extraHosts],
    rotateEveryDays: record.rotateDays,
  }
}
