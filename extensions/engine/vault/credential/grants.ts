/** Who may borrow what. */
import type { Grant } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import { hostsOf, isWithin } from '../connector/mod.ts'
import type { GrantAsked } from './credentials.ts'
import { connectorFor, plainOf } from './describe.ts'
import { dropGrant, type GrantRecord, grantsOfCredential, putGrant } from './grant-rows.ts'
import { dropGrantMark, markGrant } from './mark.ts'
import type { By, Room } from './room.ts'
import { type CredentialRecord, requireRecord } from './rows.ts'

export async function grantCredential(room: Room, asked: GrantAsked, by: By): Promise<Grant> {
  const { ports } = room
  ports.vault.sealer.requireOpen()
  const record = await requireRecord(ports.store, asked.id)
  if ((await ports.personas.nameOf(asked.personaId)) === null) throw new TroupeError('NOT_FOUND', 'There is no such persona.')
  if (record.revokedAt !== null)
    throw new TroupeError('WRONG_STATE', `"${record.name}" was revoked. Put a new value in before it is granted to anybody.`)
  const grant = checked(record, asked, ports.clock.now())
  const there = await grantsOfCredential(ports.store, record.id)
  if (there.length >= CREDENTIAL_LIMITS.grants && !there.some(({ personaId }) => personaId === grant.personaId))
    throw new TroupeError('FULL', `"${record.name}" has ${CREDENTIAL_LIMITS.grants} grants already.`)
  // What was lent under the grant of before must not outlive it.
  if (there.some(({ personaId }) => personaId === grant.personaId)) await ports.leases.end(record.id, grant.personaId)
  const entry = { kind: 'grant', record, subject: { personaId: grant.personaId }, note: wordsOf(grant) } as const
  await room.commit(entry, [putGrant(grant), markGrant(ports.vault.secrets, grant)], by)
  const [made] = await room.grants([grant])
  if (!made) throw new TroupeError('CONFLICT', 'The persona was removed meanwhile.')
  return made
}

function checked(record: CredentialRecord, asked: GrantAsked, now: number): GrantRecord {
  const connector = connectorFor(record)
  const unknown = asked.fields?.find((name) => !connector.fields.some((field) => field.name === name))
  if (unknown !== undefined)
    throw new TroupeError('INVALID', `${connector.name} has no field "${unknown}".`, {
      hint: `It has ${connector.fields.map(({ name }) => name).join(', ')}.`,
      facts: { field: 'fields' },
    })
  const own = hostsOf(connector, plainOf(record), record.extraHosts)
  const hosts = asked.hosts?.map((host) => host.trim().toLowerCase()) ?? null
  const wider = hosts?.find((host) => !isWithin(host, own))
  if (wider !== undefined)
    throw new TroupeError('REFUSED', `A grant can only narrow where "${record.name}" may go, and ${wider} is none of its hosts.`, {
      hint: own.length === 0 ? 'It has none; name some in the credential first.' : `Its hosts: ${own.join(', ')}.`,
      facts: { field: 'hosts' },
    })
  return { credentialId: record.id, personaId: asked.personaId, fields: asked.fields, hosts, how: asked.how, grantedAt: now }
}

function wordsOf({ fields, hosts, how }: GrantRecord): string {
  const what = fields === null ? 'every field' : fields.join(', ')
  const where = hosts === null ? 'its hosts' : hosts.join(', ')
  return `Lent ${how === 'placeholder' ? 'behind placeholders' : 'as variables of its programs'}: ${what}, for ${where}.`.slice(0, 300)
}

/** Works while sealed. */
export async function ungrantCredential(room: Room, id: string, personaId: string, by: By): Promise<void> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const there = await grantsOfCredential(ports.store, record.id)
  if (!there.some((grant) => grant.personaId === personaId))
    throw new TroupeError('NOT_FOUND', `That persona was not granted "${record.name}".`, { hint: 'Nothing was changed.' })
  const statements = [dropGrant(record.id, personaId), dropGrantMark(ports.vault.secrets, record.id, personaId)]
  await room.commit({ kind: 'revoke', record, subject: { personaId }, note: 'The grant of one persona was taken back.' }, statements, by)
  await ports.leases.end(record.id, personaId)
}
