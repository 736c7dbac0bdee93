/** What becomes of a request: the first rule that says no is the answer. [WH3] to [WH8] */
import type { IncomingMessage } from 'node:http'
import type { WebhookOutcome } from '#contract/plain'
import { asTroupeError, messageOf } from '#core'
import { parseBody, plainHeaders, readBody } from './body.ts'
import { type Hook, RECEIVED, takeToken } from './hooks.ts'
import type { WebhookPorts } from './ports.ts'
import { verify } from './sign.ts'

export interface Outcome {
  readonly outcome: WebhookOutcome
  readonly detail: string
  readonly retryAfterS?: number
  readonly eventSeq?: number
}

export interface JudgePorts extends Pick<WebhookPorts, 'emit' | 'log'> {
  readonly keyOf: (triggerId: string) => Promise<string>
}

export const STATUS: Readonly<Record<WebhookOutcome, number>> = {
  accepted: 202,
  duplicate: 202,
  'bad-signature': 401,
  stale: 401,
  replayed: 401,
  'unknown-path': 404,
  'wrong-method': 405,
  'too-large': 413,
  'bad-body': 400,
  'rate-limit': 429,
  sealed: 503,
  'too-slow': 408,
  refused: 503,
}

export async function judge(
  ports: JudgePorts,
  request: IncomingMessage,
  hook: Hook | undefined,
  now: number,
  took: (bytes: Uint8Array) => void,
): Promise<Outcome> {
  if (!hook) return { outcome: 'unknown-path', detail: 'No webhook has this address.' }
  if (request.method !== 'POST' && request.method !== 'PUT') return { outcome: 'wrong-method', detail: 'A webhook takes POST and PUT.' }
  const wait = takeToken(hook, now)
  if (wait > 0) return { outcome: 'rate-limit', detail: `More than ${hook.when.perMinute} a minute.`, retryAfterS: wait }
  const read = await readBody(request)
  if ('tooLarge' in read) return { outcome: 'too-large', detail: 'A body has at most 1 MB.' }
  if ('broken' in read) return { outcome: 'bad-body', detail: 'The body did not come whole.' }
  took(read.bytes)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  )
  const key = hook.when.signature === 'none' ? '' : await ports.keyOf(hook.triggerId).catch((thrown: unknown) => asTroupeError(thrown))
  if (typeof key !== 'string')
    return { outcome: 'sealed', detail: 'The vault is sealed; the signature cannot be checked. Try again later.', retryAfterS: 60 }
  const verdict = verify(hook.when.signature, key, { headers, body: read.bytes }, Math.floor(now / 1000), hook.when.toleranceS)
  if (!verdict.ok) return verdict
  const parsed = parseBody(read.bytes, headers['content-type'] ?? '')
  if (!parsed) return { outcome: 'bad-body', detail: 'The body is said to be JSON, and is none.' }
  return store(ports, hook, request.method, parsed.value, plainHeaders(request.headers), verdict)
}

async function store(
  ports: JudgePorts,
  hook: Hook,
  method: string,
  body: unknown,
  headers: Record<string, string>,
  verdict: { readonly once: string | null; readonly again: 'duplicate' | 'replayed' },
): Promise<Outcome> {
  try {
    const { event, duplicate } = await ports.emit({
      type: RECEIVED,
      source: hook.source,
      subject: '',
      key: '',
      ...(verdict.once !== null && { id: `request:${verdict.once}` }),
      data: { body, headers, method },
    })
    if (!duplicate) return { outcome: 'accepted', detail: '', eventSeq: event.seq }
    const detail = verdict.again === 'duplicate' ? 'This delivery was stored before.' : 'This signature was used before.'
    return { outcome: verdict.again, detail, eventSeq: event.seq }
  } catch (thrown) {
    ports.log.warn('A webhook could not be stored.', { trigger: hook.triggerId, problem: messageOf(thrown) })
    const tooLarge = asTroupeError(thrown).code === 'TOO_LARGE'
    return tooLarge
      ? { outcome: 'too-large', detail: 'With its headers the event has more than 1 MB.' }
      : { outcome: 'refused', detail: 'It could not be stored. Try again.', retryAfterS: 10 }
  }
}
