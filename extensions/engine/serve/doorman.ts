/**
 * Looks at a request's head before anything is answered. What is wrong gets nothing: no status, no reason, only a destroyed socket,
 * so that nobody who has no business here learns even that Troupe listens.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { SUBPROTOCOL, TOKEN_PREFIX } from '#contract/plain'

/** Equal or not, in a time that does not tell how far they are equal. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** A name that was rebound to 127.0.0.1 comes with its own Host header: only our two are answered. */
export function ownHost(request: IncomingMessage, port: number): boolean {
  const hosts = valuesOf(request, 'host')
  return hosts.length === 1 && (hosts[0] === `127.0.0.1:${port}` || hosts[0] === `localhost:${port}`)
}

/** Every browser sends Origin with a WebSocket; another page's is not ours, and none at all is no browser of ours. */
export function ownOrigin(request: IncomingMessage, port: number, allowed: ReadonlySet<string>): boolean {
  const origins = valuesOf(request, 'origin')
  const [origin] = origins
  if (origins.length !== 1 || origin === undefined) return false
  return origin === `http://127.0.0.1:${port}` || origin === `http://localhost:${port}` || allowed.has(origin)
}

export function hasOrigin(request: IncomingMessage): boolean {
  return valuesOf(request, 'origin').length > 0
}

/** The token among the offered subprotocols; undefined when ours are not exactly the two that the protocol asks for. */
export function offeredToken(request: IncomingMessage): string | undefined {
  const offered = valuesOf(request, 'sec-websocket-protocol').flatMap((value) => value.split(',').map((name) => name.trim()))
  const tokens = offered.filter((name) => name.startsWith(TOKEN_PREFIX))
  if (!offered.includes(SUBPROTOCOL) || tokens.length !== 1) return undefined
  return secretOf(tokens[0]?.slice(TOKEN_PREFIX.length))
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(request: IncomingMessage): string | undefined {
  const [value, ...more] = valuesOf(request, 'authorization')
  return more.length > 0 ? undefined : secretOf(/^Bearer +(\S+)$/i.exec(value ?? '')?.[1])
}

function secretOf(token: string | undefined): string | undefined {
  return token !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(token) ? token : undefined
}

/** From the raw list: Node would join or drop what is sent twice. */
function valuesOf(request: IncomingMessage, name: string): string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2)
    if (request.rawHeaders[at]?.toLowerCase() === name) values.push(request.rawHeaders[at + 1] ?? '')
  return values
}
