/**
 * A run's steps as its thread takes them. What the journal holds is answered from there; everything else is asked of the main side, which writes it
 * down before it lets it begin, and again when it has ended. Nothing here has an effect but what a body hands in.
 *
 * asked ──park──▶ RunParked      asked ──instead──▶ answered
 *   └──go──▶ effect ──▶ ended ──stored──▶ answered
 */
import { createHash } from 'node:crypto'
import {
  type BodyIo,
  canonicalJson,
  JournalEnd,
  messageOf,
  type Redactor,
  RunParked,
  type StepAsk,
  type StepEnd,
  type StepResult,
  type StepRun,
  TroupeError,
} from '#core'
import { boundDetail } from '../bound-detail.ts'
import type { RecordedStep } from '../journal/recorded.ts'
import type { StepAnswered } from '../journal/results.ts'
import type { FromThread, Journaled, StepEnded, StepVerdict, ToThread } from '../messages.ts'

export type ToStep = Extract<ToThread, { kind: 'step-verdict' | 'step-stored' | 'guidance' }>

export interface ThreadStepsPorts {
  readonly post: (message: FromThread) => void
  readonly redactor: Redactor
  readonly runId: string
  readonly journal: Journaled
  readonly signal: AbortSignal
  /** What was said so far is sent on: it comes before what is said of the step. */
  readonly leave: (n: number) => void
}

const TITLE_CHARS = 300

export class ThreadSteps implements Pick<BodyIo, 'step' | 'holds' | 'guidance'> {
  readonly #ports: ThreadStepsPorts
  readonly #recorded: ReadonlyMap<string, RecordedStep>
  /** Recorded steps that the body has not come to yet. */
  readonly #ahead: Set<string>
  readonly #verdicts = new Map<string, (verdict: StepVerdict) => void>()
  readonly #stored = new Map<string, (refused: string | null) => void>()
  readonly #guidance = new Map<number, (texts: readonly string[]) => void>()

  constructor(ports: ThreadStepsPorts) {
    this.#ports = ports
    this.#recorded = new Map(ports.journal.recorded.map((step) => [step.key, step]))
    this.#ahead = new Set(this.#recorded.keys())
  }

  /** The body goes through what it did before: nothing of it is said again. */
  get replaying(): boolean {
    return this.#ahead.size > 0
  }

  async step(ask: StepAsk, effect: (run: StepRun) => Promise<StepEnd>): Promise<StepResult> {
    const { signal, redactor, journal } = this.#ports
    const digest = createHash('sha256')
      .update(canonicalJson(redactor.json(ask.digested ?? ask.args)))
      .digest('hex')
    const recorded = this.#recorded.get(ask.key)
    this.#ahead.delete(ask.key)
    if (recorded) return replayed(recorded, digest, ask)
    signal.throwIfAborted()
    if (journal.replayOnly) {
      throw new JournalEnd(
        'replay-ended',
        `The record ends before ${ask.kind === 'model' ? 'a call of a model' : ask.title}: a replay calls nothing.`,
      )
    }
    // Whatever is recorded and was not come to belongs to a way that the body does not take (a fork): it speaks again.
    this.#ahead.clear()
    const verdict = await this.#ask(ask, digest)
    if (verdict.kind === 'park') throw new RunParked(`${ask.title} waits.`)
    if (verdict.kind === 'refused') throw new TroupeError('DISK', verdict.message)
    if (verdict.kind === 'instead') return verdict
    return await this.#take(ask, verdict, effect)
  }

  holds(key: string): boolean {
    return this.#recorded.has(key)
  }

