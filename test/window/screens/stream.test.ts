// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { RunEvent, StepRecord } from '#contract'
import { applyEvents, emptyRunView, NOTICES, STEP_TEXT_CHARS, seedSteps } from '../../../src/screens/run/stream.ts'

const record = (n: number, state: StepRecord['state'] = 'running'): StepRecord => ({
  runId: 'run_1',
  n,
  kind: 'model',
  title: `Step ${n}`,
  state,
  startedAt: n,
  endedAt: null,
  detail: {},
  usage: null,
  costUsd: null,
  model: null,
  key: null,
  attempt: 1,
  digest: null,
  safety: 'unsafe',
  inherited: false,
  aside: false,
})
const text = (seq: number, step: number, delta: string): RunEvent => ({ seq, at: seq, kind: 'text', step, delta })

describe('the live stream of a run', () => {
  it('collects text by step, and the state with its reason', () => {
    const view = emptyRunView()
    const whole = applyEvents(view, [
      { seq: 1, at: 1, kind: 'state', state: 'running', reason: null },
      { seq: 2, at: 2, kind: 'step', step: record(1) },
      text(3, 1, 'Hel'),
      text(4, 1, 'lo'),
      { seq: 5, at: 5, kind: 'step', step: record(1, 'done') },
      { seq: 6, at: 6, kind: 'state', state: 'succeeded', reason: { code: 'done', message: 'Done.' } },
    ])
    expect(whole).toBe(true)
    expect(view).toMatchObject({ seq: 6, state: 'succeeded', reason: { code: 'done' } })
    expect(view.steps).toHaveLength(1)
    expect(view.steps[0]).toMatchObject({ n: 1, text: 'Hello', record: { state: 'done' } })
  })

  it('ignores what it has seen, and reports a gap without going past it', () => {
    const view = emptyRunView()
    expect(applyEvents(view, [text(1, 1, 'a'), text(2, 1, 'b')])).toBe(true)
    expect(applyEvents(view, [text(1, 1, 'a'), text(2, 1, 'b'), text(3, 1, 'c')])).toBe(true)
    expect(view.steps[0]?.text).toBe('abc')
    expect(applyEvents(view, [text(5, 1, 'e')])).toBe(false)
    expect(view).toMatchObject({ seq: 3 })
  })

  it('keeps steps in order, whichever comes first', () => {
    const view = emptyRunView()
    applyEvents(view, [text(1, 3, 'c'), text(2, 1, 'a'), text(3, 2, 'b')])
    expect(view.steps.map((step) => step.n)).toEqual([1, 2, 3])
  })

  it('bounds a text by dropping its start, and counts what went', () => {
    const view = emptyRunView()
    const piece = 'x'.repeat(STEP_TEXT_CHARS / 2)
    for (let seq = 1; seq <= 6; seq++) applyEvents(view, [text(seq, 1, piece)])
    const step = view.steps[0]
    expect(step?.text.length).toBeLessThanOrEqual(STEP_TEXT_CHARS * 1.25)
    expect((step?.text.length ?? 0) + (step?.cutChars ?? 0)).toBe(piece.length * 6)
  })

  it('bounds notices, the oldest go first', () => {
    const view = emptyRunView()
    for (let seq = 1; seq <= NOTICES + 3; seq++) {
      applyEvents(view, [{ seq, at: seq, kind: 'notice', level: 'info', code: 'x', message: String(seq) }])
    }
    expect(view.notices).toHaveLength(NOTICES)
    expect(view.notices[0]?.message).toBe('4')
    expect(view.droppedNotices).toBe(3)
  })

  it('takes stored steps where the stream brought none', () => {
    const view = emptyRunView()
    applyEvents(view, [{ seq: 1, at: 1, kind: 'step', step: record(1, 'done') }])
    seedSteps(view, [record(1), record(2, 'failed')])
    expect(view.steps.map((step) => step.record?.state)).toEqual(['done', 'failed'])
  })
})
