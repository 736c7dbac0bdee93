/** The compactor thread: makes one snapshot and ends. Only files pass between it and the store thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { compact } from './compact.ts'
import { threadDisk } from './thread-disk.ts'

export interface CompactData {
  readonly folder: string
  readonly upTo: number
  /** Of a sealed store. */
  readonly key: Uint8Array | undefined
}

const { folder, upTo, key } = workerData as CompactData
parentPort?.postMessage(compact(await threadDisk(folder, key), upTo, Date.now))
