/** A request's body: read within its bound, and as a value. [WH6] */
import type { IncomingMessage } from 'node:http'
import { TRIGGER_LIMITS } from '#contract/plain'

export type Read = { readonly bytes: Uint8Array } | { readonly tooLarge: true } | { readonly broken: true }

export async function readBody(request: IncomingMessage): Promise<Read> {
  if (Number(request.headers['content-length'] ?? 0) > TRIGGER_LIMITS.webhookBytes) return { tooLarge: true }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > TRIGGER_LIMITS.webhookBytes) return { tooLarge: true }
      chunks.push(chunk)
    }
  } catch {
    return { broken: true }
  }
  return request.complete ? { bytes: Buffer.concat(chunks) } : { broken: true }
}

/** JSON as a value, a form as its fields, anything else as text. undefined: it says that it is JSON, and is none. */
export function parseBody(bytes: Uint8Array, type: string): { readonly value: unknown } | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  if (/x-www-form-urlencoded/i.test(type)) return { value: Object.fromEntries(new URLSearchParams(text)) }
  try {
    return { value: text === '' ? null : (JSON.parse(text) as unknown) }
  } catch {
    return /json/i.test(type) ? undefined : { value: text }
  }
}

const SECRET = /^(?:authorization|cookie|proxy-authorization|x-api-key)$|signature|token|secret/i

/** What may be kept and shown of the headers. [WH9] */
export function plainHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !SECRET.test(name)) kept[name] = String(value).slice(0, 500)
  return kept
}
