/**
 * One service's life, as a pure machine: a state, what happened, and what is to be done about it. Time comes with what happened; nothing here waits.
 *
 *            wanted                 all there, port free            ready
 *   stopped ───────▶ waiting ─────────────────────────▶ starting ────────▶ ready ◀──▶ degraded
 *      ▲               ▲                                    │                │            │
 *      │               │ tried again (back-off)             └───────┬────────┴────────────┘
 *      │               │                                            ▼  it ended, is not wanted, not ready, unhealthy, over a limit
 *      └───────────────┴────────── its tree is gone ─────────── stopping ──── too often, will not end, may not ───▶ failed ──wanted anew──▶ waiting
 *
 * Moves are made in `move` alone, and only those of MOVES. Rules: SPEC.md.
 */
import type { ServiceReason, ServiceState } from '#contract/plain'
import { SERVICE_LIMITS } from '#contract/plain'
import { backOffMs, countEnd } from './tries.ts'

export const MOVES: Readonly<Record<ServiceState, readonly ServiceState[]>> = {
  stopped: ['waiting'],
  waiting: ['starting', 'stopped', 'failed'],
  starting: ['ready', 'stopping'],
  ready: ['degraded', 'stopping'],
  degraded: ['ready', 'stopping'],
  stopping: ['stopped', 'waiting', 'failed'],
  failed: ['waiting', 'stopped'],
}

export interface Why {
  readonly reason: ServiceReason
  readonly message: string
}

/** What the machine must know of a service's document. */
export interface Terms {
  readonly restart: 'always' | 'on-failure' | 'never'
  readonly readyMs: number
  readonly healthFailures: number
}

export interface Machine {
  readonly state: ServiceState
  readonly since: number
  readonly why: Why | null
  /** Whether it should run: because it is to be on, was asked for, or is needed. */
  readonly wanted: boolean
  /** What keeps it from starting: a service that it needs, or the vault. */
  readonly missing: Why | null
  /** Counts starts. What is said of an earlier start is passed over. */
  readonly start: number
  readonly startedAt: number | null
  /** When a wait before another try ends. */
  readonly retryAt: number | null
  /** Since when it is ready without a break. */
  readonly readySince: number | null
  /** Times of its ends by itself that count, oldest first. */
  readonly ends: readonly number[]
  /** Ends in a row, for the back-off. */
  readonly inRow: number
  /** Failures of the health probe in a row. */
  readonly sick: number
  /** A limit that is broken, and only warned of. */
  readonly over: string | null
  /** What becomes of it when its tree is gone. */
  readonly after: After | null
  readonly lastFailure: (Why & { readonly at: number }) | null
}

/** `again`: as it is wanted. `tried`: by the restart policy. `rest`: it stays away, `failed` or not. */
type After = { readonly is: 'again' | 'tried' | 'stopped' | 'failed'; readonly why: Why | null }

export type Happened =
  /** Asked anew: its ends are forgotten, a failed one is tried again. */
  | { readonly is: 'wanted' }
  | { readonly is: 'unwanted'; readonly why: Why }
  /** End it, and start it again if it is wanted. */
  | { readonly is: 'anew' }
  | { readonly is: 'missing'; readonly what: Why | null }
  /** A wait may be over, or it is not ready in time. */
  | { readonly is: 'time' }
  | { readonly is: 'ready'; readonly start: number }
  /** Its own process has ended, or could not be started. `clean`: exit code 0. */
  | { readonly is: 'ended'; readonly start: number; readonly why: Why; readonly clean: boolean }
  /** It could not be started for a reason that no other try mends by itself: it fails at once. */
  | { readonly is: 'refused'; readonly start: number; readonly why: Why }
  /** It needs the vault, which is locked: it waits for `missing` to be told anew. */
  | { readonly is: 'sealed'; readonly start: number; readonly why: Why }
  | { readonly is: 'health'; readonly start: number; readonly ok: boolean; readonly message: string }
  | { readonly is: 'over'; readonly start: number; readonly message: string | null; readonly action: 'warn' | 'restart' | 'stop' }
  /** Nothing of its tree is left but these, which would not end. */
  | { readonly is: 'gone'; readonly start: number; readonly left: readonly number[] }

export type Deed = { readonly do: 'start'; readonly start: number } | { readonly do: 'end'; readonly start: number }

export interface Step {
  readonly machine: Machine
  readonly deeds: readonly Deed[]
}

