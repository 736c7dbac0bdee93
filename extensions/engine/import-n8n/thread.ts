/**
 * IMPORT-N8N, second door: the thread that reads a file. One job for each thread, one answer, then it ends. A hostile file can cost
 * this thread its time and memory, never the engine's.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '#core'
import type { ImportAnswer, ImportJob } from './open.ts'
import { kindsByType } from './outcome.ts'
import { readImport } from './read-import.ts'

function answer({ text, kinds }: ImportJob): ImportAnswer {
  try {
    return { reading: readImport(text, kindsByType(kinds)) }
  } catch (thrown) {
    return { broke: messageOf(thrown) }
  }
}

parentPort?.postMessage(answer(workerData as ImportJob))
