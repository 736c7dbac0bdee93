/** Where a run's files lie: `<runs>/<two signs>/<runId>.<ending>`; the two signs are the first of the id after its prefix. */
import { join } from 'node:path'

export interface RunFiles {
  readonly folder: string
  /** The numbered events, one JSON object a line. */
  readonly log: string
  /** What was asked: document, input, parameters, prompt. */
  readonly asked: string
  /** The whole result, when it is longer than the row's preview. */
  readonly result: string
  /** Long results of its steps, each a file named by its SHA-256. */
  readonly steps: string
}

export function runFiles(runsFolder: string, id: string): RunFiles {
  // Ids are ours (`run_` and 16 signs), but one also comes in from a client: nothing but an id becomes a path.
  const safe = /^run_[0-9a-z]{16}$/.test(id) ? id : 'run_0000000000000000'
  const folder = join(runsFolder, safe.slice(4, 6))
  return {
    folder,
    log: join(folder, `${safe}.jsonl`),
    asked: join(folder, `${safe}.json`),
    result: join(folder, `${safe}.result.txt`),
    steps: join(folder, `${safe}.steps`),
  }
}
