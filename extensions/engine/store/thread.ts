/** The store thread: takes requests in the order they came, groups the writes that wait, answers each once. Composes the ledger from real parts. */
import { randomBytes } from 'node:crypto'
import { parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads'
import { makeLogger, TroupeError } from '#core'
import type { CompactData } from './compact-thread.ts'
import { type Answer, CANCEL_CELLS, packError, type ThreadData } from './messages.ts'
import { openLedger } from './recover.ts'
import type { Migration } from './shapes.ts'
import { loadSqlite } from './sqlite.ts'
import { threadDisk } from './thread-disk.ts'
import { serveRequests } from './turns.ts'
import { defaultWasmPath } from './wasm-path.ts'
import { type Packed, packAnswers, unpackRequests } from './wire.ts'

const port = parentPort
if (!port) throw new Error('The store thread is started by the store, as a worker thread.')

const post = (answers: readonly Answer[]): void => port.postMessage(packAnswers(answers))
const log = makeLogger('store', ({ level, message, facts }) => post([{ kind: 'log', level, message, ...(facts ? { facts } : {}) }]))

/** The first message: which store. The second, as soon as the rooms are loaded: their migrations. Everything after these is a request. */
const told = new Promise<{ readonly data: ThreadData; readonly migrations: Promise<readonly Migration[]> }>((resolve) =>
  port.once('message', (data: ThreadData) => {
    resolve({ data, migrations: new Promise((known) => port.once('message', known)) })
  }),
)
/** Begun at once: a thread may be started before anybody knows which store it is for. */
const loading = loadSqlite((workerData as { readonly wasmPath?: string } | null)?.wasmPath ?? defaultWasmPath())
loading.catch(() => undefined)

try {
  const { data, migrations } = await told
  const cancelled = new Int32Array(data.cancelled)
  const sqlite = await loading
  const ledger = openLedger(
    {
      path: data.folder,
      disk: await threadDisk(data.folder, data.key),
      sqlite,
      compactor: (upTo) => compactInThread(data.compactThreadUrl, { folder: data.folder, upTo, key: data.key }),
      log,
      now: Date.now,
      monotonicMs: () => performance.now(),
      isCancelled: (id) => Atomics.load(cancelled, id % CANCEL_CELLS) === id,
      salt: () => randomBytes(16),
      snapshotAfterBytes: data.snapshotAfterBytes,
      journalBlockBytes: data.journalBlockBytes,
    },
    await migrations,
  )
  const turns = serveRequests(ledger, {
    post,
    log,
    ended: () => port.close(),
    later: (delayMs, task) => void setTimeout(task, delayMs),
  })
  post([{ kind: 'opened' }])
  port.on('message', (first: Packed) => {
    const requests = unpackRequests(first)
    // Whatever arrived while the last group was being written joins this one.
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      requests.push(...unpackRequests(next.message as Packed))
    turns(requests)
  })
} catch (thrown) {
  post([{ kind: 'refused', error: packError(thrown) }])
  port.close()
}

function compactInThread(url: string, work: CompactData): Promise<{ readonly createdAt: number }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(url), { workerData: work, env: {}, name: 'store-compactor' })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new TroupeError('INTERNAL', 'The compactor thread ended without a result.')))
  })
}
