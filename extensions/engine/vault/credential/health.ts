/** Whether a credential works: tried through the guarded egress, judged by what its connector calls good and bad. [CR30–CR33] */
import type { ConnectorCheck, CredentialRow, Health } from '#contract'
import { asTroupeError, TroupeError } from '#core'
import { fillAddress, fillAll, hostFits, type Values, withDefaults } from '../connector/mod.ts'
import { connectorFor } from './describe.ts'
import { type Freshen, lendableOf, openValues } from './lend.ts'
import type { Lendable } from './lendable.ts'
import type { CredentialPorts, EgressRequest } from './ports.ts'
import { type By, ENGINE, type Room } from './room.ts'
import { allRecords, type CredentialRecord, requireRecord, setHealth } from './rows.ts'

const TIMEOUT_MS = 15_000
/** Of an answer, for the judgement of its JSON. */
const ANSWER_BYTES = 64 * 1024

export interface Checks {
  /** SEALED for what can only be tried with a value. One at a time for each credential. */
  check(id: string, by: By): Promise<CredentialRow>
  /** Whoever is due, one after the other; stops when the vault is sealed or `signal` aborts. */
  due(signal: AbortSignal): Promise<void>
}

export function makeChecks(room: Room, freshen: Freshen): Checks {
  const { ports } = room
  const underWay = new Map<string, Promise<CredentialRow>>()
  /** What found no network is tried again after this. */
  const notBefore = new Map<string, number>()

  async function run(id: string, by: By): Promise<CredentialRow> {
    const record = await requireRecord(ports.store, id)
    const found = await judge(room, record, freshen)
    notBefore.set(id, ports.clock.now() + (found.reached ? CHECK.everyMs : CHECK.againMs))
    const entry = { kind: 'credential-check', record, note: `${found.health.state}: ${found.health.detail}`.slice(0, 300) } as const
    await room.commit(entry, [setHealth(record, found.health)], by)
    return room.row(await requireRecord(ports.store, id))
  }

  function check(id: string, by: By): Promise<CredentialRow> {
    const there = underWay.get(id)
    if (there) return there
    const one = run(id, by).finally(() => underWay.delete(id))
    underWay.set(id, one)
    return one
  }

  return {
    async check(idOrName, by) {
      return check((await requireRecord(ports.store, idOrName)).id, by)
    },
    async due(signal) {
      const now = ports.clock.now()
      for (const record of await allRecords(ports.store)) {
        if (signal.aborted || ports.vault.sealer.state !== 'open') return
        const at = Math.max(notBefore.get(record.id) ?? 0, record.health.at === null ? 0 : record.health.at + CHECK.everyMs)
        if (!checkable(record) || Math.min(at, now + CHECK.everyMs) > now) continue
        await check(record.id, ENGINE).catch((thrown) =>
          ports.log.warn('a credential could not be checked', { id: record.id, code: asTroupeError(thrown).code }),
        )
      }
    },
  }
}

/** A day, and an hour. */
const CHECK = { everyMs: 24 * 3_600_000, againMs: 3_600_000 }

function checkable(record: CredentialRecord): boolean {
  return (
    connectorFor(record).check !== null && record.revokedAt === null && (connectorFor(record).oauth === null || record.oauth?.gone === null)
  )
}

interface Found {
  readonly health: Health
  /** False when the network or the guard kept it from the service. */
  readonly reached: boolean
}

async function judge(room: Room, record: CredentialRecord, freshen: Freshen): Promise<Found> {
  const { ports } = room
  const at = ports.clock.now()
  const unknown = (detail: string, reached = true): Found => ({ health: { state: 'unverifiable', detail, at }, reached })
  const connector = connectorFor(record)
  if (connector.check === null) return unknown(connector.uncheckable)
  if (connector.oauth !== null && record.oauth === null) return unknown('It has to be connected first.')
  if (record.oauth?.gone != null) return { health: { state: 'failed', detail: record.oauth.gone, at }, reached: true }
  ports.vault.sealer.requireOpen()
  await freshen(record)
  const request = requestOf(lendableOf(record), connector.check, await openValues(room, record))
  if (typeof request === 'string') return unknown(request)
  try {
    return { health: { ...(await ask(request, connector.check, ports)), at }, reached: true }
  } catch (thrown) {
    return unknown(whyNot(thrown, request), false)
  }
}

