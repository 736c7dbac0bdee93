/**
 * One run's way out of the thread, and the place where secrets stay behind: what a body says goes through the redactor here. Events leave in batches (at once when it was quiet, otherwise up to LIMITS.batchMs or
 * BATCH_BYTES), neighbouring pieces of the same stream are one event, the output cap is applied, credit is counted,
 * steps go their own way (steps.ts). Order is kept across all kinds.
 */
import type { RunEventBody } from '#contract'
import { LIMITS } from '#contract/plain'
import {
  type BodyAsk,
  type BodyIo,
  type Clock,
  type RedactingTextStream,
  type Redactor,
  type SharedTool,
  type SharedToolAnswer,
  type StepAsk,
  type StepEnd,
  type StepResult,
  type StepRun,
  TroupeError,
} from '#core'
import { CREDIT_BYTES, type FromThread, type Journaled } from '../messages.ts'
import { SharedDesk } from './shared-desk.ts'
import { ThreadSteps, type ToStep } from './steps.ts'
import { wholeCut } from './whole-signs.ts'

const BATCH_BYTES = 64 * 1024
/** A batch's structured events are counted as this plus their JSON. */
const EVENT_BYTES = 64

export interface ThreadIoPorts {
  readonly clock: Clock
  readonly post: (message: FromThread) => void
  readonly redactor: Redactor
  readonly runId: string
  readonly outputBytes: number
  readonly lineBytes: number
  readonly journal: Journaled
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal
}

export class ThreadIo implements BodyIo {
  readonly #ports: ThreadIoPorts
  /** Texts that come in pieces, by what joins them: an output's name, or a kind and its step. */
  readonly #texts = new Map<string, { readonly stream: RedactingTextStream; readonly make: (text: string) => RunEventBody }>()
  #batch: RunEventBody[] = []
  #batchBytes = 0
  #lastFlush = 0
  #cancelFlush: (() => void) | undefined
  #kept = 0
  #cut = 0
  #saidOutput = false
  #saidLine = false
  #inFlight = 0
  #waitsForCredit: (() => void)[] = []
  #sends = 0
  readonly #waitsToSend = new Map<number, { readonly resolve: () => void; readonly reject: (thrown: unknown) => void }>()
  readonly #shared: SharedDesk
  #asks = 0
  readonly #waitsForAnswer = new Map<number, { readonly resolve: (answer: unknown) => void; readonly reject: (thrown: unknown) => void }>()
  readonly #steps: ThreadSteps

  constructor(ports: ThreadIoPorts) {
    this.#ports = ports
    const { post, redactor, runId, journal, signal } = ports
    this.#shared = new SharedDesk(runId, post)
    const leave = (n: number): void => {
      for (const kind of ['text', 'reasoning']) this.#endText(`${kind} ${n}`)
      this.flush()
    }
    this.#steps = new ThreadSteps({ post, redactor, runId, journal, signal, leave })
  }

  get cutBytes(): number {
    return this.#cut
  }

  /** The output cap is reached: what follows need only be counted (`drop`). */
  get full(): boolean {
    return this.#kept >= this.#ports.outputBytes
  }

  /** Too much is on its way to the disk: stop reading until `drained`. */
  get busy(): boolean {
    return this.#inFlight + this.#batchBytes > CREDIT_BYTES
  }

