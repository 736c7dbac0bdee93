/** VAULT, second door: the thread that turns a passphrase into a key. One job, handed in as `workerData`; it tells how far it is, then the key. */
import { parentPort, workerData } from 'node:worker_threads'
import type { KeyJob, KeyNews } from './seal/derive-key.ts'
import { pbkdf2 } from './seal/pbkdf2.ts'

const job = workerData as KeyJob
const tell = (news: KeyNews, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(news, transfer)

const key = pbkdf2(job.passphrase, job.salt, job.rounds, (done) => tell({ done }))
job.passphrase.fill(0)
tell({ key }, [key.buffer as ArrayBuffer])
