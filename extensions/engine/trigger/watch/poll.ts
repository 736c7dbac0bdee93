/** A page that is asked from time to time; an event when what is watched of it differs from the last that was seen. [TR33] */
import { createHash } from 'node:crypto'
import type { TriggerWhen } from '#contract'
import { messageOf, readPath, TroupeError } from '#core'
import type { Watcher } from '../ports.ts'

const MOST_BYTES = 4 * 1024 * 1024
const LONGEST_WAIT_MS = 3_600_000
const ASK_MS = 30_000

export interface PollAnswer {
  readonly status: number
  header(name: string): string | null
  chunks(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** Through the egress guard. */
export type Ask = (
  request: { readonly url: string; readonly method: 'GET'; readonly headers: Readonly<Record<string, string>>; readonly body: null },
  grant: { readonly hosts: string[]; readonly allowPrivate: boolean },
  signal: AbortSignal,
) => Promise<PollAnswer>

interface Remembered {
  readonly etag: string | null
  readonly lastModified: string | null
  readonly value: string
}

export function pollWith(ask: Ask): Watcher {
  return async ({ when, clock, log, triggerId, emit, memory }) => {
    if (when.kind !== 'poll') throw new TroupeError('INTERNAL', 'This is no poll trigger.')
    let note = `Asks ${new URL(when.url).host}.`
    let failures = 0
    let stopped = false
    let disarm: (() => void) | undefined
    let asking: Promise<void> = Promise.resolve()
    const ended = new AbortController()

    const look = () => lookAt(ask, when, AbortSignal.any([ended.signal, AbortSignal.timeout(ASK_MS)]), { clock, emit, memory })
    const again = (): void => {
      if (stopped) return
      asking = look()
        .then(
          () => {
            if (failures > 0) log.info('A page answers again.', { trigger: triggerId })
            failures = 0
            note = `Asks ${new URL(when.url).host}.`
          },
          (thrown: unknown) => {
            failures += 1
            note = `It could not be asked: ${messageOf(thrown)}`
            if (failures === 1 && !stopped)
              log.warn('A page could not be asked; it is tried again, later each time.', { trigger: triggerId, problem: messageOf(thrown) })
          },
        )
        .then(() => {
          if (!stopped) disarm = clock.after(waitAfter(when.everyMs, failures), again)
        })
    }
    again()
    return {
      get ok() {
        return failures === 0
      },
      get note() {
        return note
      },
      async stop() {
        stopped = true
        disarm?.()
        ended.abort()
        await asking
      },
    }
  }
}

/** Twice as long after each failure, at most an hour more than usual. */
function waitAfter(everyMs: number, failures: number): number {
  return failures === 0 ? everyMs : Math.max(everyMs, Math.min(LONGEST_WAIT_MS, everyMs * 2 ** Math.min(failures, 10)))
}

type PollWhen = Extract<TriggerWhen, { kind: 'poll' }>

async function lookAt(
  ask: Ask,
  when: PollWhen,
  signal: AbortSignal,
  { clock, emit, memory }: Pick<Parameters<Watcher>[0], 'clock' | 'emit' | 'memory'>,
): Promise<void> {
  const text = await memory.read()
  const before = text === undefined ? undefined : (JSON.parse(text) as Remembered)
  const headers = {
    ...when.headers,
    ...(before?.etag && { 'if-none-match': before.etag }),
    ...(before?.lastModified && { 'if-modified-since': before.lastModified }),
  }
  const answer = await ask({ url: when.url, method: 'GET', headers, body: null }, { hosts: [], allowPrivate: when.allowPrivate }, signal)
  try {
    if (answer.status === 304) return
    if (answer.status < 200 || answer.status > 299) throw new TroupeError('PROVIDER', `It answered ${answer.status}.`)
    const body = await read(answer)
    const value = when.detect === 'hash' ? createHash('sha256').update(body).digest('hex') : valueAt(body, when.path)
    const now = { etag: answer.header('etag'), lastModified: answer.header('last-modified'), value }
    // The event first: after a crash between the two it is said again, with the same id, and stored once.
    if (before && before.value !== value) {
      const id = createHash('sha256').update(`${before.value}\n${value}`).digest('hex')
      const data = dataOf(when.url, when.detect, before.value, value, body)
      await emit({ type: 'troupe.poll.changed', id: `${id}.${clock.now() - (clock.now() % when.everyMs)}`, data })
    }
    if (!before || before.value !== value || before.etag !== now.etag) await memory.write(JSON.stringify(now))
  } finally {
    await answer.close()
  }
}

async function read(answer: PollAnswer): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.chunks()) {
    size += chunk.length
    if (size > MOST_BYTES) throw new TroupeError('TOO_LARGE', 'The page has more than 4 MB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function valueAt(body: Buffer, path: string): string {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new TroupeError('PROVIDER', 'The page is no JSON.', { cause })
  }
  const found = readPath(parsed, path)
  if (found === undefined) throw new TroupeError('PROVIDER', `The page has no ${path}.`)
  return JSON.stringify(found)
}

function dataOf(url: string, detect: 'hash' | 'json-path', before: string, value: string, body: Buffer) {
  if (detect === 'json-path') return { url, before: JSON.parse(before) as unknown, value: JSON.parse(value) as unknown }
  return { url, before, value, text: body.toString('utf8', 0, 100_000) }
}
