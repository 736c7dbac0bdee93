/** The authorization server of one credential, as oauth4webapi wants it; its requests go through the guarded egress. */
import * as oauth from 'oauth4webapi'
import type { ConnectorOAuth, ConnectorRow } from '#contract'
import { type Clock, TroupeError } from '#core'
import { fill, fillAddress, type Values, withDefaults } from '../connector/mod.ts'
import type { Egress } from '../credential/ports.ts'

const TIMEOUT_MS = 20_000
const ANSWER_BYTES = 256 * 1024

export interface Service {
  readonly server: oauth.AuthorizationServer
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
  readonly description: ConnectorOAuth
  readonly scopes: readonly string[]
  /** Whether an `iss` in its answers must be `server.issuer`. */
  readonly issuerKnown: boolean
}

/** INVALID when an address or the client is missing, or an address would send secrets in the clear. */
export function serviceOf(connector: ConnectorRow, given: Values, allowPrivate: boolean): Service {
  const description = connector.oauth
  if (description === null) throw new TroupeError('WRONG_STATE', `${connector.name} is not connected by OAuth; put its value in.`)
  const values = withDefaults(connector, given)
  const authorizeUrl = address(description.authorizeUrl, connector, values, allowPrivate)
  const tokenUrl = address(description.tokenUrl, connector, values, allowPrivate)
  if (authorizeUrl === null || tokenUrl === null)
    throw new TroupeError('INVALID', `${connector.name} needs its authorization and token addresses first.`)
  const revokeUrl = description.revokeUrl === null ? null : address(description.revokeUrl, connector, values, allowPrivate)
  const issuer = description.issuer === null ? null : fill(description.issuer, values)
  return {
    server: {
      issuer: issuer ?? new URL(authorizeUrl).origin,
      authorization_endpoint: authorizeUrl,
      token_endpoint: tokenUrl,
      ...(revokeUrl !== null && { revocation_endpoint: revokeUrl }),
    },
    client: { client_id: values.get('client_id') ?? '' },
    auth: clientAuth(description, values.get('client_secret') ?? ''),
    description,
    scopes: description.scopes.flatMap((scope) => (fill(scope, values) ?? '').split(/\s+/)).filter((scope) => scope !== ''),
    issuerKnown: issuer !== null,
  }
}

function address(template: string, connector: ConnectorRow, values: Values, allowPrivate: boolean): string | null {
  const text = fillAddress(template, connector, values)
  const url = text === null ? null : URL.parse(text)
  if (url === null) return null
  if (url.protocol === 'https:' || (url.protocol === 'http:' && allowPrivate)) return url.href
  throw new TroupeError('INVALID', `${url.origin} is not https, and what goes there is secret.`, {
    hint: 'Use its https address. For a server of your own, allow private addresses in the credential.',
  })
}

function clientAuth({ clientAuth: how }: ConnectorOAuth, clientSecret: string): oauth.ClientAuth {
  if (how === 'none' || clientSecret === '') return oauth.None()
  return how === 'basic' ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret)
}

export interface Caller {
  readonly egress: Egress
  readonly clock: Clock
  readonly allowPrivate: boolean
}

/** Options for each request of the library: the guarded egress in place of fetch, bounded in time and size. */
export function through({ egress, clock, allowPrivate }: Caller, { issuerKnown }: Service) {
  return {
    [oauth.allowInsecureRequests]: allowPrivate,
    async [oauth.customFetch](
      url: string,
      init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
    ) {
      const late = new AbortController()
      const disarm = clock.after(TIMEOUT_MS, () => late.abort(new TroupeError('TIMEOUT', `no answer within ${TIMEOUT_MS / 1000} s`)))
      const body = init.body == null ? null : String(init.body)
      const headers = { ...init.headers, ...(body !== null && { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }) }
      try {
        const answer = await egress({ url, method: 'POST', headers, body }, { hosts: [new URL(url).hostname], allowPrivate }, late.signal)
        try {
          return new Response(await bodyOf(answer.chunks(), issuerKnown), {
            status: answer.status,
            headers: { 'content-type': 'application/json' },
          })
        } finally {
          await answer.close()
        }
      } finally {
        disarm()
      }
    },
  }
}

/** An identity token is never used here, and can only be judged when its issuer is known; left out otherwise. */
async function bodyOf(chunks: AsyncIterable<Uint8Array>, keepIdentity: boolean): Promise<string | null> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES) throw new TroupeError('TOO_LARGE', `The service’s answer has more than ${ANSWER_BYTES} bytes.`)
    parts.push(chunk)
  }
  const text = Buffer.concat(parts).toString('utf8')
  if (text === '') return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || keepIdentity) return text
    const { id_token: _left, ...rest } = value as Readonly<Record<string, unknown>>
    return JSON.stringify(rest)
  } catch {
    return text
  }
}

/** What went wrong, in words that hold no token; `gone` when only a new connection helps. */
export function whyFailed(thrown: unknown): { readonly gone: boolean; readonly words: string } {
  if (thrown instanceof oauth.ResponseBodyError)
    return { gone: thrown.error === 'invalid_grant', words: `the service said ${said(thrown.error)}` }
  if (thrown instanceof oauth.AuthorizationResponseError) return { gone: false, words: `the service said ${said(thrown.error)}` }
  if (thrown instanceof oauth.WWWAuthenticateChallengeError)
    return { gone: false, words: 'the service did not accept the client id and secret' }
  if (thrown instanceof oauth.OperationProcessingError) return { gone: false, words: 'the service’s answer is not one of OAuth' }
  if (thrown instanceof TroupeError && thrown.code === 'REFUSED')
    return { gone: false, words: 'the guard let nothing through: its address is not public, or leads elsewhere' }
  if (thrown instanceof TroupeError && (thrown.code === 'TIMEOUT' || thrown.code === 'SEALED' || thrown.code === 'CONFLICT'))
    return { gone: false, words: thrown.message.replace(/\.$/, '') }
  return { gone: false, words: 'the service could not be reached' }
}

/** Codes of OAuth are words of a-z and _; anything else is not repeated. */
const said = (code: string) => (/^[a-z_]{1,60}$/.test(code) ? code : 'no, in words that are not of OAuth')
