/** Opens the store: claims the folder, starts the store thread, and answers the door to it. */
import { Worker } from 'node:worker_threads'
import { type Clock, type Logger, messageOf, TroupeError } from '#core'
import { claimFolder } from './folder-lock.ts'
import { makeLink, type RequestPort } from './link.ts'
import { CANCEL_CELLS, type ThreadData, unpackError } from './messages.ts'
import type { Migration, Store } from './shapes.ts'
import { type Packed, packRequests, unpackAnswers } from './wire.ts'

export interface OpenStoreOptions {
  /** Made with mode 0700 if it is missing; files in it are 0600. One open store owns it at a time. */
  readonly folder: string
  /** Every room's migrations, one after the other. A promise of them lets the thread start while the rooms are still being loaded. */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>
  readonly clock: Clock
  readonly log: Logger
  /** Called once if the store's thread dies by itself. Every call then fails with INTERNAL; start anew: nothing acknowledged is lost. */
  readonly onBroken?: (why: TroupeError) => void
  /** sql-wasm.wasm of the pinned sql.js. Default: the one in node_modules/sql.js; a bundle hands its own in. */
  readonly wasmPath?: string
  /** A thread of `store/thread.ts` that was started already and has been told nothing; it is this store's from here on. Default: a new one. */
  readonly thread?: Worker
  /** The modules of the two threads. Default: thread.ts and compact-thread.ts beside this file; a bundle hands its own in. */
  readonly threadUrl?: URL
  readonly compactThreadUrl?: URL
  /** Journal bytes that call for a new snapshot (or the database's size, when that is larger). Default 8 MiB. */
  readonly snapshotAfterBytes?: number
  /** How much a journal grows at a time; a multiple of 512. Default 1 MiB. */
  readonly journalBlockBytes?: number
  /** 32 bytes, for a store that is sealed or shall be (`storeForm` says so); the store's threads keep copies until they end. */
  readonly key?: Uint8Array | undefined
}

/**
 * Opens (or makes) the store in a folder and brings it to this build's migrations.
 * CONFLICT: another living process has it. DAMAGED: a file is damaged, or newer than this build; nothing was changed. SEALED: it can only be opened with a key, or with another one. DISK: the folder cannot be written.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const claim = claimFolder(options.folder, options.clock)
  const data: ThreadData = {
    folder: options.folder,
    snapshotAfterBytes: options.snapshotAfterBytes ?? DEFAULT_SNAPSHOT_AFTER_BYTES,
    journalBlockBytes: options.journalBlockBytes ?? DEFAULT_JOURNAL_BLOCK_BYTES,
    compactThreadUrl: (options.compactThreadUrl ?? new URL('./compact-thread.ts', import.meta.url)).href,
    key: options.key,
    cancelled: new SharedArrayBuffer(CANCEL_CELLS * 4),
  }
  let worker: Worker | undefined
  try {
    worker = options.thread ?? startThread(options)
    const opened = untilOpen(worker, options.log)
    // A thread that refuses before the migrations are there is heard below, when it is awaited.
    opened.catch(() => undefined)
    worker.postMessage(data)
    worker.postMessage(await options.migrations)
    await opened
    // Not before, and not loaded before: a start waits for the store.
    void import('./kept-code.ts').then(({ keepCode }) => keepCode(options.wasmPath))
    const { clock, log } = options
    return makeLink(portOf(worker), {
      clock,
      log,
      cancelled: new Int32Array(data.cancelled),
      broke: (why) => options.onBroken?.(why),
      ended: () => claim.release(),
    })
  } catch (thrown) {
    await worker?.terminate()
    claim.release()
    throw thrown
  }
}

export const DEFAULT_SNAPSHOT_AFTER_BYTES = 8 * 1024 * 1024
export const DEFAULT_JOURNAL_BLOCK_BYTES = 1024 * 1024

function startThread({ threadUrl, wasmPath }: OpenStoreOptions): Worker {
  // An empty environment: keys that the engine was given have no business in this thread.
  return new Worker(threadUrl ?? new URL('./thread.ts', import.meta.url), { workerData: { wasmPath }, env: {}, name: 'store' })
}

/** A thread that speaks wire.ts. */
export function portOf(worker: Worker): RequestPort {
  return {
    post: (requests) => worker.postMessage(packRequests(requests)),
    onAnswers: (take) => void worker.on('message', (packed: Packed) => take(unpackAnswers(packed))),
    onEnd(take) {
      let reason: unknown = 'its thread ended'
      worker.on('error', (thrown) => {
        reason = thrown
      })
      worker.once('exit', () => take(reason))
    },
  }
}

function untilOpen(worker: Worker, log: Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      act()
    }
    const onError = (thrown: unknown): void =>
      settle(() => reject(new TroupeError('INTERNAL', `The store thread could not start: ${messageOf(thrown)}.`, { cause: thrown })))
    const onExit = (): void => onError('it ended before it was open')
    const onMessage = (packed: Packed): void => {
      for (const answer of unpackAnswers(packed)) {
        if (answer.kind === 'log') log[answer.level](answer.message, answer.facts)
        if (answer.kind === 'opened') settle(resolve)
        if (answer.kind === 'refused') settle(() => void worker.terminate().then(() => reject(unpackError(answer.error))))
      }
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    // One that was started earlier may have ended before anybody listened.
    if (worker.threadId === -1) onExit()
  })
}
