/** Keeping a connection alive: a new access token before the old one ends, one request at a time, with patience. [CR62–CR65] */
import { TroupeError } from '#core'
import { connectorFor } from '../credential/describe.ts'
import type { Room } from '../credential/room.ts'
import { allRecords, type CredentialRecord, requireRecord } from '../credential/rows.ts'
import { refreshAt } from './timing.ts'

/** With the OAuth library: loaded when there is something to renew. */
const renewing = () => import('./renew.ts')

export interface Refreshes {
  /** Returns when the access token is good to be lent. WRONG_STATE: connect (again). UNREACHABLE: it ended, and no new one came yet. */
  freshen(record: CredentialRecord): Promise<void>
  /** Whoever is due. Never throws. */
  due(): Promise<void>
  /** Tells the service that its tokens are no longer wanted; answers how that went, or nothing where there is nobody to tell. */
  tell(credentialId: string): Promise<string>
  underWay(credentialId: string): boolean
}

export function makeRefreshes(roomOf: () => Room): Refreshes {
  const flights = new Map<string, Promise<void>>()
  const refreshOnce = (id: string) => {
    const there = flights.get(id)
    if (there) return there
    const one = renewing()
      .then(({ refresh }) => refresh(roomOf(), id))
      .finally(() => flights.delete(id))
    flights.set(id, one)
    return one
  }
  async function freshen({ id }: Pick<CredentialRecord, 'id'>): Promise<void> {
    const { ports } = roomOf()
    const record = await requireRecord(ports.store, id)
    if (connectorFor(record).oauth === null) return
    const { oauth: known } = record
    if (known === null || known.gone !== null) throw reconnect(record)
    const now = ports.clock.now()
    const at = refreshAt(known)
    if (at === null || now < at) return
    const stillGood = known.accessExpiresAt !== null && now < known.accessExpiresAt
    if (known.retryAt !== null && now < known.retryAt) {
      if (stillGood) return
      throw ended(record)
    }
    await refreshOnce(id)
    const after = await requireRecord(ports.store, id)
    if (after.oauth?.gone != null) throw reconnect(after)
    if (after.oauth !== null && after.oauth.failures > 0 && !stillGood) throw ended(record)
  }
  return {
    freshen,
    async due() {
      const { ports } = roomOf()
      if (ports.vault.sealer.state !== 'open') return
      const records = await allRecords(ports.store)
      const waiting = records.filter(({ oauth: known, revokedAt }) => known !== null && known.gone === null && revokedAt === null)
      for (const record of waiting) await freshen(record).catch(() => undefined)
    },
    tell: async (id) => (await renewing()).tellService(roomOf(), id),
    underWay: (id) => flights.has(id),
  }
}

function reconnect({ name, oauth: known }: CredentialRecord): TroupeError {
  const why = known === null ? 'it was never connected.' : (known.gone ?? '')
  return new TroupeError('WRONG_STATE', `The credential "${name}" has to be connected: ${why}`, {
    hint: `troupe credential connect ${name}, or the vault’s page.`,
  })
}

function ended({ name }: CredentialRecord): TroupeError {
  return new TroupeError('UNREACHABLE', `The access token of "${name}" ended, and the service gave no new one yet.`, {
    hint: 'It is tried again by itself.',
  })
}
