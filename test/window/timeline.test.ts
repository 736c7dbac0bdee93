import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepRecord } from '#contract'
import { GAP_MS, timelineOf } from '../../src/screens/run/timeline.ts'

const step = (n: number, startedAt: number, endedAt: number | null, more: Partial<StepRecord> = {}): StepRecord => ({
  runId: 'run_1',
  n,
  kind: 'model',
  title: `Step ${n}`,
  state: endedAt === null ? 'running' : 'done',
  startedAt,
  endedAt,
  detail: {},
  usage: null,
  costUsd: null,
  model: null,
  key: `model:${n}.1`,
  attempt: 1,
  digest: null,
  safety: 'read-only',
  inherited: false,
  aside: false,
  ...more,
})

describe('the timeline of a run', () => {
  it('places steps by their times, and cuts a long pause short', () => {
    const day = 24 * 3_600_000
    const line = timelineOf([step(1, 0, 1_000), step(2, day, day + 2_000)], day + 9_000)
    expect(line.shownMs).toBe(1_000 + GAP_MS + 2_000)
    expect(line.cuts).toEqual([{ at: (1_000 + GAP_MS / 2) / line.shownMs, ms: day - 1_000 }])
    expect(line.bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 1_000 / line.shownMs],
      [(1_000 + GAP_MS) / line.shownMs, 2_000 / line.shownMs],
    ])
  })

  it('counts what is under way until now, what is unknown not at all, and what was kept from another run not either', () => {
    const line = timelineOf([step(1, 50, 60, { inherited: true }), step(2, 1_000, null), step(3, 1_500, null, { state: 'unknown' })], 2_000)
    expect(line.bars.map(({ step: { n }, width }) => [n, width])).toEqual([
      [2, 1],
      [3, 0],
    ])
    expect(timelineOf([], 5)).toEqual({ bars: [], cuts: [], shownMs: 0 })
  })

  it('keeps every bar within the width and in its order, whatever the times are', () => {
    const span = fc.record({ from: fc.nat(1e9), took: fc.nat(1e6) })
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 60 }), (spans) => {
        const line = timelineOf(
          spans.map(({ from, took }, at) => step(at + 1, from, from + took)),
          3e9,
        )
        for (const { left, width } of line.bars) {
          expect(left).toBeGreaterThanOrEqual(0)
          expect(left + width).toBeLessThanOrEqual(1 + 1e-9)
        }
        for (const a of line.bars)
          for (const b of line.bars) if (a.step.startedAt < b.step.startedAt) expect(a.left).toBeLessThanOrEqual(b.left)
      }),
    )
  })
})
