/** How a run's end is decided: the body's outcome, the reason for which it was cancelled, and the row that comes of it. */
import type { RunRow } from '#contract'
import type { BodyOutcome } from '#core'
import type { CancelWhy, LiveRun, RunEnd } from './live-run.ts'
import { PREVIEW_CHARS, RESULT_BYTES } from './messages.ts'
import { moveRun } from './state.ts'

/** The end of a run that the main side asked to end. */
export function endOfCancel(why: CancelWhy, run: LiveRun, outcome?: BodyOutcome, cutBytes = 0): RunEnd {
  const rest = { outcome, cutBytes }
  switch (why) {
    case 'person':
      return { state: 'cancelled', reason: { code: 'person', message: 'Cancelled by the person.' }, ...rest }
    case 'timeout': {
      const message = `It took longer than its limit of ${spell(run.timeoutMs ?? 0)}. The limit is in the persona.`
      return { state: 'failed', reason: { code: 'timeout', message }, ...rest }
    }
    case 'stopping':
      return { state: 'incomplete', reason: { code: 'engine-stopped', message: 'Troupe was stopped while it ran.' }, ...rest }
  }
}

/** The end of a run whose body said how it ended. What was finished stays finished, though a cancel was on its way. */
export function endOfOutcome(said: BodyOutcome, cutBytes: number, run: LiveRun): RunEnd {
  const outcome = { ...said, result: bounded(said.result) }
  if (run.cancelling && outcome.state !== 'succeeded') return endOfCancel(run.cancelling, run, outcome, cutBytes)
  if (outcome.state === 'cancelled' || outcome.state === 'parked') {
    // Nobody asked for it: a body that cancels by itself has a defect.
    const message = `The run ended as if it had been ${outcome.state}, and nobody had asked for that: ${outcome.message}`
    return { state: 'failed', reason: { code: 'internal', message }, outcome, cutBytes }
  }
  return { state: outcome.state, reason: { code: outcome.reason, message: outcome.message }, outcome, cutBytes }
}

/** The row as it stands after the end; its last event is still to come, and is counted. */
export function endedRow(run: LiveRun, end: RunEnd, at: number): RunRow {
  const moved = moveRun(run.row, end.state, at, { ...end.reason, message: end.reason.message.slice(0, 2000) })
  const spent = run.steps.spent()
  // The journal is the account. A body of which nothing is journaled has its own; before its body began, a run has spent nothing.
  const own = spent.calls === 0 && !run.goesOn ? end.outcome : undefined
  const costUsd = run.row.bodyKind === 'command' || run.row.origin === 'replay' ? 0 : own ? own.costUsd : spent.costUsd
  return {
    ...moved,
    exitCode: end.outcome?.exitCode ?? null,
    model: end.outcome?.model ?? null,
    usage: own?.usage ?? spent.usage,
    costUsd,
    costKnown: costUsd !== null,
    resultPreview: preview(end.outcome?.result ?? '', run.row.bodyKind),
    lastSeq: run.stream.lastSeq + 1,
    cutBytes: end.cutBytes,
  }
}

/** What a list shows of a result: the beginning of a model's answer, the last whole lines of a command's output (of a longer line, its end). */
export function preview(text: string, kind: RunRow['bodyKind']): string {
  if (text.length <= PREVIEW_CHARS) return text
  if (kind !== 'command') return text.slice(0, PREVIEW_CHARS).toWellFormed()
  const whole = text.trimEnd()
  const tail = whole.slice(-PREVIEW_CHARS)
  const begins = whole.length === tail.length || whole.at(-PREVIEW_CHARS - 1) === '\n' ? 0 : tail.indexOf('\n') + 1
  return tail.slice(begins).toWellFormed()
}

function bounded(result: string): string {
  const bytes = Buffer.from(result)
  // Half a sign at the cut would become U+FFFD: a decoder in streaming mode leaves it out.
  return bytes.length <= RESULT_BYTES ? result : new TextDecoder().decode(bytes.subarray(0, RESULT_BYTES), { stream: true })
}

function spell(ms: number): string {
  if (ms < 60_000) return `${ms / 1000} s`
  const minutes = Math.round(ms / 6000) / 10
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`
}
