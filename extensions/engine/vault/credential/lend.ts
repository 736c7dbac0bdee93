/** What lending is given: grants, credentials without values, and, at last, the values. */
import { TroupeError } from '#core'
import { hostsOf, withDefaults } from '../connector/mod.ts'
import { connectorFor, plainOf } from './describe.ts'
import { grantsOfPersona } from './grant-rows.ts'
import type { Lendable, Lending } from './lendable.ts'
import { checkGrantMark, checkMark, decode, isField } from './mark.ts'
import type { Room } from './room.ts'
import { type CredentialRecord, findRecord, requireRecord, usedAt } from './rows.ts'

/** Brings an OAuth access token up to date; nothing for the rest. */
export type Freshen = (record: CredentialRecord) => Promise<void>

export function makeLending(room: Room, freshen: Freshen): Lending {
  const { store, vault } = room.ports
  return {
    async grantsOf(personaId) {
      const grants = await room.grants(await grantsOfPersona(store, personaId))
      const records = await Promise.all(grants.map(({ credentialId }) => findRecord(store, credentialId)))
      return grants.filter((_, index) => records[index]?.revokedAt === null)
    },
    async lendable(idOrName) {
      const record = await requireRecord(store, idOrName)
      requireLendable(record)
      return lendableOf(record)
    },
    async values(credentialId, { fields, personaId } = {}) {
      const record = await requireRecord(store, credentialId)
      requireLendable(record)
      vault.sealer.requireOpen()
      const allowed = personaId === undefined ? null : await grantedFields(room, record, personaId)
      await freshen(record)
      const all = await openValues(room, record)
      const wanted = fields ?? allowed
      return new Map(
        [...all].filter(
          ([name]) => (wanted === null ? !keptBack(record, name) : wanted.includes(name)) && (allowed?.includes(name) ?? true),
        ),
      )
    },
    used: usedAt,
  }
}

export function lendableOf(record: CredentialRecord): Lendable {
  const connector = connectorFor(record)
  return {
    ...{ id: record.id, name: record.name, connector, secretFields: record.secretFields, allowPrivate: record.allowPrivate },
    plain: withDefaults(connector, plainOf(record)),
    hosts: hostsOf(connector, plainOf(record), record.extraHosts),
  }
}

/** Secret values of the row's fields, once the row is seen to be what was sealed. [CR19] */
export async function openValues({ ports }: Room, record: CredentialRecord): Promise<ReadonlyMap<string, string>> {
  const { secrets } = ports.vault
  await checkMark(secrets, record)
  const opened = await secrets.readAll(record.id)
  // Every value is wiped, those that are no field too.
  const texts = [...opened].map(([name, bytes]) => [name, decode(bytes)] as const)
  return new Map(texts.filter(([name]) => isField(name)))
}

async function grantedFields({ ports }: Room, record: CredentialRecord, personaId: string): Promise<readonly string[] | null> {
  const grant = (await grantsOfPersona(ports.store, personaId)).find(({ credentialId }) => credentialId === record.id)
  if (!grant)
    throw new TroupeError('REFUSED', `This persona was not granted the credential "${record.name}".`, {
      hint: `Grant it: troupe credential grant ${record.name} <persona>.`,
    })
  await checkGrantMark(ports.vault.secrets, grant)
  return grant.fields
}

/** Not lent unless it is named: a second factor, notes, and what keeps an OAuth connection alive are for the engine and the person. [CR23] */
function keptBack(record: CredentialRecord, name: string): boolean {
  const connector = connectorFor(record)
  if (connector.oauth !== null && (name === 'client_secret' || name === 'refresh_token')) return true
  return name === 'notes' || connector.fields.some((field) => field.name === name && field.kind === 'totp')
}

function requireLendable(record: CredentialRecord): void {
  if (record.revokedAt !== null)
    throw new TroupeError('WRONG_STATE', `The credential "${record.name}" was revoked, and is lent to nobody.`, {
      hint: 'Put a new value in: troupe credential edit, or the vault’s page.',
    })
  if (record.oauth?.gone != null)
    throw new TroupeError('WRONG_STATE', `The credential "${record.name}" has to be connected again: ${record.oauth.gone}`, {
      hint: `troupe credential connect ${record.name}`,
    })
}
