/** The stream of the bus into a model: the last hour first, then what comes. */
import { createSignal, onCleanup } from 'solid-js'
import { engine, type Failure, failureOf, follow } from '../../link/mod.ts'
import { KEPT_MS, LaneModel } from './model.ts'

/** Of the last hour, at most so many events are read when the screen opens. */
const READ_BACK = 500
/** Milliseconds between two looks of the table and the counts at the model; the canvas looks at each frame. */
const LOOK_MS = 500

export function createFollowing() {
  const model = new LaneModel()
  const [version, setVersion] = createSignal(0)
  const [failure, setFailure] = createSignal<Failure>()
  const [ready, setReady] = createSignal(false)
  const ending = new AbortController()
  const timer = setInterval(() => setVersion((last) => last + 1), LOOK_MS)
  onCleanup(() => {
    ending.abort()
    clearInterval(timer)
  })

  const read = async () => {
    setFailure(undefined)
    try {
      const recent = await engine.event.list({ filter: { from: Date.now() - KEPT_MS }, limit: READ_BACK })
      const [newest] = recent.length > 0 ? recent : await engine.event.list({ limit: 1 })
      const fromSeq = recent.at(-1)?.seq ?? (newest?.seq ?? 0) + 1
      setReady(true)
      const batches = follow({
        fromSeq,
        open: (from, signal) => engine.event.tail({ fromSeq: from }, { signal }),
        lastSeq: ({ upTo }) => upTo,
        isEnd: () => false,
        signal: ending.signal,
      })
      for await (const batch of batches) {
        model.take(batch)
        if (version() === 0) setVersion(1)
      }
    } catch (thrown) {
      if (!ending.signal.aborted) setFailure(failureOf(thrown))
    }
  }
  void read()
  return { model, version, failure, ready, again: () => void read() }
}
