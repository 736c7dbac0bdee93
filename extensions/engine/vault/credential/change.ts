/** Adding and editing. */
import type { CredentialAdd, CredentialDetail, CredentialEdit } from '#contract'
import { credentialAdd, credentialEdit } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { newId, type Statement, TroupeError } from '#core'
import { connectorOf } from '../connector/mod.ts'
import { connectorFor } from './describe.ts'
import { requireFields, type Sorted, sortFields } from './fields.ts'
import { encode, markRecord } from './mark.ts'
import type { CredentialPorts } from './ports.ts'
import { type By, nameTaken, type Room } from './room.ts'
import { allRecords, type CredentialRecord, findRecord, insertRecord, requireRecord, setHealth, updateRecord } from './rows.ts'
import { checkTotp } from './totp.ts'

const UNCHECKED = { state: 'unchecked', detail: 'It was not tried yet.', at: null } as const

/** A row with all that makes it, not yet written. */
export interface Made {
  readonly record: CredentialRecord
  readonly statements: readonly Statement[]
}

/** SEALED; INVALID for what does not fit the connector. `partly`: what an import lacks may be put in later. */
export async function makeCredential(input: CredentialAdd, ports: CredentialPorts, { partly = false } = {}): Promise<Made> {
  const { name, label, values, extraHosts, allowPrivate, expiresAt, rotateEveryDays, connector: id } = credentialAdd.parse(input)
  const connector = connectorOf(id)
  const sorted = sortFields(connector, values)
  await checkSecrets(sorted)
  if (!partly) requireFields(connector, (field) => sorted.secrets.has(field) || (sorted.plain[field] ?? '') !== '')
  const now = ports.clock.now()
  const record: CredentialRecord = {
    ...{ name, label, extraHosts, allowPrivate, expiresAt, plain: sorted.plain },
    id: newId(ports.chance, 'cred'),
    connector: connector.id,
    secretFields: [...sorted.secrets.keys()],
    rotateDays: rotateEveryDays === undefined ? connector.rotateDays : rotateEveryDays,
    secretChangedAt: now,
    lastUsedAt: null,
    revokedAt: null,
    health: connector.check === null ? { state: 'unverifiable', detail: connector.uncheckable, at: null } : UNCHECKED,
    oauth: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
  return { record, statements: [insertRecord(record), ...sealAll(record.id, sorted, ports), markRecord(ports.vault.secrets, record)] }
}

export async function addCredential(room: Room, input: CredentialAdd, by: By): Promise<CredentialDetail> {
  const { ports } = room
  ports.vault.sealer.requireOpen()
  await requireRoom(room, 1)
  if (await isTaken(room, input.name)) throw nameTaken(input.name)
  const { record, statements } = await makeCredential(input, ports)
  await room.commit(
    { kind: 'credential-add', record, note: `A ${record.connector} credential with ${fieldWords(record.secretFields)}.` },
    statements,
    by,
  )
  return room.detail(record.id)
}

export async function editCredential(room: Room, input: CredentialEdit, by: By): Promise<CredentialDetail> {
  const { ports } = room
  ports.vault.sealer.requireOpen()
  const asked = credentialEdit.parse(input)
  const before = await requireRecord(ports.store, asked.id)
  if (before.version !== asked.version) throw changedMeanwhile(before.name)
  if (asked.name !== undefined && asked.name !== before.name && (await isTaken(room, asked.name))) throw nameTaken(asked.name)
  const connector = connectorFor(before)
  const sorted = sortFields(connector, asked.values ?? {})
  await checkSecrets(sorted)
  const after = edited(before, asked, sorted, ports.clock.now())
  requireFields(connector, (field) => after.secretFields.includes(field) || (after.plain[field] ?? '') !== '')
  const moved = sorted.secrets.size > 0 || sorted.cleared.length > 0 || placeOf(before) !== placeOf(after)
  const statements = [
    updateRecord(after, before.version),
    ...sealAll(before.id, sorted, ports),
    ...sorted.cleared.map((field) => ports.vault.secrets.drop(before.id, field)),
    markRecord(ports.vault.secrets, after),
    ...(moved && connector.check !== null ? [setHealth({ id: before.id, version: before.version + 1 }, UNCHECKED)] : []),
  ]
  await room.commit({ kind: 'credential-change', record: after, note: changeNote(before, after, sorted) }, statements, by)
  return room.detail(before.id)
}

function edited(before: CredentialRecord, asked: ReturnType<typeof credentialEdit.parse>, sorted: Sorted, now: number): CredentialRecord {
  const kept = before.secretFields.filter((field) => !sorted.cleared.includes(field) && !sorted.secrets.has(field))
  const newSecret = sorted.secrets.size > 0
  return {
    ...before,
    name: asked.name ?? before.name,
    label: asked.label ?? before.label,
    plain: { ...before.plain, ...sorted.plain },
    secretFields: [...kept, ...sorted.secrets.keys()],
    extraHosts: asked.extraHosts ?? before.extraHosts,
    allowPrivate: asked.allowPrivate ?? before.allowPrivate,
    expiresAt: asked.expiresAt === undefined ? before.expiresAt : asked.expiresAt,
    rotateDays: asked.rotateEveryDays === undefined ? before.rotateDays : asked.rotateEveryDays,
    secretChangedAt: newSecret ? now : before.secretChangedAt,
    revokedAt: newSecret ? null : before.revokedAt,
    updatedAt: now,
  }
}

const placeOf = ({ plain, extraHosts, allowPrivate }: CredentialRecord) => JSON.stringify([plain, extraHosts, allowPrivate])

/** Names only. */
function changeNote(before: CredentialRecord, after: CredentialRecord, sorted: Sorted): string {
  const parts = [
    before.name === after.name ? '' : `renamed from ${before.name}`,
    sorted.secrets.size > 0 ? `new ${[...sorted.secrets.keys()].join(', ')}` : '',
    sorted.cleared.length > 0 ? `emptied ${sorted.cleared.join(', ')}` : '',
    placeOf(before) === placeOf(after) ? '' : 'where it may go',
    before.expiresAt === after.expiresAt && before.rotateDays === after.rotateDays ? '' : 'its dates',
  ].filter((part) => part !== '')
  return `Changed: ${parts.join('; ') || 'its label'}.`.slice(0, 300)
}

async function checkSecrets(sorted: Sorted): Promise<void> {
  const key = sorted.secrets.get('totp')
  if (key !== undefined) await checkTotp(key)
}

function sealAll(id: string, sorted: Sorted, { vault }: CredentialPorts): Statement[] {
  return [...sorted.secrets].map(([field, value]) => sealText(id, field, value, vault))
}

export function sealText(id: string, field: string, value: string, vault: CredentialPorts['vault']): Statement {
  const plain = encode(value)
  try {
    return vault.secrets.put({ credentialId: id, field }, plain)
  } finally {
    plain.fill(0)
  }
}

async function isTaken({ ports }: Room, name: string): Promise<boolean> {
  return (await findRecord(ports.store, name))?.name === name
}

/** FULL when so many more do not fit. */
export async function requireRoom({ ports }: Room, more: number): Promise<void> {
  const there = (await allRecords(ports.store)).length
  if (there + more > CREDENTIAL_LIMITS.credentials)
    throw new TroupeError('FULL', `A vault holds ${CREDENTIAL_LIMITS.credentials} credentials; there are ${there}.`, {
      hint: 'Remove some first.',
    })
}

const fieldWords = (fields: readonly string[]) => (fields.length === 0 ? 'no secret yet' : fields.join(', '))

export function changedMeanwhile(name: string): TroupeError {
  return new TroupeError('CONFLICT', `"${name}" was changed since you read it.`, { hint: 'Read it again, and make your change anew.' })
}
