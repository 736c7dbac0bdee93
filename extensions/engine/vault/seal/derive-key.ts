/** Has the key thread work on a passphrase; the main thread only hears how far it is. */
import { Worker } from 'node:worker_threads'
import { TroupeError } from '#core'

export interface KeyJob {
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  readonly rounds: number
}
export type KeyNews = { readonly done: number } | { readonly key: Uint8Array }

/** 32 bytes; CANCELLED when `signal` is aborted. Takes `passphrase` over: it lies in no other thread's memory afterwards, and is zeroed there. */
export type DeriveKey = (job: KeyJob, onProgress: (done: number) => void, signal?: AbortSignal) => Promise<Uint8Array>

/** Bytes of a passphrase as the format has them: UTF-8 of its NFKC form, so that two keyboards that compose an umlaut differently type the same one. */
export function passphraseBytes(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize('NFKC'))
}

export function keyThread(threadUrl: URL): DeriveKey {
  return (job, onProgress, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const passphrase = new Uint8Array(job.passphrase)
    job.passphrase.fill(0)
    const worker = new Worker(threadUrl, {
      workerData: { ...job, passphrase },
      transferList: [passphrase.buffer],
      env: {},
      name: 'vault key',
    })
    const leave = () => reject(new TroupeError('CANCELLED', 'The work on the passphrase was cancelled.'))
    signal?.addEventListener('abort', leave, { once: true })
    if (signal?.aborted) leave()
    worker.on('message', (news: KeyNews) => ('key' in news ? resolve(news.key) : onProgress(news.done)))
    worker.on('error', reject)
    worker.on('exit', () => reject(new TroupeError('INTERNAL', 'The thread that works on the passphrase ended without an answer.')))
    return promise.finally(() => {
      signal?.removeEventListener('abort', leave)
      void worker.terminate()
    })
  }
}