export const machineAtRest = (now: number): Machine => ({
  ...{ state: 'stopped', since: now, why: null, wanted: false, missing: null, start: 0, startedAt: null, retryAt: null, readySince: null },
  ...{ ends: [], inRow: 0, sick: 0, over: null, after: null, lastFailure: null },
})

/** When `time` is to be told next; null: not before something else happened. */
export function dueAt(machine: Machine, terms: Terms): number | null {
  if (machine.state === 'waiting') return machine.retryAt
  return machine.state === 'starting' ? machine.since + terms.readyMs : null
}

/** `chance`: a number from 0 to 1 for the back-off. */
export function step(machine: Machine, happened: Happened, terms: Terms, at: { readonly now: number; readonly chance: number }): Step {
  if ('start' in happened && happened.start !== machine.start) return { machine, deeds: [] }
  const run = new Turn(machine, terms, at)
  run.take(happened)
  return { machine: run.machine, deeds: run.deeds }
}

/** One call of `step`: the machine that comes of it, and the deeds. */
class Turn {
  machine: Machine
  readonly deeds: Deed[] = []
  readonly #terms: Terms
  readonly #now: number
  readonly #chance: number

  constructor(machine: Machine, terms: Terms, at: { readonly now: number; readonly chance: number }) {
    this.machine = machine
    this.#terms = terms
    this.#now = at.now
    this.#chance = at.chance
  }

  take(happened: Happened): void {
    switch (happened.is) {
      case 'wanted':
        this.#wanted()
        break
      case 'unwanted':
        this.#unwanted(happened.why)
        break
      case 'anew':
        this.#anew()
        break
      case 'missing':
        this.#missing(happened.what)
        break
      case 'time':
        this.#time()
        break
      case 'ready':
        if (this.machine.state === 'starting') this.#judge('ready')
        break
      case 'ended':
        this.#ended(happened.why, happened.clean)
        break
      case 'refused':
        if (this.#runs()) this.#end({ is: 'failed', why: happened.why })
        break
      case 'sealed':
        if (!this.#runs()) break
        this.#set({ missing: happened.why })
        this.#end({ is: 'again', why: happened.why })
        break
      case 'health':
        this.#health(happened.ok, happened.message)
        break
      case 'over':
        this.#over(happened.message, happened.action)
        break
      case 'gone':
        this.#gone(happened.left)
        break
    }
  }

  /** The one setter of the state. A move that is not allowed is a defect, and throws. */
  #move(state: ServiceState, why: Why | null, more: Partial<Machine> = {}): void {
    const { state: from } = this.machine
    if (from !== state && !MOVES[from].includes(state)) throw new Error(`A service cannot go from ${from} to ${state}.`)
    this.machine = { ...this.machine, ...more, state, why, since: from === state ? this.machine.since : this.#now }
  }

  #set(more: Partial<Machine>): void {
    this.machine = { ...this.machine, ...more }
  }

  #runs(): boolean {
    return ['starting', 'ready', 'degraded'].includes(this.machine.state)
  }

