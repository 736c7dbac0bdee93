/** Has a thread read or write a persona file, bounded in bytes, memory and time; the YAML library never loads in the engine's main thread. */
import { Worker } from 'node:worker_threads'
import type { PersonaDoc } from '#contract'
import { type ErrorCode, LIMITS } from '#contract/plain'
import { type Clock, oneAnswer, oneAtATime, THREAD_LIMITS, TroupeError } from '#core'
import type { ReadPersona } from './file-reading.ts'

export type FileJob = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'write'; readonly docs: readonly PersonaDoc[] }
export type FileAnswer =
  | { readonly kind: 'read'; readonly personas: ReadPersona[] }
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }

/** The largest file of real documents takes about 1 s; whatever takes this long is built to. */
const LONGEST_MS = 30_000
/** The largest file of real documents needs under 256 MB (measured at 4 MB of text). */
const MOST_MB = 384

export interface PersonaFiles {
  /** TOO_LARGE over LIMITS.importBytes or out of memory; INVALID when it is no persona file; TIMEOUT after 30 s. */
  read(text: string): Promise<ReadPersona[]>
  /** The text of a file with these documents. */
  write(docs: readonly PersonaDoc[]): Promise<string>
}

export function personaFiles(clock: Clock, threadUrl: URL): PersonaFiles {
  // One thread at a time: ten files at once must not take ten times the memory.
  const turn = oneAtATime()
  const run = (job: FileJob) => turn(() => inThread(job, clock, threadUrl))
  return {
    async read(text) {
      const bytes = Buffer.byteLength(text)
      if (bytes > LIMITS.importBytes) throw tooLarge(`This file has ${bytes} bytes; at most ${LIMITS.importBytes} are read.`)
      const answer = await run({ kind: 'read', text })
      if (answer.kind === 'read') return answer.personas
      throw new TroupeError('INTERNAL', 'The thread that reads persona files gave another answer.')
    },
    async write(docs) {
      const answer = await run({ kind: 'write', docs })
      if (answer.kind === 'written') return answer.text
      throw new TroupeError('INTERNAL', 'The thread that writes persona files gave another answer.')
    },
  }
}

async function inThread(job: FileJob, clock: Clock, threadUrl: URL): Promise<FileAnswer> {
  // An empty environment: keys that the engine was given have no business in this thread.
  const worker = new Worker(threadUrl, {
    workerData: job,
    env: {},
    name: 'persona files',
    resourceLimits: THREAD_LIMITS,
  })
  const answer = await oneAnswer<FileAnswer>(worker, {
    clock,
    timeoutMs: LONGEST_MS,
    mostMb: MOST_MB,
    work: 'persona files',
    late: () =>
      new TroupeError('TIMEOUT', `Reading or writing a persona file took longer than ${LONGEST_MS / 1000} s.`, {
        hint: 'It is not a usual persona file; look into it first.',
      }),
    tooLarge: () => tooLarge('This file needs more memory than reading a persona file may take.'),
  })
  if (answer.kind === 'failed') throw new TroupeError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint })
  return answer
}

function tooLarge(message: string): TroupeError {
  return new TroupeError('TOO_LARGE', message, { hint: 'Split it into several files.', facts: { limitBytes: LIMITS.importBytes } })
}