  async guidance(turn: number): Promise<readonly string[]> {
    const recorded = this.#recorded.get(`message:${turn}`)
    this.#ahead.delete(`message:${turn}`)
    if (recorded) return (JSON.parse(recorded.answer) as { readonly result: readonly string[] }).result
    // This turn has been asked already: what came later belongs to a later one.
    if (this.#ahead.size > 0 || this.#ports.journal.replayOnly) return []
    return await this.#untilAborted((resolve) => {
      this.#guidance.set(turn, resolve)
      this.#ports.post({ kind: 'guidance-asked', runId: this.#ports.runId, turn })
    })
  }

  take(message: ToStep): void {
    if (message.kind === 'guidance') {
      this.#guidance.get(message.turn)?.(message.texts)
      this.#guidance.delete(message.turn)
    } else if (message.kind === 'step-verdict') {
      this.#verdicts.get(message.key)?.(message.verdict)
      this.#verdicts.delete(message.key)
    } else {
      this.#stored.get(message.key)?.(message.refused)
      this.#stored.delete(message.key)
    }
  }

  #ask(ask: StepAsk, digest: string): Promise<StepVerdict> {
    const { post, redactor, runId } = this.#ports
    const { kind, key, safety, worst, parks, refused } = ask
    if (this.#verdicts.has(key)) throw new TroupeError('INTERNAL', `The body asks for the step ${key} twice.`)
    return this.#untilAborted((resolve) => {
      this.#verdicts.set(key, resolve)
      const title = redactor.text(ask.title).slice(0, TITLE_CHARS)
      const args = redactor.json(ask.args)
      const detail = ask.detail ? redactor.json(ask.detail) : args
      const also = { ...(worst ? { worst } : {}), ...(parks ? { parks } : {}), ...(refused === undefined ? {} : { refused }) }
      post({ kind: 'step-asked', runId, step: { kind, key, title, safety, args, detail: boundDetail(detail), digest, ...also } })
    })
  }

  async #take(ask: StepAsk, run: StepRun, effect: (run: StepRun) => Promise<StepEnd>): Promise<StepResult> {
    const { signal } = this.#ports
    let end: StepEnd
    try {
      end = await effect(run)
    } catch (thrown) {
      const error = signal.aborted ? 'stopped' : messageOf(thrown)
      await this.#end(ask.key, run.n, { state: 'failed', result: null, detail: { error }, costUsd: null, brokenOff: signal.aborted })
      throw thrown
    }
    // Read back from what was written: the body has now what it will have when it goes on from there.
    const { result } = JSON.parse(await this.#end(ask.key, run.n, end)) as { readonly result: unknown }
    return { kind: 'result', n: run.n, state: end.state, result, replayed: false }
  }

  async #end(key: string, n: number, end: StepEnd): Promise<string> {
    const { post, redactor, runId, leave } = this.#ports
    leave(n)
    const answered: StepAnswered = { result: redactor.json(end.result) ?? null }
    const ended: StepEnded = {
      key,
      state: end.state,
      brokenOff: end.brokenOff === true,
      answer: JSON.stringify(answered),
      detail: end.detail === undefined ? null : boundDetail(redactor.json(end.detail)),
      usage: end.usage ?? null,
      costUsd: end.costUsd === undefined ? 0 : end.costUsd,
      model: end.model ?? null,
    }
    const stored = new Promise<string | null>((resolve) => this.#stored.set(key, resolve))
    post({ kind: 'step-ended', runId, end: ended })
    // Nobody answers a run that is being ended; what it reports is written all the same.
    const refused = await this.#untilAborted<string | null>((resolve) => void stored.then(resolve)).catch(() => null)
    if (refused !== null) throw new TroupeError('DISK', refused)
    return ended.answer
  }

  /** Nobody answers a run that is being ended. */
  #untilAborted<T>(wait: (resolve: (answer: T) => void) => void): Promise<T> {
    const { signal } = this.#ports
    return new Promise((resolve, reject) => {
      const aborted = (): void => reject(signal.reason)
      if (signal.aborted) return aborted()
      signal.addEventListener('abort', aborted, { once: true })
      wait((answer) => {
        signal.removeEventListener('abort', aborted)
        resolve(answer)
      })
    })
  }
}

function replayed(recorded: RecordedStep, digest: string, ask: StepAsk): StepResult {
  if (recorded.digest !== null && recorded.digest !== digest) {
    const message = `Step ${recorded.n} was recorded with other arguments than ${ask.title} has now, so it cannot be gone on with. Fork from the step before it.`
    throw new JournalEnd('diverged', message)
  }
  const { n, state } = recorded
  const answer = JSON.parse(recorded.answer) as StepAnswered
  if ('instead' in answer) return { kind: 'instead', n, ...answer.instead }
  return { kind: 'result', n, state, result: answer.result, replayed: true }
}
