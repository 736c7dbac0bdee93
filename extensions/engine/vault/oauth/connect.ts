/** Connecting: the person agrees in the browser, the service answers on the loopback page, the tokens are sealed. [CR60, CR61] */
import * as oauth from 'oauth4webapi'
import type { ConnectFlow, ConnectOutcome } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { newId, TroupeError } from '#core'
import { connectorFor, plainOf } from '../credential/describe.ts'
import { openValues } from '../credential/lend.ts'
import type { By, Room } from '../credential/room.ts'
import { type CredentialRecord, requireRecord } from '../credential/rows.ts'
import { type Loopback, openLoopback, type PageWords } from './loopback.ts'
import { type Service, serviceOf, through, whyFailed } from './service.ts'
import { keepConnection, type Tokens, tokensOf } from './tokens.ts'

/** How many that have ended are remembered. */
const REMEMBERED = 50

export interface Connections {
  begin(id: string, by: By): Promise<ConnectFlow>
  /** NOT_FOUND when there is none of that id, or it ended long ago. */
  state(flowId: string, wait: boolean, signal?: AbortSignal): Promise<ConnectOutcome>
  cancel(flowId: string): void
  stop(): void
}

interface Flow {
  readonly credentialId: string
  outcome: ConnectOutcome
  readonly ended: Promise<void>
  end(outcome: ConnectOutcome): void
}

/** What belongs to one waiting connection. */
interface Waiting {
  readonly record: CredentialRecord
  readonly service: Service
  readonly state: string
  readonly verifier: string
  readonly redirectUrl: string
  readonly by: By
}

const WAITING: ConnectOutcome = { state: 'waiting', detail: 'Waiting for your answer in the browser.' }

export function makeConnections(room: Room): Connections {
  const { ports } = room
  const flows = new Map<string, Flow>()
  const find = (id: string) => {
    const flow = flows.get(id)
    if (flow) return flow
    throw new TroupeError('NOT_FOUND', 'There is no such connection; it may have ended long ago.', { hint: 'Begin a new one.' })
  }

  async function begin(id: string, by: By): Promise<ConnectFlow> {
    ports.vault.sealer.requireOpen()
    const record = await requireRecord(ports.store, id)
    const values = new Map([...plainOf(record), ...(await openValues(room, record))])
    const service = serviceOf(connectorFor(record), values, record.allowPrivate)
    // Two at once would only confuse; the newer is the one that is wanted.
    for (const flow of flows.values())
      if (flow.credentialId === record.id) flow.end({ state: 'cancelled', detail: 'A newer connection took its place.' })
    const random = () => Buffer.from(ports.chance.bytes(32)).toString('base64url')
    const secrets = { state: random(), verifier: random() }
    const flowId = newId(ports.chance, 'con')
    let taken: Promise<PageWords> | undefined
    const loopback: Loopback = await openLoopback(Number(record.plain.redirect_port ?? '') || 0, async (params) => {
      if (params.get('state') !== secrets.state) return NOT_OURS
      // A second visit (the person loads the page again) is shown how the first one went.
      taken ??= settle(room, { record, service, ...secrets, redirectUrl: loopback.redirectUrl, by }, params, find(flowId))
      return taken
    })
    const expiresAt = ports.clock.now() + CREDENTIAL_LIMITS.connectMs
    const disarm = ports.clock.after(CREDENTIAL_LIMITS.connectMs, () =>
      find(flowId).end({ state: 'expired', detail: 'Nobody answered in the browser in time.' }),
    )
    flows.set(
      flowId,
      makeFlow(record.id, () => {
        disarm()
        loopback.close()
        forgetOldest(flows)
        ports.announce('credential', record.id, 'connection')
      }),
    )
    return { flowId, url: await consentUrl(service, secrets, loopback.redirectUrl), redirectUrl: loopback.redirectUrl, expiresAt }
  }

  return {
    begin,
    async state(flowId, wait, signal) {
      const flow = find(flowId)
      if (wait) await Promise.race([flow.ended, aborted(signal)])
      return flow.outcome
    },
    cancel: (flowId) => find(flowId).end({ state: 'cancelled', detail: 'It was cancelled.' }),
    stop() {
      for (const flow of flows.values()) flow.end({ state: 'cancelled', detail: 'The engine is stopping.' })
    },
  }
}

const NOT_OURS: PageWords = {
  status: 400,
  title: 'This answer is not for Troupe',
  text: 'It does not belong to a connection that was begun here. Nothing was changed.',
}

function makeFlow(credentialId: string, onEnd: () => void): Flow {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const flow: Flow = {
    credentialId,
    outcome: WAITING,
    ended,
    end(outcome) {
      if (flow.outcome.state !== 'waiting') return
      flow.outcome = outcome
      onEnd()
      resolve()
    },
  }
  return flow
}

function forgetOldest(flows: Map<string, Flow>): void {
  const over = [...flows].filter(([, { outcome }]) => outcome.state !== 'waiting').slice(0, Math.max(0, flows.size - REMEMBERED))
  for (const [id] of over) flows.delete(id)
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

async function consentUrl(
  service: Service,
  { state, verifier }: Pick<Waiting, 'state' | 'verifier'>,
  redirectUrl: string,
): Promise<string> {
  const { server, client, description, scopes } = service
  const url = new URL(server.authorization_endpoint ?? '')
  const params = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUrl,
    state,
    ...(scopes.length > 0 && { scope: scopes.join(description.scopeSeparator) }),
    ...(description.pkce && { code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }),
    ...description.extra,
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.href
}

async function settle(room: Room, waiting: Waiting, params: URLSearchParams, flow: Flow): Promise<PageWords> {
  const { record, by } = waiting
  try {
    if (flow.outcome.state !== 'waiting') return NOT_OURS
    const tokens = await exchange(room, waiting, params)
    if (flow.outcome.state !== 'waiting') return NOT_OURS
    await keepConnection(room, record.id, tokens, by)
    flow.end({ state: 'connected', detail: `"${record.name}" is connected.` })
    return { status: 200, title: 'Connected', text: 'Troupe has what it needs. You can close this page.' }
  } catch (thrown) {
    const { words } = whyFailed(thrown)
    room.ports.log.warn('an OAuth connection failed', { id: record.id, why: words })
    await room
      .enter({ kind: 'credential-change', record, outcome: 'failed', note: `It was not connected: ${words}.`.slice(0, 300) }, by)
      .catch(() => undefined)
    flow.end({ state: 'failed', detail: `It was not connected: ${words}.` })
    return { status: 400, title: 'Not connected', text: `${words}. Go back to Troupe and try again.` }
  }
}

async function exchange({ ports }: Room, waiting: Waiting, given: URLSearchParams): Promise<Tokens> {
  const { record, service, state, verifier, redirectUrl } = waiting
  const { server, client, auth, description, issuerKnown } = service
  const params = new URLSearchParams(given)
  // Without a name to compare it with; each connection has a redirect of its own, so answers of two services cannot be mixed up.
  if (!issuerKnown) params.delete('iss')
  const checked = oauth.validateAuthResponse(server, client, params, state)
  const proof = description.pkce ? verifier : oauth.nopkce
  const options = through({ egress: ports.egress, clock: ports.clock, allowPrivate: record.allowPrivate }, service)
  const response = await oauth.authorizationCodeGrantRequest(server, client, auth, checked, redirectUrl, proof, options)
  return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, response), service, ports.clock.now())
}
