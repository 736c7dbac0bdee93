/** A history of random transactions on a store whose disk loses its power again and again, compared with a model. */
import { type Clock, makeLogger } from '#core'
import { type Disk, type Migration, openStoreHere, type Statement, type Store } from '../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from './store-disk.ts'

export const items: Migration = {
  room: 'items',
  number: 1,
  name: 'items',
  sql: 'CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; CREATE INDEX item_by_text ON item (text)',
}

type Model = ReadonlyMap<number, string>
interface Transaction {
  readonly statements: readonly Statement[]
  readonly apply: (model: Model) => Model
}

/** Several inserts, updates and deletes; now and then a large one. */
export function randomTransaction(random: (below: number) => number): Transaction {
  const steps = Array.from({ length: 1 + random(4) }, () => {
    const id = random(50)
    if (random(5) === 0) return { id, text: null }
    const text = `${random(1_000_000)} `.repeat(1 + (random(12) === 0 ? random(2500) : random(20)))
    return { id, text }
  })
  return {
    statements: steps.map(({ id, text }) =>
      text === null
        ? { sql: 'DELETE FROM item WHERE id = ?', params: [id] }
        : { sql: 'INSERT INTO item (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text', params: [id, text] },
    ),
    apply(model) {
      const next = new Map(model)
      for (const { id, text } of steps) {
        if (text === null) next.delete(id)
        else next.set(id, text)
      }
      return next
    },
  }
}

const FAILURES = ['failure', 'syncFailure', 'folderFailure'] as const

export interface HistoryOptions {
  readonly seed: number
  readonly crashes: number
  readonly prepare?: (disk: SimulatedDisk) => void
  /** The store is sealed from its first opening on. */
  readonly seal?: (disk: Disk) => Disk
}

const silent = makeLogger('store', () => undefined)
const standing: Clock = { now: () => 1_763_712_000_000, after: () => () => undefined }

export function openOn(
  disk: Disk,
  migrations: readonly Migration[] = [items],
  sizes: { readonly snapshotAfterBytes?: number; readonly journalBlockBytes?: number } = {},
  clock: Clock = standing,
): Promise<Store> {
  return openStoreHere({
    disk,
    path: 'simulated',
    migrations,
    clock,
    log: silent,
    snapshotAfterBytes: 24 * 1024,
    journalBlockBytes: 16 * 1024,
    ...sizes,
  })
}

/** Answers a sentence for the first thing that was lost, torn or wrong; null when nothing was. */
export async function runHistory({ seed, crashes, prepare, seal = (one) => one }: HistoryOptions): Promise<string | null> {
  const random = seeded(seed)
  const disk = new SimulatedDisk(random)
  prepare?.(disk)
  let acknowledged: Model = new Map()
  let flying: readonly Transaction[] = []
  for (let crash = 0; crash < crashes; crash++) {
    let store: Store
    try {
      disk.cutAfter(random(4) === 0 ? random(40) : Number.POSITIVE_INFINITY)
      store = await openOn(seal(disk))
    } catch (thrown) {
      if (!disk.isOff) return `seed ${seed}, crash ${crash}: the store did not open: ${String(thrown)}`
      disk.restart()
      continue
    }
    // Once it is open, whatever was flying is either in for good or out for good.
    const found = await contentOf(store)
    const state = whichState(acknowledged, flying, found)
    if (state === null)
      return `seed ${seed}, crash ${crash}: ${found.size} rows, which are no state that was written after the last acknowledged one`
    acknowledged = state
    flying = []
    // Often within the first writes, where a journal is still empty.
    disk.cutAfter(random(random(3) === 0 ? 8 : 120))
    while (!disk.isOff) {
      flying = Array.from({ length: 1 + random(6) }, () => randomTransaction(random))
      const refuses = random(8) === 0
      if (refuses) Object.assign(disk, { [FAILURES[random(3)] as string]: new Error('no space left, or an i/o error') })
      const results = await Promise.allSettled(flying.map((one) => store.write(one.statements)))
      for (const kind of FAILURES) disk[kind] = null
      const done = results.filter((result) => result.status === 'fulfilled').length
      if (done < flying.length && !disk.isOff && !refuses)
        return `seed ${seed}, crash ${crash}: a write was refused although the disk is well`
      acknowledged = flying.slice(0, done).reduce((model, one) => one.apply(model), acknowledged)
      flying = flying.slice(done)
      // A refused write may be found after a crash only until the store has mended itself.
      if (refuses && (await store.health()).state === 'ok' && !disk.isOff) flying = []
    }
    await store.stop()
    disk.restart()
  }
  return null
}

export async function contentOf(store: Store): Promise<Map<number, string>> {
  const [check] = await store.read<{ integrity_check: string }>('SELECT * FROM pragma_integrity_check')
  if (check?.integrity_check !== 'ok') throw new Error(`integrity_check says ${check?.integrity_check}`)
  const rows = await store.read<{ id: number; text: string }>('SELECT id, text FROM item ORDER BY id')
  return new Map(rows.map((row) => [row.id, row.text]))
}

/** The acknowledged state, or the one after some of the transactions that were flying, whichever was found. */
function whichState(acknowledged: Model, flying: readonly Transaction[], found: Model): Model | null {
  let state = acknowledged
  for (const transaction of [null, ...flying]) {
    state = transaction ? transaction.apply(state) : state
    if (sameContent(state, found)) return state
  }
  return null
}

export function sameContent(a: Model, b: Model): boolean {
  return a.size === b.size && [...a].every(([id, text]) => b.get(id) === text)
}
