/**
 * One run, followed live: its stream as a store for the screen, its raw output as a log for the terminal. Batches are collected and
 * applied once a frame. It goes on by itself after a lost link, from the number after the last one applied.
 *
 *   following → ended    the terminal state has been applied
 *   following → failed   the engine refused (no such run …); `again` follows anew
 */
import { type Accessor, batch, createSignal, onCleanup } from 'solid-js'
import { createStore, produce } from 'solid-js/store'
import type { RunEvent, RunEventBatch } from '#contract'
import { isTerminal } from '#contract/plain'
import { engine, follow } from '../../link/mod.ts'
import { type Failure, failureOf } from '../../parts/mod.ts'
import { OutputLog } from './output-log.ts'
import { applyEvents, emptyRunView, type RunView } from './stream.ts'

export interface RunFollow {
  readonly view: RunView
  readonly log: OutputLog
  readonly status: Accessor<'following' | 'ended' | 'failed'>
  readonly failure: Accessor<Failure | undefined>
  readonly again: () => void
}

/** A hidden window gets no frames; its events are applied this often instead. */
const HIDDEN_MS = 250

export function createRunFollow(id: string): RunFollow {
  const [view, setView] = createStore<RunView>(emptyRunView())
  const log = new OutputLog()
  const [status, setStatus] = createSignal<'following' | 'ended' | 'failed'>('following')
  const [failure, setFailure] = createSignal<Failure>()
  const frames = createFrames((events) => {
    let whole = true
    const before = view.seq
    batch(() => setView(produce((draft) => (whole = applyEvents(draft, events)))))
    log.append(events.filter((event) => event.kind === 'output' && event.seq > before && event.seq <= view.seq) as never)
    if (view.state !== null && isTerminal(view.state)) setStatus('ended')
    if (!whole) reopen()
  })

  let controller = new AbortController()
  const run = async (): Promise<void> => {
    controller = new AbortController()
    const { signal } = controller
    try {
      const batches = follow<RunEventBatch>({
        open: (fromSeq, abort) => engine.run.follow({ id, fromSeq }, { signal: abort }),
        lastSeq: ({ events }) => events.at(-1)?.seq,
        isEnd: ({ events }) => events.some((event) => event.kind === 'state' && isTerminal(event.state)),
        fromSeq: view.seq + 1,
        signal,
      })
      for await (const { events } of batches) frames.add(events)
    } catch (thrown) {
      if (signal.aborted) return
      setFailure(failureOf(thrown))
      setStatus('failed')
    }
  }
  // A gap means that events were lost on the way: what is missing is asked for again.
  const reopen = () => {
    controller.abort()
    frames.clear()
    void run()
  }
  onCleanup(() => {
    controller.abort()
    frames.clear()
  })
  void run()
  return {
    view,
    log,
    status,
    failure,
    again: () => {
      setFailure(undefined)
      setStatus('following')
      reopen()
    },
  }
}

function createFrames(apply: (events: readonly RunEvent[]) => void) {
  let waiting: RunEvent[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = 0
    timer = undefined
    waiting = []
  }
  const flush = () => {
    const events = waiting
    clear()
    apply(events)
  }
  return {
    clear,
    add: (events: readonly RunEvent[]) => {
      for (const event of events) waiting.push(event)
      if (frame !== 0) return
      frame = requestAnimationFrame(flush)
      timer = setTimeout(flush, HIDDEN_MS)
    },
  }
}