  #wanted(): void {
    this.#set({ wanted: true, ends: [], inRow: 0 })
    const { state, after } = this.machine
    if (state === 'stopping' && after?.is !== 'again') this.#set({ after: { is: 'again', why: null } })
    if (state === 'stopped' || state === 'failed') this.#wait(null)
    else if (state === 'waiting') {
      this.#set({ retryAt: null })
      this.#startIfAllIsThere()
    }
  }

  #unwanted(why: Why): void {
    this.#set({ wanted: false })
    const { state } = this.machine
    // What would not stop is not called stopped because nobody wants it any more.
    if (state === 'failed' && this.machine.why?.reason === 'would-not-stop') return
    if (state === 'waiting' || state === 'failed') this.#move('stopped', why, { retryAt: null })
    else if (this.#runs()) this.#end({ is: 'stopped', why })
    else if (state === 'stopping') this.#set({ after: { is: 'stopped', why } })
  }

  #anew(): void {
    if (this.#runs()) {
      this.#set({ ends: [], inRow: 0 })
      this.#end({ is: 'again', why: null })
    } else if (this.machine.wanted) this.#wanted()
  }

  #missing(what: Why | null): void {
    this.#set({ missing: what })
    const { state } = this.machine
    if (state === 'waiting') {
      if (what === null) this.#startIfAllIsThere()
      else if (this.machine.retryAt === null) this.#move('waiting', what)
    } else if (state === 'ready' || state === 'degraded') this.#judge(state)
  }

  #time(): void {
    const due = dueAt(this.machine, this.#terms)
    if (due === null || this.#now < due) return
    if (this.machine.state === 'waiting') {
      this.#set({ retryAt: null })
      this.#startIfAllIsThere()
    } else {
      this.#fail({ reason: 'not-ready', message: `It was not ready within ${this.#terms.readyMs / 1000} s.` })
    }
  }

  #ended(why: Why, clean: boolean): void {
    if (!this.#runs()) return
    if (clean && this.#terms.restart === 'on-failure') this.#end({ is: 'stopped', why: { reason: 'done', message: why.message } })
    else this.#fail(why)
  }

  #health(ok: boolean, message: string): void {
    const { state } = this.machine
    if (state !== 'ready' && state !== 'degraded') return
    const sick = ok ? 0 : this.machine.sick + 1
    this.#set({ sick })
    if (sick < this.#terms.healthFailures) this.#judge(state, message)
    else this.#fail({ reason: 'unhealthy', message: `Its health probe failed ${sick} times in a row: ${message}` })
  }

  #over(message: string | null, action: 'warn' | 'restart' | 'stop'): void {
    const { state } = this.machine
    if (!this.#runs()) return
    if (message !== null && action === 'restart') this.#fail({ reason: 'limit', message })
    else if (message !== null && action === 'stop') this.#end({ is: 'failed', why: { reason: 'limit', message } })
    else {
      this.#set({ over: message })
      if (state !== 'starting') this.#judge(state)
    }
  }

  /** ready or degraded, by all that is known. */
  #judge(state: ServiceState, sickMessage = this.machine.why?.message ?? ''): void {
    const { sick, over, missing } = this.machine
    let why: Why | null = missing?.reason === 'needs' ? missing : null
    if (over !== null) why = { reason: 'limit', message: over }
    if (sick > 0) why = { reason: 'unhealthy', message: sickMessage }
    if (why === null) {
      this.#move('ready', null, { readySince: state === 'ready' ? (this.machine.readySince ?? this.#now) : this.#now })
      return
    }
    // What is only starting becomes ready first.
    if (this.machine.state === 'starting') this.#move('ready', null)
    this.#move('degraded', why, { readySince: null })
  }

  /** It is to be tried again, if it may. */
  #fail(why: Why): void {
    const { readySince } = this.machine
    // Healthy for long enough: what was before does not count.
    if (readySince !== null && this.#now - readySince >= SERVICE_LIMITS.resetMs) this.#set({ ends: [], inRow: 0 })
    this.#set({ lastFailure: { ...why, at: this.#now } })
    this.#end(this.#terms.restart === 'never' ? { is: 'failed', why } : { is: 'tried', why })
  }

  #end(after: After): void {
    this.#move('stopping', after.why, { after, readySince: null })
    this.deeds.push({ do: 'end', start: this.machine.start })
  }

  #gone(left: readonly number[]): void {
    const { state, after, wanted } = this.machine
    if (state !== 'stopping' || after === null) return
    this.#set({ after: null, startedAt: null, sick: 0, over: null })
    if (left.length > 0) {
      this.#failed({
        reason: 'would-not-stop',
        message: `These processes could not be ended, not even by killing them: ${left.join(', ')}.`,
      })
    } else if (after.is === 'failed' && after.why) this.#failed(after.why)
    else if (after.is === 'stopped' || !wanted) this.#move('stopped', after.why)
    else if (after.is === 'again' || !after.why) this.#wait(null)
    else this.#tryAgain(after.why)
  }

  #failed(why: Why): void {
    this.#move('failed', why, { lastFailure: { ...why, at: this.#now } })
  }

  #tryAgain(why: Why): void {
    const { ends, spent } = countEnd(this.machine.ends, this.#now)
    const inRow = this.machine.inRow + 1
    this.#set({ ends, inRow })
    if (spent) {
      const often = `It ended ${ends.length} times within ${SERVICE_LIMITS.budgetMs / 1000} s and is not started again.`
      this.#move('failed', { reason: 'gave-up', message: `${often} The last time: ${why.message}` })
    } else this.#wait(this.#now + backOffMs(inRow, this.#chance), why)
  }

  #wait(retryAt: number | null, why: Why | null = null): void {
    this.#move('waiting', why, { retryAt })
    if (retryAt === null) this.#startIfAllIsThere()
  }

  #startIfAllIsThere(): void {
    const { missing, retryAt } = this.machine
    if (retryAt !== null) return
    if (missing !== null) {
      this.#move('waiting', missing)
      return
    }
    const start = this.machine.start + 1
    this.#move('starting', null, { start, startedAt: this.#now, retryAt: null, readySince: null, sick: 0, over: null })
    this.deeds.push({ do: 'start', start })
  }
}