  drained(): Promise<void> {
    if (!this.busy) return Promise.resolve()
    this.flush()
    return new Promise((resolve) => this.#waitsForCredit.push(resolve))
  }

  emit(event: RunEventBody): void {
    // All this was told when it happened.
    if (this.#steps.replaying) return
    if (event.kind === 'output') this.#masked(event.stream, event.text, (text) => ({ ...event, text }))
    else if (event.kind === 'text' || event.kind === 'reasoning') {
      this.#masked(`${event.kind} ${event.step}`, event.delta, (delta) => ({ ...event, delta }))
    } else {
      const clean = this.#ports.redactor.value(event)
      this.#push(clean, EVENT_BYTES + JSON.stringify(clean).length)
    }
  }

  /** For a stream of bytes that its reader masks itself, and hands to `output`. */
  get redactor(): Redactor {
    return this.#ports.redactor
  }

  /** Output that was masked already. */
  output(stream: 'stdout' | 'stderr', text: string): void {
    this.#text(text, (piece) => ({ kind: 'output', stream, text: piece }))
  }

  /** Counts bytes that were not kept, and says so the first time. */
  drop(bytes: number, why: 'line' | 'output'): void {
    if (bytes === 0) return
    this.#cut += bytes
    if (why === 'line' && !this.#saidLine) {
      this.#saidLine = true
      const message = `A line is longer than ${this.#ports.lineBytes} bytes: the rest of it, and of every such line, is left out and counted.`
      this.#notice('line-cut', message)
    }
    if (why === 'output' && !this.#saidOutput) {
      this.#saidOutput = true
      const message = `The output is larger than ${this.#ports.outputBytes} bytes: what follows is left out and counted. The run goes on.`
      this.#notice('output-cut', message)
    }
  }

  step(ask: StepAsk, effect: (run: StepRun) => Promise<StepEnd>): Promise<StepResult> {
    return this.#steps.step(ask, effect)
  }

  holds(key: string): boolean {
    return this.#steps.holds(key)
  }

  guidance(turn: number): Promise<readonly string[]> {
    return this.#steps.guidance(turn)
  }

  /** What the main side says about steps. */
  heardOfStep(message: ToStep): void {
    this.#steps.take(message)
  }

  sends(credential: string, host: string): Promise<void> {
    const n = ++this.#sends
    this.#ports.post({ kind: 'send', runId: this.#ports.runId, n, credential, host })
    return new Promise((resolve, reject) => this.#waitsToSend.set(n, { resolve, reject }))
  }

  /** The main side decided about a `send`. */
  sendAnswered(n: number, refused: string | null): void {
    const wait = this.#waitsToSend.get(n)
    this.#waitsToSend.delete(n)
    if (refused === null) wait?.resolve()
    else wait?.reject(new TroupeError('REFUSED', refused))
  }

  callShared(tool: SharedTool, args: unknown, key: string, signal: AbortSignal): Promise<SharedToolAnswer> {
    return this.#shared.call(tool, args, key, signal)
  }

  /** The main side has the answer to a `shared-call`. */
  sharedAnswered(n: number, answer: SharedToolAnswer): void {
    this.#shared.answered(n, answer)
  }

  ask(ask: BodyAsk): Promise<unknown> {
    const n = ++this.#asks
    this.#ports.post({ kind: 'ask', runId: this.#ports.runId, n, ask })
    return new Promise((resolve, reject) => this.#waitsForAnswer.set(n, { resolve, reject }))
  }

  /** The main side answered an `ask`. */
  answered(n: number, answer: unknown, refused: string | null): void {
    const wait = this.#waitsForAnswer.get(n)
    this.#waitsForAnswer.delete(n)
    if (refused === null) wait?.resolve(answer)
    else wait?.reject(new TroupeError('REFUSED', refused))
  }

  child(pid: number, what: 'started' | 'ended'): void {
    this.#ports.post({ kind: 'child', runId: this.#ports.runId, pid, what })
  }

  /** The main side wrote so many bytes. */
  written(bytes: number): void {
    this.#inFlight -= bytes
    if (this.busy) return
    for (const resolve of this.#waitsForCredit.splice(0)) resolve()
  }

  flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    if (this.#batch.length === 0) return
    const events = this.#batch
    const bytes = this.#batchBytes
    this.#batch = []
    this.#batchBytes = 0
    this.#inFlight += bytes
    this.#lastFlush = this.#ports.clock.now()
    this.#ports.post({ kind: 'events', runId: this.#ports.runId, events, bytes })
  }

  /** The run is over: what was held back, and turned out to be no secret, goes too. */
  close(): void {
    for (const wait of this.#waitsForAnswer.values()) wait.reject(new TroupeError('CANCELLED', 'The run has ended.'))
    this.#waitsForAnswer.clear()
    for (const name of [...this.#texts.keys()]) this.#endText(name)
    this.flush()
  }

  #masked(name: string, text: string, make: (text: string) => RunEventBody): void {
    let open = this.#texts.get(name)
    if (!open) {
      open = { stream: this.#ports.redactor.textStream(), make }
      this.#texts.set(name, open)
    }
    this.#text(open.stream.push(text), make)
  }

  #endText(name: string): void {
    const open = this.#texts.get(name)
    if (!open) return
    this.#texts.delete(name)
    this.#text(open.stream.end(), open.make)
  }

  #text(text: string, make: (text: string) => RunEventBody): void {
    if (text.length === 0) return
    const bytes = Buffer.byteLength(text)
    const room = this.#ports.outputBytes - this.#kept
    if (bytes <= room) {
      this.#kept += bytes
      this.#push(make(text), bytes)
      return
    }
    const whole = Buffer.from(text)
    const cut = wholeCut(whole, Math.max(0, room))
    if (cut > 0) this.#push(make(whole.toString('utf8', 0, cut)), cut)
    // A sign that no longer fits closes the cap all the same: nothing may be kept behind a gap.
    this.#kept = this.#ports.outputBytes
    this.drop(bytes - cut, 'output')
  }

  #notice(code: string, message: string): void {
    this.#push({ kind: 'notice', level: 'warning', code, message }, EVENT_BYTES + message.length)
  }

  #push(event: RunEventBody, bytes: number): void {
    const joined = joinedWith(this.#batch.at(-1), event)
    if (joined) this.#batch[this.#batch.length - 1] = joined
    else this.#batch.push(event)
    this.#batchBytes += bytes
    if (this.#batchBytes >= BATCH_BYTES || this.#batch.length >= LIMITS.batchEvents) this.flush()
    else this.#cancelFlush ??= this.#ports.clock.after(this.#delay(), () => this.flush())
  }

  /** Nothing left for a while: the first piece goes at once. Otherwise it waits for company. */
  #delay(): number {
    const since = this.#ports.clock.now() - this.#lastFlush
    return since >= LIMITS.batchMs || since < 0 ? 0 : LIMITS.batchMs - since
  }
}

/** Two neighbours of one stream as one event; undefined when they are not that. */
function joinedWith(last: RunEventBody | undefined, next: RunEventBody): RunEventBody | undefined {
  if (last?.kind === 'output' && next.kind === 'output' && last.stream === next.stream) {
    return { ...last, text: last.text + next.text }
  }
  if (last && (next.kind === 'text' || next.kind === 'reasoning') && last.kind === next.kind && last.step === next.step) {
    return { ...last, delta: last.delta + next.delta }
  }
  return undefined
}
