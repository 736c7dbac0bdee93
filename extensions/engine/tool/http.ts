/** http_request: one request to the web, within the hosts that the persona was granted. */

import { z } from 'zod'
import type { ToolGrants } from '#contract'
import { type Redactor, TroupeError } from '#core'
import { KEPT_BYTES, wholeSigns } from './bounded.ts'
import { type GuardedResponse, guardedFetch, type HttpMethod } from './guarded-fetch.ts'
import type { ToolPorts } from './ports.ts'
import { defineTool, said, type Tool } from './tool.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly HttpMethod[]
const REQUEST_BYTES = 1024 * 1024
/** From the first look-up to the last byte, redirects and all. */
const TIMEOUT_MS = 60_000
/** What is counted behind the kept part before the connection is closed. */
const COUNTED_BYTES = 16 * 1024 * 1024
const SHOWN_HEADERS = ['content-type', 'content-length', 'last-modified', 'etag', 'location', 'retry-after', 'link']
/** Hop-by-hop and framing headers belong to the connection, not to the caller (RFC 9110 section 7.6.1). */
const OWN_HEADERS = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|expect|proxy-.*)$/i

type HttpGrant = ToolGrants['http']

export function httpRequest(grant: HttpGrant, ports: Pick<ToolPorts, 'lookup' | 'clock' | 'redactor'>): Tool {
  const where = grant.hosts.length > 0 ? `Only these hosts: ${grant.hosts.join(', ')}.` : 'Any public host.'
  return defineTool({
    name: 'http_request',
    description: `Sends one HTTP request and answers status, headers and text. ${where}`,
    schema: z.object({
      url: z.string().min(1).max(8000).describe('http:// or https:// address'),
      method: z.enum(METHODS).default('GET'),
      headers: z.record(z.string().max(200), z.string().max(8000)).default({}),
      body: z.string().optional().describe('Text of the request, for POST, PUT and PATCH'),
    }),
    // RFC 9110 section 9.2: GET and HEAD are safe, PUT and DELETE idempotent.
    safety: ({ method }) =>
      method === 'GET' || method === 'HEAD' ? 'read-only' : method === 'POST' || method === 'PATCH' ? 'unsafe' : 'idempotent',
    async run({ url, method, headers, body }, context, signal) {
      for (const name of Object.keys(headers)) {
        if (OWN_HEADERS.test(name)) throw new TroupeError('REFUSED', `The header "${name}" is set by the connection itself; leave it out.`)
      }
      if (body !== undefined && Buffer.byteLength(body) > REQUEST_BYTES) {
        throw new TroupeError('TOO_LARGE', `The request has more than ${REQUEST_BYTES} bytes.`)
      }
      return inTime(ports, signal, async (inner) => {
        const request = { url, method, headers: withKey(method, headers, context.idempotencyKey), body: body ?? null }
        const response = await guardedFetch(request, grant, { ...ports, loans: context.loans }, inner)
        try {
          return await report(response, ports.redactor)
        } finally {
          await response.close()
        }
      })
    },
  })
}

/** The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): a server that knows it does the same call once, however often it comes. */
function withKey(method: HttpMethod, headers: Readonly<Record<string, string>>, key: string | undefined): Record<string, string> {
  const own = Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key')
  return key === undefined || own || (method !== 'POST' && method !== 'PATCH') ? { ...headers } : { ...headers, 'Idempotency-Key': key }
}

async function inTime<T>({ clock }: Pick<ToolPorts, 'clock'>, signal: AbortSignal, task: (inner: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const disarm = clock.after(TIMEOUT_MS, () => late.abort(new TroupeError('TIMEOUT', `No complete answer within ${TIMEOUT_MS / 1000} s.`)))
  try {
    return await task(AbortSignal.any([signal, late.signal]))
  } catch (thrown) {
    if (late.signal.aborted && !signal.aborted) throw late.signal.reason
    throw thrown
  } finally {
    disarm()
  }
}

async function report(response: GuardedResponse, redactor: Redactor) {
  const lines = [`HTTP ${response.status}`]
  if (response.redirects.length > 0) lines.push(`reached through ${response.redirects.length} redirects: ${redactor.text(response.url)}`)
  for (const name of SHOWN_HEADERS) {
    const value = response.header(name)
    if (value !== null) lines.push(`${name}: ${redactor.text(value)}`)
  }
  const { kept, total, complete } = await readBody(masked(response.chunks(), redactor))
  const type = response.header('content-type') ?? ''
  if (!isText(type, kept)) return said(`${lines.join('\n')}\n\n[${total} bytes that are not text]`)
  const dropped = total - kept.length
  const note = dropped > 0 ? `\n[the first ${kept.length} of ${complete ? '' : 'more than '}${total} bytes]` : ''
  return said(`${lines.join('\n')}\n\n${redactor.text(decode(type, kept))}${note}`, dropped)
}

/** As it arrives, without secrets; however they were cut. */
async function* masked(chunks: AsyncIterable<Uint8Array>, redactor: Redactor): AsyncIterable<Uint8Array> {
  const clean = redactor.stream()
  for await (const chunk of chunks) yield clean.push(chunk)
  yield clean.end()
}

async function readBody(body: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = []
  let keptBytes = 0
  let total = 0
  for await (const chunk of body) {
    total += chunk.length
    if (keptBytes < KEPT_BYTES) {
      chunks.push(chunk)
      keptBytes += chunk.length
    }
    if (total > COUNTED_BYTES) return { kept: wholeSigns(Buffer.concat(chunks), KEPT_BYTES), total, complete: false }
  }
  const all = Buffer.concat(chunks)
  return { kept: total <= KEPT_BYTES ? all : wholeSigns(all, KEPT_BYTES), total, complete: true }
}

function isText(type: string, bytes: Uint8Array): boolean {
  if (/^(text\/|application\/(?:[\w.+-]*\+)?(json|xml|yaml|javascript|x-www-form-urlencoded|x-ndjson|graphql|toml))/i.test(type))
    return true
  return (type === '' || /octet-stream/i.test(type)) && !bytes.subarray(0, 8192).includes(0)
}

function decode(type: string, bytes: Uint8Array): string {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    // An unknown charset name: the bytes are shown as UTF-8, with replacement signs where they are not.
    return new TextDecoder().decode(bytes)
  }
}