type Ready = EgressRequest & { readonly hosts: string[]; readonly allowPrivate: boolean; readonly host: string }

/** A sentence when it cannot be made. */
function requestOf(lendable: Lendable, check: ConnectorCheck, secrets: Values): Ready | string {
  const { connector, hosts, allowPrivate } = lendable
  const values = withDefaults(connector, new Map([...lendable.plain, ...secrets]))
  const address = fillAddress(check.url, connector, values)
  if (address === null) return 'A field that the check needs is empty.'
  const url = URL.parse(address)
  if (url === null || !hostFits(url, hosts)) return 'The address that the check would ask is none of its own hosts, so nothing was sent.'
  const headers = { accept: 'application/json', ...fillAll([...connector.headers, ...check.headers], connector, values) }
  const body =
    check.body === null
      ? null
      : check.body.replace(/\{\{([a-z][a-z0-9_]*)\}\}/g, (_hole, name: string) => JSON.stringify(values.get(name) ?? '').slice(1, -1))
  return { url: url.href, method: check.method, headers, body, hosts: hosts.map(withoutPort), allowPrivate, host: url.host }
}

const withoutPort = (host: string) => host.replace(/(?<=^[^:]*|\]):\d+$/, '')

async function ask(request: Ready, check: ConnectorCheck, { egress, clock }: CredentialPorts): Promise<Pick<Health, 'state' | 'detail'>> {
  const late = new AbortController()
  const disarm = clock.after(TIMEOUT_MS, () => late.abort(new TroupeError('TIMEOUT', `no answer within ${TIMEOUT_MS / 1000} s`)))
  try {
    const { url, method, headers, body, hosts, allowPrivate, host } = request
    const response = await egress({ url, method, headers, body }, { hosts, allowPrivate }, late.signal)
    try {
      // An answer from elsewhere (a sign-in page after a redirect) says nothing of the service's own.
      const status = URL.parse(response.url)?.origin === URL.parse(url)?.origin ? response.status : 302
      const said = `${host} answered ${status} to a ${method} request`
      if (check.bad.includes(status)) return { state: 'failed', detail: `${said}: it does not accept this credential.` }
      if (!check.ok.includes(status)) return { state: 'unverifiable', detail: `${said}, which proves nothing.` }
      return check.json === null ? { state: 'verified', detail: `${said}.` } : judgeJson(check.json, said, await readJson(response))
    } finally {
      await response.close()
    }
  } finally {
    disarm()
  }
}

function judgeJson({ member, is }: NonNullable<ConnectorCheck['json']>, said: string, answer: unknown): Pick<Health, 'state' | 'detail'> {
  const value = typeof answer === 'object' && answer !== null ? (answer as Readonly<Record<string, unknown>>)[member] : undefined
  if (is === 'present' ? value !== undefined && value !== null : value === is)
    return { state: 'verified', detail: `${said}, and says that all is well.` }
  if (is !== 'present' && value !== undefined)
    return { state: 'failed', detail: `${said}, and says that it does not accept this credential.` }
  return { state: 'unverifiable', detail: `${said}, in words that are not known here.` }
}

/** undefined: no JSON, or too much of it. */
async function readJson(response: { chunks(): AsyncIterable<Uint8Array> }): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.chunks()) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

/** In our own words: what the network said may repeat the address, and the address may hold the secret. */
function whyNot(thrown: unknown, { host }: Ready): string {
  const { code } = asTroupeError(thrown)
  if (code === 'REFUSED') return `The guard let nothing through to ${host}: it is not public, or led elsewhere.`
  if (code === 'TIMEOUT') return `${host} did not answer within ${TIMEOUT_MS / 1000} s.`
  return `${host} could not be reached.`
}
