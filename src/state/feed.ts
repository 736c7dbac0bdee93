/**
 * One list or document of the engine, kept fresh. Nothing is read before somebody looks; while somebody may be looking it is read
 * again when the engine says that it changed, at most once in `pauseMs`, and never twice at the same time.
 *   idle → reading → fresh → (changed) → reading …    reading → failed → reading by `again` or the next change
 */
import { type Accessor, createRoot, createSignal } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import type { Change } from '#contract'
import { type Failure, failureOf } from '../link/failure.ts'
import { onChange } from './changes.ts'

export interface Feed<T> {
  /** The last answer; undefined before the first. Looking at it begins the reading. */
  readonly value: Accessor<T | undefined>
  /** Why the last reading failed; undefined when it did not. An older value stays. */
  readonly failure: Accessor<Failure | undefined>
  /** Reads again now. */
  readonly again: () => void
}

interface FeedOptions<T> {
  readonly topics: readonly Exclude<Change['topic'], 'reset'>[]
  readonly read: () => Promise<T>
  /** Field that names a row, so that rows that did not change keep their place in the page. */
  readonly key?: string
  /** Milliseconds between two readings; 150 unless told. */
  readonly pauseMs?: number
}

export function makeFeed<T>(options: FeedOptions<T>): Feed<T> {
  return createRoot(() => {
    const [store, setStore] = createStore<{ value: T | undefined }>({ value: undefined })
    const [failure, setFailure] = createSignal<Failure>()
    let begun = false
    let reading = false
    let stale = false
    let timer: ReturnType<typeof setTimeout> | undefined

    const read = async () => {
      clearTimeout(timer)
      timer = undefined
      if (reading) {
        stale = true
        return
      }
      reading = true
      stale = false
      try {
        const next = await options.read()
        setStore('value', reconcile(next as never, { key: options.key ?? 'id' }))
        setFailure(undefined)
      } catch (thrown) {
        setFailure(failureOf(thrown))
      }
      reading = false
      if (stale) soon()
    }
    const soon = () => {
      if (reading) stale = true
      else timer ??= setTimeout(() => void read(), options.pauseMs ?? 150)
    }
    const begin = () => {
      if (begun) return
      begun = true
      for (const topic of options.topics) onChange(topic, soon)
      queueMicrotask(() => void read())
    }
    return {
      value: () => {
        begin()
        return store.value
      },
      failure,
      again: () => {
        begun ? void read() : begin()
      },
    }
  })
}
