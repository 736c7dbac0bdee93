/**
 * PERSONA, second door: the thread that reads and writes persona files. One job for each thread, handed in as `workerData`;
 * one answer, then it ends. A hostile file can cost this thread its time and memory, never the engine's.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { asTroupeError } from '#core'
import { writePersonaFile } from './file-format.ts'
import type { FileAnswer, FileJob } from './file-job.ts'
import { readPersonaFile } from './file-reading.ts'

function answer(job: FileJob): FileAnswer {
  try {
    return job.kind === 'read'
      ? { kind: 'read', personas: readPersonaFile(job.text) }
      : { kind: 'written', text: writePersonaFile(job.docs) }
  } catch (thrown) {
    const { code, message, hint } = asTroupeError(thrown)
    return { kind: 'failed', code, message, hint }
  }
}

parentPort?.postMessage(answer(workerData as FileJob))
