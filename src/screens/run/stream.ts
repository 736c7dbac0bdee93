/**
 * A run's live stream as something that can be drawn. Events come in dense, ascending order; an overlap after a reconnect is
 * ignored, a gap is reported so that the caller asks again from `seq + 1`. Memory is bounded: a text keeps its end.
 */
import type { RunEvent, RunReason, StepRecord } from '#contract'
import type { RunState } from '#contract/plain'

/** Characters kept of one step's text or reasoning; the start is dropped beyond it and counted. */
export const STEP_TEXT_CHARS = 400_000
/** Notices kept; the oldest go first. */
export const NOTICES = 500

export interface StepView {
  n: number
  record: StepRecord | null
  text: string
  reasoning: string
  /** Characters dropped from the start of the text and of the reasoning. */
  cutChars: number
}
export interface NoticeView {
  readonly seq: number
  readonly at: number
  readonly level: 'info' | 'warning' | 'error'
  readonly code: string
  readonly message: string
  /** The step that had begun last when it came; 0: before any. */
  readonly afterStep: number
}
export interface RunView {
  /** The last event applied. */
  seq: number
  state: RunState | null
  reason: RunReason | null
  steps: StepView[]
  notices: NoticeView[]
  droppedNotices: number
  /** Characters of raw output seen, both streams. */
  outputChars: number
}

export function emptyRunView(): RunView {
  return { seq: 0, state: null, reason: null, steps: [], notices: [], droppedNotices: 0, outputChars: 0 }
}

/** Applies events in place; answers false at the first gap, with everything before it applied. */
export function applyEvents(view: RunView, events: readonly RunEvent[]): boolean {
  for (const event of events) {
    if (event.seq <= view.seq) continue
    if (event.seq !== view.seq + 1) return false
    applyEvent(view, event)
    view.seq = event.seq
  }
  return true
}

function applyEvent(view: RunView, event: RunEvent): void {
  switch (event.kind) {
    case 'output':
      view.outputChars += event.text.length
      return
    case 'text':
      grow(stepOf(view, event.step), 'text', event.delta)
      return
    case 'reasoning':
      grow(stepOf(view, event.step), 'reasoning', event.delta)
      return
    case 'step':
      stepOf(view, event.step.n).record = event.step
      return
    case 'state':
      view.state = event.state
      view.reason = event.reason
      return
    case 'notice':
      view.notices.push({
        seq: event.seq,
        at: event.at,
        level: event.level,
        code: event.code,
        message: event.message,
        afterStep: view.steps.at(-1)?.n ?? 0,
      })
      if (view.notices.length > NOTICES) {
        view.notices.shift()
        view.droppedNotices += 1
      }
  }
}

/** Steps are numbered from 1 in order of beginning; a text may arrive before its step's record after a cut. */
function stepOf(view: RunView, n: number): StepView {
  for (let i = view.steps.length - 1; i >= 0; i--) {
    const step = view.steps[i]
    if (step?.n === n) return step
    if (step && step.n < n) {
      view.steps.splice(i + 1, 0, { n, record: null, text: '', reasoning: '', cutChars: 0 })
      return view.steps[i + 1] as StepView
    }
  }
  view.steps.unshift({ n, record: null, text: '', reasoning: '', cutChars: 0 })
  return view.steps[0] as StepView
}

function grow(step: StepView, field: 'text' | 'reasoning', delta: string): void {
  const whole = step[field] + delta
  // Cut with slack, so that a long stream does not copy the whole text for each delta.
  if (whole.length <= STEP_TEXT_CHARS * 1.25) {
    step[field] = whole
    return
  }
  step.cutChars += whole.length - STEP_TEXT_CHARS
  step[field] = whole.slice(-STEP_TEXT_CHARS)
}

/** Fills in what the stored run knows, for a run that ended before the stream was opened or whose log is gone. */
export function seedSteps(view: RunView, records: readonly StepRecord[]): void {
  for (const record of records) {
    const step = stepOf(view, record.n)
    step.record ??= record
  }
}
