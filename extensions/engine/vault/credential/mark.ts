/**
 * Marks: sealed notes of what decides where values may go. Rows lie in a database that another program of the same user could change;
 * a mark shows that, since only an open vault can make one. Sealed beside the secrets, under names that no field can have.
 */
import { type Statement, TroupeError } from '#core'
import type { GrantRecord } from './grant-rows.ts'
import type { VaultParts } from './ports.ts'
import type { CredentialRecord } from './rows.ts'

const CREDENTIAL_MARK = '.mark'
const grantMark = (personaId: string) => `.grant.${personaId}`
/** The key of an attachment lies under this name. */
export const attachmentKeyField = (attachmentId: string) => `.file.${attachmentId}`
/** Whether a sealed value is a field of the form, not one of the names above. */
export const isField = (name: string) => !name.startsWith('.')

type Secrets = VaultParts['secrets']

/** In a fixed order, so that the same facts are the same text. */
function textOf(record: CredentialRecord): string {
  const plain = Object.entries(record.plain).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([record.name, record.connector, plain, record.extraHosts, record.allowPrivate])
}
const grantText = ({ fields, hosts, how }: GrantRecord) => JSON.stringify([fields, hosts, how])

export function markRecord(secrets: Secrets, record: CredentialRecord): Statement {
  return secrets.put({ credentialId: record.id, field: CREDENTIAL_MARK }, encode(textOf(record)))
}
export function markGrant(secrets: Secrets, grant: GrantRecord): Statement {
  return secrets.put({ credentialId: grant.credentialId, field: grantMark(grant.personaId) }, encode(grantText(grant)))
}
export const dropGrantMark = (secrets: Secrets, credentialId: string, personaId: string) => secrets.drop(credentialId, grantMark(personaId))

/** SEALED; DAMAGED when the row is not as it was written. */
export async function checkMark(secrets: Secrets, record: CredentialRecord): Promise<void> {
  const mark = await secrets.read({ credentialId: record.id, field: CREDENTIAL_MARK })
  if (mark !== undefined && decode(mark) === textOf(record)) return
  throw changed(`The credential "${record.name}"`, record.id)
}

export async function checkGrantMark(secrets: Secrets, grant: GrantRecord): Promise<void> {
  const mark = await secrets.read({ credentialId: grant.credentialId, field: grantMark(grant.personaId) })
  if (mark !== undefined && decode(mark) === grantText(grant)) return
  throw changed('The grant', grant.credentialId)
}

function changed(what: string, credentialId: string): TroupeError {
  return new TroupeError('DAMAGED', `${what} was changed in the database behind the vault’s back. Nothing of it is lent or shown.`, {
    hint: 'Find out what changed it; then remove it and make it anew.',
    facts: { credentialId },
  })
}

export const encode = (text: string) => new TextEncoder().encode(text)
/** Reads the text and wipes the bytes. */
export function decode(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  bytes.fill(0)
  return text
}
