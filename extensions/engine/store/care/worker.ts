/** Runs one job in a care thread. A thread that is ended leaves at most drafts, which mean nothing and are removed here. */
import { Worker } from 'node:worker_threads'
import { messageOf, TroupeError } from '#core'
import type { CareAnswer, CareData } from '../care-thread.ts'
import { folderDisk } from '../folder-disk.ts'
import { unpackError } from '../messages.ts'
import { removeDraft } from '../snapshot.ts'
import type { JobAnswer } from './jobs.ts'

/** Aborted: CANCELLED, once the thread is gone. */
export async function runInThread(url: URL, data: CareData, tell: (step: string) => void, signal: AbortSignal): Promise<JobAnswer> {
  signal.throwIfAborted()
  const worker = new Worker(url, { workerData: data, env: {}, name: 'store-care' })
  try {
    return await new Promise<JobAnswer>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new TroupeError('CANCELLED', 'It was cancelled; nothing was changed.')), { once: true })
      worker.on('message', (answer: CareAnswer) => {
        if (answer.kind === 'step') tell(answer.step)
        else if (answer.kind === 'done') resolve(answer.value)
        else reject(unpackError(answer.error))
      })
      worker.once('error', (thrown) =>
        reject(new TroupeError('INTERNAL', `The care thread broke: ${messageOf(thrown)}.`, { cause: thrown })),
      )
      worker.once('exit', () => reject(new TroupeError('INTERNAL', 'The care thread ended without a result.')))
    })
  } finally {
    await worker.terminate()
    if (signal.aborted) removeCareDrafts(data.folder)
  }
}

function removeCareDrafts(folder: string): void {
  const disk = folderDisk(folder)
  for (const name of disk.list()) if (/^(?:backup-\d{16}-(?:schedule|person)|restore-ready)\.new$/.test(name)) removeDraft(disk, name)
}
