/** One answer about triggers, read when it is shown and whenever a topic changes. */
import { type Accessor, createResource, createSignal, onCleanup } from 'solid-js'
import type { Change } from '#contract'
import { type Failure, failureOf } from '../../link/mod.ts'
import { onChange } from '../../state/mod.ts'

export interface Read<T> {
  /** The last answer; undefined before the first. */
  readonly value: Accessor<T | undefined>
  readonly failure: Accessor<Failure | undefined>
  readonly again: () => void
}

export function createRead<T>(topics: readonly Exclude<Change['topic'], 'reset'>[], read: () => Promise<T>): Read<T> {
  const [failure, setFailure] = createSignal<Failure>()
  const [value, { refetch }] = createResource(async () => {
    try {
      const answer = await read()
      setFailure(undefined)
      return { answer }
    } catch (thrown) {
      setFailure(failureOf(thrown))
      return undefined
    }
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  // Many changes that come together are one reading.
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      void refetch()
    }, 150)
  }
  const stops = topics.map((topic) => onChange(topic, soon))
  onCleanup(() => {
    for (const stop of stops) stop()
    clearTimeout(timer)
  })
  return { value: () => value.latest?.answer, failure, again: () => void refetch() }
}
