/** HTTP for a team's nodes: the guarded fetch, with the credentials that the node names, and an answer that is read whole and bounded. */
import { type BodyIo, type LentCredential, TroupeError } from '#core'
import { type FetchPorts, guardedFetch, type HttpMethod } from './guarded-fetch.ts'

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
  readonly followRedirects: boolean
  readonly timeoutMs: number
  readonly credentials: Readonly<Record<string, string>>
}

interface Answered {
  readonly status: number
  readonly statusText: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const RESPONSE_BYTES = 32 * 1024 * 1024
const METHODS: readonly HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** REFUSED by the guard, for a credential that is not lent, and for a method that is none of ours; TOO_LARGE; UNREACHABLE. */
export function teamHttp(
  ports: Pick<FetchPorts, 'lookup' | 'redactor'>,
  lent: readonly LentCredential[],
  io: Pick<BodyIo, 'sends'>,
  allowPrivate: boolean,
) {
  return async (request: Asked, signal: AbortSignal): Promise<Answered> => {
    const method = METHODS.find((one) => one === request.method)
    if (method === undefined)
      throw new TroupeError('REFUSED', `The method ${request.method} cannot be sent; these can: ${METHODS.join(', ')}.`)
    const credentials = Object.entries(request.credentials).map(([kind, name]) => namedIn(lent, kind, name))
    const { url, headers, body, followRedirects } = request
    const inner = AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)])
    const loans = { credentials, sends: (credential: string, host: string) => io.sends(credential, host) }
    const grant = { enabled: true, hosts: [], allowPrivate: allowPrivate || credentials.some((one) => one.allowPrivate) }
    const response = await guardedFetch({ url, method, headers, body, followRedirects }, grant, { ...ports, loans }, inner)
    try {
      return { status: response.status, statusText: null, headers: response.headers(), body: await whole(response.chunks()) }
    } finally {
      await response.close()
    }
  }
}

function namedIn(lent: readonly LentCredential[], kind: string, name: string): LentCredential {
  const found = lent.find((one) => one.name === name)
  if (found) return found
  throw new TroupeError('REFUSED', `It needs a credential (${kind})${name === '' ? '' : `, and “${name}” is not lent to this team`}.`, {
    hint: 'Choose one in the node’s form, and grant it to the team in the vault.',
  })
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > RESPONSE_BYTES) throw new TroupeError('TOO_LARGE', `The answer has more than ${RESPONSE_BYTES} bytes.`)
    all.push(chunk)
  }
  return Buffer.concat(all)
}
