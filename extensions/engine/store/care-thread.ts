/** The care thread: does one long piece of work on the store's folder and ends. Only files and its answer pass between it and the others. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Job, type JobAnswer, runJob } from './care/jobs.ts'
import { type ErrorAnswer, packError } from './messages.ts'
import { threadDisk } from './thread-disk.ts'

export interface CareData {
  readonly folder: string
  readonly wasmPath: string
  readonly job: Job
  /** When it was begun, by the engine's clock. */
  readonly at: number
  /** Of a sealed store. */
  readonly key: Uint8Array | undefined
}

export type CareAnswer =
  | { readonly kind: 'step'; readonly step: string }
  | { readonly kind: 'done'; readonly value: JobAnswer }
  | { readonly kind: 'failed'; readonly error: ErrorAnswer }

const { folder, wasmPath, job, at, key } = workerData as CareData
const post = (answer: CareAnswer): void => parentPort?.postMessage(answer)
try {
  const disk = await threadDisk(folder, key)
  const value = await runJob(job, { disk, wasmPath, now: () => at, tell: (step) => post({ kind: 'step', step }) })
  post({ kind: 'done', value })
} catch (thrown) {
  post({ kind: 'failed', error: packError(thrown) })
}
