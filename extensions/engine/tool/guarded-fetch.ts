/**
 * A fetch that reaches only what was granted. For every hop, redirects included: the scheme and host are checked, the name
 * is resolved once, every address of it is judged, and the connection is pinned to one of the judged addresses, so that a
 * name which answers differently the second time (DNS rebinding) gains nothing. Headers of the caller stay with the origin
 * they were meant for.
 */
import { isIP, type LookupFunction } from 'node:net'
import type { Agent, Response } from 'undici'
import type { ToolGrants } from '#contract'
import { messageOf, TroupeError } from '#core'
import { hostAllowed, whyNotPublic } from './address.ts'
import { type Filled, fillRequest, hasPlaceholder, type Loans, type MarkedAddress, markAddress, requirePlainHost } from './egress.ts'
import type { ResolvedAddress, ToolPorts } from './ports.ts'

const REDIRECTS = 5
const CONNECT_TIMEOUT_MS = 10_000
/** Kept when a redirect leaves the origin; anything else the caller set may be a credential. */
const HARMLESS_HEADERS = new Set(['accept', 'accept-language', 'content-type', 'user-agent', 'if-none-match', 'if-modified-since'])

/** What a request needs besides its own words. */
export interface FetchPorts extends Pick<ToolPorts, 'lookup' | 'redactor'> {
  /** What may be put into it; undefined: nothing. */
  readonly loans: Loans | undefined
}

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface GuardedRequest {
  readonly url: string
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  /** Bytes go out as they are: nothing is put into them. */
  readonly body: string | Uint8Array | null
  /** Default true. */
  readonly followRedirects?: boolean
}

export interface GuardedResponse {
  readonly status: number
  readonly url: string
  readonly redirects: readonly string[]
  header(name: string): string | null
  /** All of them, names in lower case. */
  headers(): Readonly<Record<string, string>>
  /** The body, decompressed, as it arrives. */
  chunks(): AsyncIterable<Uint8Array>
  /** Drops the connection; must be called. */
  close(): Promise<void>
}

/** REFUSED by the guard, UNREACHABLE when the network failed. */
export async function guardedFetch(
  asked: GuardedRequest,
  grant: ToolGrants['http'],
  ports: FetchPorts,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  const redirects: string[] = []
  let request = asked
  let origin: string | undefined
  /** Once the request has left its origin, nothing is put in any more, even when it is sent back there. */
  let left = false
  while (true) {
    // A placeholder in an address that a server gave is its own text: nothing is put in for it.
    const marked = redirects.length === 0 ? markAddress(request.url, ports.loans) : { text: request.url, named: [] }
    const url = checkedUrl(marked, grant)
    origin ??= url.origin
    left ||= url.origin !== origin
    const pinned = await checkedAddress(url, grant, ports)
    const at = { url, address: pinned.address, first: !left }
    const filled = await fillRequest(request, marked, at, ports.loans)
    const { response, agent } = await hop(url, request.method, filled, pinned, signal)
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (location === null || request.followRedirects === false) return wrap(response, agent, filled.url, redirects)
    await agent.destroy()
    redirects.push(url.href)
    if (redirects.length > REDIRECTS)
      throw new TroupeError('REFUSED', `More than ${REDIRECTS} redirects; the last led to ${location.slice(0, 200)}.`)
    request = redirected(request, new URL(filled.url), location, response.status, ports)
  }
}

function checkedUrl({ text }: MarkedAddress, grant: ToolGrants['http']): URL {
  const url = URL.parse(text)
  if (url === null)
    throw new TroupeError('REFUSED', `${JSON.stringify(text.slice(0, 200))} is not a complete address.`, { hint: 'Begin with https://.' })
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TroupeError('REFUSED', `Only http and https are allowed, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') throw new TroupeError('REFUSED', 'The address carries a user name or password.')
  requirePlainHost(url)
  if (!hostAllowed(url.hostname, grant.hosts)) {
    throw new TroupeError('REFUSED', `The host ${url.hostname} is not in this persona's list (${grant.hosts.join(', ')}).`)
  }
  return url
}

