/** One run between its acceptance and its terminal state, as the main side knows it. */
import type { RunReason, RunRow } from '#contract'
import type { BodyOutcome } from '#core'
import type { Asked } from './asked.ts'
import { LiveSteps } from './journal/live-steps.ts'
import type { JournalStep } from './journal/rows.ts'
import type { RunLease } from './lending.ts'
import type { RunThread } from './pool.ts'
import type { RunInner } from './rows.ts'
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
  /** Who follows its stream just now. */
  followers = 0
  /** Children that its thread reported and that have not ended. */
  readonly children = new Set<number>()
  hadChildren = false
  steps = new LiveSteps()
  /** Its body has begun before: it goes on. */
  goesOn = false
  /** `steps` holds what the journal has. */
  loaded = false
  /** It is on its way to wait: its body ends, and nothing new of it begins. */
  parking: Parking | undefined
  inner: RunInner = { stalled: 0, activeMs: 0 }
  /** A command that may simply be run again. */
  repeatable = false
  /** When its body began in this engine. */
  activeSince: number | undefined
  readonly #timers = new Map<string, () => void>()
  readonly #leaving = new AbortController()

  constructor(row: RunRow, files: RunFiles, stream: RunStream, concurrency: number) {
    this.row = row
    this.files = files
    this.stream = stream
    this.concurrency = concurrency
    this.ending = false
  }

  /** Aborted when it ends: what was started within it ends too. */
  get ended(): AbortSignal {
    return this.#leaving.signal
  }

  leave(): void {
    this.#leaving.abort()
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

  /** Its body is about to begin, with this in its journal. */
  begin(steps: readonly JournalStep[]): void {
    this.steps = new LiveSteps()
    this.steps.load(steps)
    this.loaded = true
    this.goesOn = steps.length > 0
    this.parking = undefined
    this.thread = undefined
    this.heard = false
    this.hadChildren = false
  }

  /** What the room alone knows of it, as it is to be stored now. */
  innerAt(now: number): RunInner {
    const since = this.activeSince
    return { ...this.inner, activeMs: this.inner.activeMs + (since === undefined ? 0 : Math.max(0, now - since)) }
  }
}

/** Why a run is about to wait, and until when at the latest. */
export interface Parking {
  readonly reason: RunReason
  readonly untilMs: number | null
}

/** How a run ends: its state, its reason, and what its body said of it, if it came to that. */
export interface RunEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'incomplete'
  readonly reason: RunReason
  readonly outcome: BodyOutcome | undefined
  readonly cutBytes: number
}
