/** One run between its acceptance and its terminal state, as the main side knows it. */
import type { RunReason, RunRow, StepRecord } from '#contract'
import type { BodyOutcome } from '#core'
import type { Asked } from './asked.ts'
import { boundDetail } from './bound-detail.ts'
import type { RunLease } from './lending.ts'
import type { StepBegin, StepEnd } from './messages.ts'
import type { RunThread } from './pool.ts'
import { type Spent, spentBy } from './spent.ts'
import type { RunFiles } from './stream/places.ts'
import type { RunStream } from './stream/run-stream.ts'

/** Why a running run is being ended before its time. The first reason stands. */
export type CancelWhy = 'person' | 'timeout' | 'stopping'

export class LiveRun {
  row: RunRow
  readonly files: RunFiles
  readonly stream: RunStream
  readonly concurrency: number
  /** In memory from the acceptance on when it starts at once; read from its file when it waited. */
  asked: Asked | undefined
  thread: RunThread | undefined
  /** What it has borrowed; ended when the run has. */
  lease: RunLease | undefined
  cancelling: CancelWhy | undefined
  /** Its time limit, known once its body began. */
  timeoutMs: number | undefined
  /** Its thread heard the cancel. */
  heard = false
  /** Its end is under way: nothing more is taken from its thread. */
  ending: boolean
  /** Children that its thread reported and that have not ended. */
  readonly children = new Set<number>()
  hadChildren = false
  readonly #running = new Map<number, StepRecord>()
  readonly #counted: Pick<StepRecord, 'kind' | 'state' | 'usage' | 'costUsd'>[] = []
  readonly #timers = new Map<string, () => void>()

  constructor(row: RunRow, files: RunFiles, stream: RunStream, concurrency: number) {
    this.row = row
    this.files = files
    this.stream = stream
    this.concurrency = concurrency
    this.ending = false
  }

  /** The row with the number of the newest event. */
  get present(): RunRow {
    return { ...this.row, lastSeq: Math.max(this.row.lastSeq, this.stream.lastSeq) }
  }

  hear(): void {
    this.heard = true
    this.forget('hear')
  }

  /** Sets a named timer's cancel; an older one of that name is cancelled. */
  timer(name: string, cancel: () => void): void {
    this.#timers.get(name)?.()
    this.#timers.set(name, cancel)
  }

  forget(name: string): void {
    this.#timers.get(name)?.()
    this.#timers.delete(name)
  }

  forgetAll(): void {
    for (const name of [...this.#timers.keys()]) this.forget(name)
  }

  beginStep(n: number, step: StepBegin, at: number): StepRecord {
    const record: StepRecord = {
      runId: this.row.id,
      n,
      kind: step.kind,
      title: step.title,
      state: 'running',
      startedAt: at,
      endedAt: null,
      detail: step.detail,
      usage: null,
      costUsd: null,
      model: null,
    }
    this.#running.set(n, record)
    return record
  }

  /** The step as it ended; undefined when it was never begun (a defect of the body, which the caller logs). */
  endStep(n: number, end: StepEnd, at: number): StepRecord | undefined {
    const begun = this.#running.get(n)
    if (!begun) return undefined
    this.#running.delete(n)
    const record: StepRecord = {
      ...begun,
      state: end.state,
      endedAt: at,
      detail: end.detail === undefined ? begun.detail : boundDetail({ ...begun.detail, ...end.detail }),
      usage: end.usage ?? null,
      costUsd: end.costUsd ?? null,
      model: end.model ?? null,
    }
    this.#counted.push(record)
    return record
  }

  /** Steps whose end nobody heard, as they are stored when the run ends. */
  forgottenSteps(at: number): readonly StepRecord[] {
    return [...this.#running.values()].map((step) => ({ ...step, state: 'unknown', endedAt: at }))
  }

  spent(): Spent {
    return spentBy([...this.#counted, ...this.#running.values()])
  }
}

/** How a run ends: its state, its reason, and what its body said of it, if it came to that. */
export interface RunEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'incomplete'
  readonly reason: RunReason
  readonly outcome: BodyOutcome | undefined
  readonly cutBytes: number
}
