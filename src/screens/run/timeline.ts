/** Where each step of a run lies on one line of time. Times in which nothing was under way (it waited, or Troupe was off) are cut short. */
import type { StepRecord } from '#contract'

/** A pause that is longer is drawn as this long. */
export const GAP_MS = 1_000

export interface TimelineBar {
  readonly step: StepRecord
  /** Shares of the whole width, 0 to 1. */
  readonly left: number
  readonly width: number
}

export interface Timeline {
  readonly bars: readonly TimelineBar[]
  /** Where a pause was cut short, and how long it was. */
  readonly cuts: readonly { readonly at: number; readonly ms: number }[]
  /** What the whole width stands for, the pauses cut. */
  readonly shownMs: number
}

/** `now`: the end of what is still under way. Steps that were kept from another run are no part of this one's time. */
export function timelineOf(steps: readonly StepRecord[], now: number): Timeline {
  const own = steps.filter(({ inherited }) => !inherited)
  const spans = own.map((step) => ({ step, from: step.startedAt, to: Math.max(step.startedAt, endOf(step, now)) }))
  const ordered = [...spans].sort((a, b) => a.from - b.from)
  const first = ordered[0]
  if (!first) return { bars: [], cuts: [], shownMs: 0 }
  // One walk along the time: where the next step begins after everything before it has ended, there is a pause.
  const pauses: { readonly from: number; readonly ms: number; readonly saved: number }[] = []
  let end = first.from
  for (const { from, to } of ordered) {
    if (from - end > GAP_MS) pauses.push({ from: end, ms: from - end, saved: from - end - GAP_MS })
    end = Math.max(end, to)
  }
  const savedBefore = (at: number): number => pauses.reduce((sum, pause) => sum + (pause.from < at ? pause.saved : 0), 0)
  const place = (at: number): number => at - first.from - savedBefore(at)
  const shownMs = Math.max(1, place(end))
  return {
    bars: spans.map(({ step, from, to }) => ({ step, left: place(from) / shownMs, width: (place(to) - place(from)) / shownMs })),
    cuts: pauses.map(({ from, ms }) => ({ at: (place(from) + GAP_MS / 2) / shownMs, ms })),
    shownMs,
  }
}

/** A wait or a question stands open for as long as it is not answered, and that is a pause of the run. */
function endOf({ startedAt, endedAt, state, kind }: StepRecord, now: number): number {
  if (kind === 'wait' || kind === 'approval') return startedAt
  return endedAt ?? (state === 'running' ? now : startedAt)
}
