/**
 * Ours and others' in turns of some ten milliseconds, so that all meet the same disk and the same load; a figure is the median over the
 * rounds, a ratio the median of each round's own ratio.
 */
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { type Figure, median } from '../figures.ts'
import type { Peer } from './peers.ts'
import { insert, row, timed } from './sample.ts'

const ROUNDS = 25
/** Compilers of JavaScript and WASM need some ten thousand calls before they have made of both what runs from then on. */
const WARM_BATCHES = 60
const WARM_BATCH = 500
export const GROUP = 32

/** Commits in one turn; answers how many rows there were. */
export type Turn = () => Promise<number> | number

export async function warmUp(store: Store): Promise<void> {
  const write = { sql: insert, params: row(0) }
  for (let batch = 0; batch < WARM_BATCHES; batch++) {
    await store.batch(Array.from({ length: WARM_BATCH }, () => [write]))
    await Promise.all(Array.from({ length: WARM_BATCH }, () => store.write([write])))
  }
}

export function byClients(store: Store, clients: number, each: number, latencies: number[] = []): Turn {
  let n = 0
  const client = async (): Promise<void> => {
    for (let turn = 0; turn < each; turn++) latencies.push(await timed(() => store.write([{ sql: insert, params: row(n++) }])))
  }
  return async () => {
    await Promise.all(Array.from({ length: clients }, client))
    return clients * each
  }
}

export function byBatch(store: Store, act: 'write' | 'batch', batches: number): Turn {
  let n = 0
  return async () => {
    for (let turn = 0; turn < batches; turn++) {
      const statements = Array.from({ length: GROUP }, () => ({ sql: insert, params: row(n++) }))
      await (act === 'write' ? store.write(statements) : store.batch(statements.map((one) => [one])))
    }
    return batches * GROUP
  }
}

export const byPeer =
  (peer: Peer, count: number, perCommit: number): Turn =>
  () => {
    peer.commits(count, perCommit)
    return count * perCommit
  }

export type Rates<Name extends string> = Readonly<Record<Name, readonly number[]>>

/** Rows a second of each, for each round. */
export async function race<Name extends string>(turns: Readonly<Record<Name, Turn>>): Promise<Rates<Name>> {
  const names = Object.keys(turns) as Name[]
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      let rows = 0
      const ms = await timed(async () => {
        rows = await turns[name]()
      })
      // The first round only warms the caches.
      if (round > 0) rates[name].push((rows / ms) * 1000)
    }
  }
  return rates
}

export function times(name: string, ours: readonly number[], other: readonly number[]): Figure {
  return { name, value: median(ours.map((rate, round) => rate / (other[round] as number))), unit: '×' }
}

/** How much longer one takes than the other, µs for each commit. */
export function longer(name: string, slow: readonly number[], quick: readonly number[]): Figure {
  return { name, value: median(slow.map((rate, round) => 1e6 / rate - 1e6 / (quick[round] as number))), unit: 'µs' }
}