async function checkedAddress(url: URL, grant: ToolGrants['http'], ports: Pick<ToolPorts, 'lookup'>): Promise<ResolvedAddress> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const literal = isIP(host)
  let addresses: readonly ResolvedAddress[]
  try {
    addresses = literal === 0 ? await ports.lookup(host) : [{ address: host, family: literal === 6 ? 6 : 4 }]
  } catch (thrown) {
    throw new TroupeError('UNREACHABLE', `The name ${host} could not be resolved: ${messageOf(thrown)}`, { cause: thrown })
  }
  const first = addresses[0]
  if (first === undefined) throw new TroupeError('UNREACHABLE', `The name ${host} has no address.`)
  if (grant.allowPrivate) return first
  for (const { address } of addresses) {
    const why = whyNotPublic(address)
    if (why !== null) {
      throw new TroupeError('REFUSED', `The host ${host} has the address ${address}, which is not public (${why}).`, {
        hint: 'Private addresses can be allowed in the settings of this persona.',
      })
    }
  }
  return first
}

async function hop(
  url: URL,
  method: HttpMethod,
  filled: Filled,
  pinned: ResolvedAddress,
  signal: AbortSignal,
): Promise<{ response: Response; agent: Agent }> {
  // Loaded on first use: most runs never send a request.
  const undici = await import('undici')
  const lookup: LookupFunction = (_hostname, options, done) => {
    if (options.all === true) done(null, [pinned])
    else done(null, pinned.address, pinned.family)
  }
  const agent = new undici.Agent({ connect: { lookup, timeout: CONNECT_TIMEOUT_MS }, connections: 1, pipelining: 0 })
  try {
    const headers = { 'user-agent': 'troupe', accept: '*/*', ...filled.headers }
    const sent = { method, headers, body: filled.body, redirect: 'manual', dispatcher: agent, signal } as const
    return { response: await undici.fetch(filled.url, sent), agent }
  } catch (thrown) {
    await agent.destroy()
    signal.throwIfAborted()
    const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
    throw new TroupeError('UNREACHABLE', `${url.host} could not be reached: ${messageOf(cause)}`, { cause: thrown })
  }
}

/** RFC 9110 section 15.4: 303, and 301 or 302 after a POST, become a GET without a body. */
function redirected(request: GuardedRequest, from: URL, location: string, status: number, { redactor }: FetchPorts): GuardedRequest {
  const to = URL.parse(location, from.href)
  if (to === null)
    throw new TroupeError('REFUSED', `${from.host} redirects to ${JSON.stringify(location.slice(0, 200))}, which is no address.`)
  const toGet = request.method !== 'HEAD' && (status === 303 || ((status === 301 || status === 302) && request.method === 'POST'))
  if (to.origin !== from.origin && redactor.text(to.href) !== to.href) {
    throw new TroupeError('REFUSED', `${from.host} redirects to ${to.host} with a lent credential in the address: it was not followed.`)
  }
  const headers = to.origin === from.origin ? request.headers : harmless(request.headers)
  return { url: to.href, method: toGet ? 'GET' : request.method, headers, body: toGet ? null : request.body }
}

function harmless(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => HARMLESS_HEADERS.has(name.toLowerCase()) && !hasPlaceholder(value)),
  )
}

function wrap(response: Response, agent: Agent, url: string, redirects: readonly string[]): GuardedResponse {
  return {
    status: response.status,
    url,
    redirects,
    header: (name) => response.headers.get(name),
    headers: () => Object.fromEntries(response.headers),
    async *chunks() {
      if (response.body === null) return
      for await (const chunk of response.body) yield chunk as Uint8Array
    },
    close: () => agent.destroy(),
  }
}
