/** Reads files in a thread, one at a time: bounded in signs, memory and time. */
import { Worker } from 'node:worker_threads'
import type { ImportReading, NodeKind } from '#contract'
import { LIMITS } from '#contract/plain'
import { type Clock, oneAnswer, oneAtATime, THREAD_LIMITS, TroupeError } from '#core'

export interface ImportJob {
  readonly text: string
  readonly kinds: Readonly<Record<string, NodeKind>>
}
export type ImportAnswer = { readonly reading: ImportReading } | { readonly broke: string }

export interface ImportFilesPorts {
  readonly clock: Clock
  /** Which of the team's kinds runs each type of node, as the team room says it; asked with the first file. */
  readonly kinds: () => Promise<Readonly<Record<string, NodeKind>>>
  readonly threadUrl: URL
}

export interface ImportFiles {
  /** What an import would make; nothing is created. What is no workflow is a value with the reason. TOO_LARGE, TIMEOUT. */
  read(text: string): Promise<ImportReading>
}

/** The largest real template takes 0.1 s. */
const LONGEST_MS = 30_000
const MOST_MB = 512

export function openImport({ clock, kinds, threadUrl }: ImportFilesPorts): ImportFiles {
  // One thread at a time: a folder of files must not take as much memory as all of them.
  const turn = oneAtATime()
  const tooLarge = (message: string) => new TroupeError('TOO_LARGE', message, { hint: 'Split it, or export fewer workflows at once.' })
  const read = async (text: string): Promise<ImportReading> => {
    const worker = new Worker(threadUrl, {
      workerData: { text, kinds: await kinds() } satisfies ImportJob,
      env: {},
      name: 'n8n import',
      resourceLimits: THREAD_LIMITS,
    })
    const answer = await oneAnswer<ImportAnswer>(worker, {
      clock,
      timeoutMs: LONGEST_MS,
      mostMb: MOST_MB,
      work: 'n8n files',
      late: () => new TroupeError('TIMEOUT', `Reading this file took longer than ${LONGEST_MS / 1000} s.`, { hint: 'Look into it first.' }),
      tooLarge: () => tooLarge('This file needs more memory than reading a workflow may take.'),
    })
    if ('broke' in answer) throw new TroupeError('INTERNAL', `This file could not be read: ${answer.broke}.`)
    return answer.reading
  }
  return {
    read(text) {
      if (text.length > LIMITS.n8nFileChars)
        return Promise.reject(tooLarge(`This file has ${text.length} signs; at most ${LIMITS.n8nFileChars} are read.`))
      return turn(() => read(text))
    },
  }
}
