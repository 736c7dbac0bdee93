/**
 * The list as the screen uses it: pages read as they come into view, live changes applied to what is seen, and newer runs counted
 * until the person wants them. Answers of an older filter are dropped.
 */
import { type Accessor, batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { RunFilter, RunRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { type Failure, failureOf } from '../../parts/mod.ts'
import { onChange } from '../../state/mod.ts'
import { PageCache, type PageRequest } from './pages.ts'

export interface RunsList {
  /** undefined before the first answer. */
  readonly total: Accessor<number | undefined>
  row(index: number): RunRow | undefined
  indexOf(id: string): number
  readonly failure: Accessor<Failure | undefined>
  /** Runs that fit and began after the list was read. */
  readonly newer: Accessor<number>
  /** Which rows are in view. */
  range(first: number, last: number): void
  /** Whether what is shown is from before, while the new answer is awaited. */
  readonly stale: Accessor<boolean>
  /** Reads the list anew, as of now. */
  refresh(): void
}

/** Live changes come in bursts; the visible pages are read at most this often. */
const LIVE_MS = 700

export function createRunsList(filter: Accessor<RunFilter>): RunsList {
  const cache = new PageCache<RunRow>()
  const [version, setVersion] = createSignal(0)
  const [total, setTotal] = createSignal<number>()
  const [failure, setFailure] = createSignal<Failure>()
  const [newer, setNewer] = createSignal(0)
  let seen = { first: 0, last: 0 }
  let timer: ReturnType<typeof setTimeout> | undefined

  const ask = async (request: PageRequest) => {
    try {
      const answer = await engine.run.list({
        filter: filter(),
        offset: request.offset,
        limit: request.limit,
        ...(request.asOf === undefined ? {} : { asOf: request.asOf }),
      })
      if (!cache.put(request, answer)) return
      batch(() => {
        setFailure(undefined)
        setTotal(cache.total)
        setVersion((before) => before + 1)
      })
      need()
    } catch (thrown) {
      cache.failed(request)
      if (request.generation === cache.generation) setFailure(failureOf(thrown))
    }
  }
  const need = () => {
    for (const request of cache.need(seen.first, seen.last)) void ask(request)
  }
  const refresh = () => {
    cache.reset()
    seen = { first: 0, last: 0 }
    batch(() => {
      setNewer(0)
      setFailure(undefined)
      setVersion((before) => before + 1)
    })
    need()
  }
  const live = async () => {
    timer = undefined
    if (!cache.old) cache.staleAround(seen.first, seen.last)
    need()
    const generation = cache.generation
    const count = await countNewer(filter(), cache.asOf)
    if (count !== undefined && generation === cache.generation) setNewer(count)
  }
  onCleanup(
    onChange('run', () => {
      timer ??= setTimeout(() => void live(), LIVE_MS)
    }),
  )
  onCleanup(() => clearTimeout(timer))
  createEffect(on(() => JSON.stringify(filter()), refresh))
  return {
    total,
    failure,
    newer,
    stale: () => {
      version()
      return cache.total !== undefined && cache.old
    },
    refresh,
    row: (index) => {
      version()
      return cache.row(index)
    },
    indexOf: (id) => cache.indexOf(id),
    range: (first, last) => {
      seen = { first, last }
      need()
    },
  }
}

/** Runs that fit and were asked for after `asOf`. undefined: not known; it is a courtesy, and the pages say it when the engine does not answer. */
async function countNewer(filter: RunFilter, asOf: number | undefined): Promise<number | undefined> {
  if (asOf === undefined) return undefined
  try {
    const { total } = await engine.run.list({ filter: { ...filter, from: Math.max(asOf + 1, filter.from ?? 0) }, limit: 1 })
    return total
  } catch {
    return undefined
  }
}
