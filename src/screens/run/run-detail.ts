import { createSignal, onCleanup } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import type { RunDetail } from '#contract'
import { engine } from '../../link/mod.ts'
import { type Failure, failureOf } from '../../parts/mod.ts'
import { onChange } from '../../state/mod.ts'

/** The stored run, read again when the engine says that it changed. */
export function createDetail(id: string) {
  const [store, setStore] = createStore<{ detail: RunDetail | undefined }>({ detail: undefined })
  const [failure, setFailure] = createSignal<Failure>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const read = async () => {
    try {
      const detail = await engine.run.get({ id })
      setStore('detail', reconcile(detail))
      setFailure(undefined)
    } catch (thrown) {
      setFailure(failureOf(thrown))
    }
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), 120)
  }
  onCleanup(onChange('run', (change) => (change.id === id || change.topic === 'reset') && soon()))
  onCleanup(() => clearTimeout(timer))
  void read()
  return { detail: () => store.detail, failure, read: () => void read(), soon }
}
