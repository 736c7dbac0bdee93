/** Entry of the thread that packs one bundle: compressing some megabytes takes longer than the main thread may. */
import { parentPort, workerData } from 'node:worker_threads'
import { zipSync } from 'fflate'

const port = parentPort
if (!port) throw new Error('zip-thread.ts is a worker of the engine; it cannot be started by itself.')
const packed = zipSync(workerData as Record<string, Uint8Array>, { level: 6 })
port.postMessage(packed)
