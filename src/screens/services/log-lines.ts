/** The lines of one service's log as a screen shows them: the newest that fit, then each new one as it comes. */
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'
import type { ServiceLogLine } from '#contract'
import { SERVICE_LOG_LEVELS, type ServiceLogLevel } from '#contract/plain'
import { engine, follow } from '../../link/mod.ts'
import { type Failure, failureOf } from '../../parts/mod.ts'

/** So many are held; older ones are found by searching. */
const HELD = 2_000
const FIRST = 500

export interface LogAsk {
  readonly id: string
  readonly text: string
  readonly level: ServiceLogLevel
}

export function createLogLines(ask: Accessor<LogAsk>): {
  readonly lines: Accessor<readonly ServiceLogLine[]>
  readonly failure: Accessor<Failure | undefined>
} {
  const [lines, setLines] = createSignal<readonly ServiceLogLine[]>([])
  const [failure, setFailure] = createSignal<Failure>()
  createEffect(() => {
    const { id, text, level } = ask()
    const abort = new AbortController()
    onCleanup(() => abort.abort())
    const wanted = text.toLowerCase()
    const fits = (line: ServiceLogLine): boolean =>
      line.text.toLowerCase().includes(wanted) && SERVICE_LOG_LEVELS.indexOf(line.level) >= SERVICE_LOG_LEVELS.indexOf(level)
    const read = async () => {
      const found = await engine.service.logs({ id, level, limit: FIRST, ...(text !== '' && { text }) })
      if (abort.signal.aborted) return
      setFailure(undefined)
      setLines(found.lines)
      const batches = follow({
        open: (fromSeq, signal) => engine.service.follow({ id, fromSeq }, { signal }),
        fromSeq: (found.lines.at(-1)?.seq ?? 0) + 1,
        lastSeq: (batch) => batch.lines.at(-1)?.seq,
        signal: abort.signal,
      })
      for await (const batch of batches) {
        const fresh = batch.lines.filter((line) => fits(line) && line.seq > (lines().at(-1)?.seq ?? 0))
        if (fresh.length > 0) setLines([...lines(), ...fresh].slice(-HELD))
      }
    }
    read().catch((thrown: unknown) => {
      if (!abort.signal.aborted) setFailure(failureOf(thrown))
    })
  })
  return { lines, failure }
}
