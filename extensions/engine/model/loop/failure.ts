/** Why a model did not answer, in few kinds, and what to do about each. */
import { messageOf } from '#core'
import { scrub } from '../scrub.ts'

export type FailureKind =
  | 'unauthorised' // 401, 403: the key is not accepted
  | 'missing' // 404: no such model
  | 'limited' // 429
  | 'server' // 5xx, 408, 529
  | 'refused' // another 4xx: the request does not suit this model
  | 'network' // no connection, or it broke before the answer began
  | 'cut' // the answer broke off
  | 'too-long' // the prompt does not fit; nothing was sent

export interface Failure {
  readonly kind: FailureKind
  readonly status: number | null
  readonly retryAfterMs: number | null
  /** One line, without the key. */
  readonly message: string
}

const MESSAGE_CHARS = 400

interface HttpError {
  readonly statusCode?: unknown
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseBody?: unknown
}

/** Judges anything that a provider library threw. `begun`: parts of the answer had arrived. */
export function failureOf(thrown: unknown, key: string | null, begun: boolean, nowMs: number): Failure {
  const status = statusOf(thrown)
  const message = scrub(oneLine(textOf(thrown)), key).slice(0, MESSAGE_CHARS)
  const retryAfterMs = retryAfter((thrown as HttpError | null)?.responseHeaders, nowMs)
  if (begun) return { kind: 'cut', status, retryAfterMs: null, message }
  return { kind: status === null ? 'network' : kindOf(status), status, retryAfterMs, message }
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'unauthorised'
  if (status === 404) return 'missing'
  if (status === 429) return 'limited'
  if (status >= 500 || status === 408) return 'server'
  return 'refused'
}

/** AI SDK errors carry `statusCode`; those of the Ollama client carry `status_code` in their cause. A 200 is a broken body, not an answer. */
function statusOf(thrown: unknown): number | null {
  for (let error = thrown, depth = 0; typeof error === 'object' && error !== null && depth < 4; depth++) {
    const { statusCode, status_code } = error as { readonly statusCode?: unknown; readonly status_code?: unknown }
    const status = typeof statusCode === 'number' ? statusCode : typeof status_code === 'number' ? status_code : null
    if (status !== null && status >= 400) return status
    error = (error as { readonly cause?: unknown }).cause
  }
  return null
}

function textOf(thrown: unknown): string {
  // Errors inside a stream are plain objects with a message somewhere.
  if (typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error)) {
    const { message, error } = thrown as { readonly message?: unknown; readonly error?: unknown }
    if (typeof message === 'string') return message
    return error === undefined ? JSON.stringify(thrown) : textOf(error)
  }
  const messages: string[] = []
  for (let error: unknown = thrown, depth = 0; error !== undefined && error !== null && depth < 4; depth++) {
    const message = messageOf(error)
    if (!messages.some((known) => known.includes(message))) messages.push(message)
    error = error instanceof Error ? error.cause : undefined
  }
  return messages.join(': ')
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Retry-After in seconds or as a date (RFC 9110 section 10.2.3); Anthropic and OpenAI also send milliseconds under their own name. */
function retryAfter(headers: Readonly<Record<string, string>> | undefined, nowMs: number): number | null {
  const milliseconds = Number(headers?.['retry-after-ms'])
  if (headers?.['retry-after-ms'] !== undefined && Number.isFinite(milliseconds)) return Math.max(0, milliseconds)
  const value = headers?.['retry-after']
  if (value === undefined) return null
  const seconds = Number(value)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

/** A Retry-After that is longer is not waited for: the next model is asked instead. */
const PATIENCE_MS = 20_000
const SERVER_WAITS_MS = [1_000, 3_000]
const LIMITED_WAIT_MS = 5_000
const NETWORK_WAIT_MS = 1_000

/** Times that this model has failed in each way at the present call. */
export type FailureCounts = Partial<Record<FailureKind, number>>

/**
 * How long to wait before the same model is asked again; null: not again.
 * 5xx twice (1 s, 3 s); 429 once, after its Retry-After if that is at most 20 s (5 s when it says none); a broken connection once; a cut answer once.
 */
export function waitBeforeRetry(failure: Failure, counts: FailureCounts): number | null {
  const before = counts[failure.kind] ?? 0
  if (failure.kind === 'server') return SERVER_WAITS_MS[before] ?? null
  if (before > 0) return null
  if (failure.kind === 'limited') {
    const wait = failure.retryAfterMs ?? LIMITED_WAIT_MS
    return wait <= PATIENCE_MS ? wait : null
  }
  return failure.kind === 'network' || failure.kind === 'cut' ? NETWORK_WAIT_MS : null
}
