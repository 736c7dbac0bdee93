/** The compactor thread: makes one snapshot and ends. Only files pass between it and the store thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { compact } from './compact.ts'
import { folderDisk } from './folder-disk.ts'

export interface CompactData {
  readonly folder: string
  readonly upTo: number
}

const { folder, upTo } = workerData as CompactData
parentPort?.postMessage(compact(folderDisk(folder), upTo, Date.now))
