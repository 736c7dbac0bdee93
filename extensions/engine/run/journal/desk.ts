/**
 * The main side of every run's steps: asks the gate, writes each step down before it begins and again when it has ended, and answers the thread.
 * A step is in one of these states, and only this file and `broken.ts` change it:
 *
 *   (asked) ──deny, answer──▶ failed, done
 *      └──go──▶ running ──▶ done | failed
 *                  └─ nobody heard of its end ─▶ unknown ──▶ done (the person told) | a new try of the same key
 */
import type { StepRecord } from '#contract'
import { type BodyFailure, messageOf, TroupeError } from '#core'
import { boundDetail } from '../bound-detail.ts'
import { type FaultPoint, noFaults } from '../fault-points.ts'
import type { GateAnswer, GateAsk, GateWrites, RunGate } from '../gate.ts'
import type { LiveRun, Parking } from '../live-run.ts'
import type { StepAsked, StepEnded, StepVerdict } from '../messages.ts'
import type { RunPorts } from '../ports.ts'
import { progressMade } from '../rows.ts'
import { takeGuidance } from './guidance.ts'
import { keyOfStep } from './keys.ts'
import { keepAnswer, type StepAnswered } from './results.ts'
import { completeStep, insertStep, type JournalStep } from './rows.ts'
import { JournalWriter } from './writer.ts'

/** As the model loop wrote it into its step. */
function failureIn({ kind, state, detail }: StepRecord): BodyFailure | null {
  const { failure, status, error, retryAfterMs } = detail
  if (kind !== 'model' || state !== 'failed' || typeof failure !== 'string') return null
  return {
    kind: failure,
    status: typeof status === 'number' ? status : null,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    message: typeof error === 'string' ? error : '',
  }
}

export interface DeskPorts {
  readonly ports: Pick<RunPorts, 'store' | 'clock' | 'log' | 'announce' | 'faultPoint'>
  readonly gate: RunGate
}

export class StepDesk {
  readonly #at: DeskPorts
  readonly #writer: JournalWriter

  constructor(at: DeskPorts) {
    this.#at = at
    this.#writer = new JournalWriter(at.ports.store)
  }

  /** Resolves when everything written so far is durable or refused. */
  idle(): Promise<void> {
    return this.#writer.idle()
  }

  /** The body asks for a step. Answers the thread, whatever happens. */
  async asked(run: LiveRun, asked: StepAsked): Promise<void> {
    let verdict: StepVerdict
    try {
      verdict = await this.#judge(run, asked)
    } catch (thrown) {
      this.#at.ports.log.warn('A step could not be stored.', { run: run.row.id, step: asked.key, problem: messageOf(thrown) })
      verdict = { kind: 'refused', message: `The step could not be stored: ${messageOf(thrown)}` }
    }
    run.thread?.post({ kind: 'step-verdict', runId: run.row.id, key: asked.key, verdict })
  }

  /** The effect of a step has ended. Answers the thread when that is durable. */
  async ended(run: LiveRun, end: StepEnded): Promise<void> {
    const { log } = this.#at.ports
    const runId = run.row.id
    let refused: string | null = null
    try {
      await this.#end(run, end)
    } catch (thrown) {
      refused = `The result of a step could not be stored: ${messageOf(thrown)}`
      log.warn('The result of a step could not be stored.', { run: runId, step: end.key, problem: messageOf(thrown) })
    }
    run.thread?.post({ kind: 'step-stored', runId, key: end.key, refused })
  }

  /** The body comes to a turn: what waits for it is taken, as one step. */
  async guidance(run: LiveRun, turn: number): Promise<void> {
    const { ports } = this.#at
    const runId = run.row.id
    let texts: readonly string[] = []
    try {
      const taken = await takeGuidance({ ...ports, write: (statements) => this.#writer.write(statements) }, run, turn)
      texts = taken.texts
      this.#fault('guidance-taken')
    } catch (thrown) {
      // They wait on, and are asked for again at the next turn.
      ports.log.warn('Guidance could not be taken.', { run: runId, problem: messageOf(thrown) })
    }
    run.thread?.post({ kind: 'guidance', runId, turn, texts })
  }

  async #judge(run: LiveRun, asked: StepAsked): Promise<StepVerdict> {
    if (run.parking || run.ending || run.cancelling) return { kind: 'park' }
    const { n, attempt } = run.steps.next(asked.key)
    if (asked.parks) return await this.#parkOn(run, asked, n, attempt)
    if (asked.refused !== undefined) {
      return await this.#instead(run, asked, { n, attempt, answer: { kind: 'answer', ok: false, text: asked.refused } })
    }
    this.#fault('step-asked')
    const answer = await this.#ask(run, asked, n, attempt)
    if (run.ending) return { kind: 'park' }
    if (answer.kind === 'park') {
      run.parking = { reason: answer.reason, untilMs: answer.untilMs ?? null }
      return { kind: 'park' }
    }
    if (answer.kind !== 'go') return await this.#instead(run, asked, { n, attempt, answer })
    const args = answer.args ?? asked.args
    const record = this.#record(run, asked, n, attempt, answer.args ? { ...asked.detail, args, asked: asked.args } : asked.detail)
    const step: JournalStep = { record, reservation: answer.reservation ?? null, answer: null, sha256: null }
    await this.#write([insertStep(step)], answer)
    run.steps.begin(step)
    run.stream.append([{ kind: 'step', step: record }])
    this.#fault('step-begun')
    return { kind: 'go', n, args, idempotencyKey: keyOfStep(run.row.id, asked.key) }
  }

  #ask(run: LiveRun, asked: StepAsked, n: number, attempt: number): Promise<GateAnswer> | GateAnswer {
    const { kind, key, title, args, digest, safety, worst } = asked
    if (kind === 'wait' || kind === 'approval' || kind === 'message') return { kind: 'go' }
    const ask: GateAsk = { run: run.present, n, key, attempt, kind, title, args, digest, safety, worstUsd: 0, worstTokens: 0 }
    return this.#at.gate.ask(worst ? { ...ask, worstUsd: worst.usd, worstTokens: worst.tokens } : ask)
  }

  /** The step is a wait, or a question: it stands open until the run is gone on with. */
  async #parkOn(run: LiveRun, asked: StepAsked, n: number, attempt: number): Promise<StepVerdict> {
    const { code, message, untilMs } = asked.parks ?? { code: 'timer', message: asked.title }
    const record = this.#record(run, asked, n, attempt, untilMs === undefined ? asked.detail : { ...asked.detail, untilMs })
    const step: JournalStep = { record, reservation: null, answer: null, sha256: null }
    await this.#write([insertStep(step)])
    run.stream.append([{ kind: 'step', step: record }])
    const parking: Parking = { reason: { code, message }, untilMs: untilMs ?? null }
    run.parking = parking
    return { kind: 'park' }
  }

  /** Not done: what stands for its result is recorded at once. */
  async #instead(
    run: LiveRun,
    asked: StepAsked,
    { n, attempt, answer }: { n: number; attempt: number; answer: Extract<GateAnswer, { kind: 'deny' | 'answer' }> },
  ): Promise<StepVerdict> {
    const denied = answer.kind === 'deny'
    const instead = denied ? { ok: false, text: answer.reason } : { ok: answer.ok, text: answer.text }
    const answered: StepAnswered = { instead }
    const detail = boundDetail({
      ...asked.detail,
      ...(denied ? { denied: answer.reason } : instead.ok ? { result: instead.text } : { error: instead.text }),
    })
    const begun = this.#record(run, asked, n, attempt, detail)
    const record: StepRecord = { ...begun, state: instead.ok ? 'done' : 'failed', endedAt: begun.startedAt, costUsd: 0 }
    const step = { record, reservation: null, ...(await keepAnswer(run.files, JSON.stringify(answered))) }
    await this.#write([insertStep(step)], answer)
    run.steps.close(step)
    run.stream.append([{ kind: 'step', step: record }])
    return { kind: 'instead', n, ...instead }
  }

  async #end(run: LiveRun, end: StepEnded): Promise<void> {
    const begun = run.steps.opened(end.key)
    if (!begun) throw new TroupeError('INTERNAL', `The body ended the step ${end.key}, which it never began.`)
    // Whether it happened is not known, and the run will go on: that is for the next try to settle.
    if (end.brokenOff && run.cancelling === 'stopping') return
    this.#fault('step-ended')
    const kept = await keepAnswer(run.files, end.answer)
    this.#fault('result-kept')
    const record: StepRecord = {
      ...begun.record,
      state: end.state,
      endedAt: this.#at.ports.clock.now(),
      detail: end.detail === null ? begun.record.detail : boundDetail({ ...begun.record.detail, ...end.detail }),
      usage: end.usage,
      costUsd: end.costUsd,
      model: end.model,
    }
    const step: JournalStep = { ...begun, record, ...kept }
    const settled = await this.settle(run, step)
    // Progress, durably: what broke beneath the run before counts no more.
    const progress = end.state === 'done' && run.inner.stalled > 0
    await this.#write(progress ? [completeStep(step), progressMade(run.row.id)] : [completeStep(step)], settled)
    if (progress) run.inner = { ...run.inner, stalled: 0 }
    run.steps.close(step)
    run.stream.append([{ kind: 'step', step: record }])
    this.#fault('step-stored')
  }

  /** Tells the gate how a step ended; what it answers goes into the step's transaction. */
  async settle(run: LiveRun, { record, reservation }: JournalStep): Promise<GateWrites> {
    const { n, key, attempt, kind, title, usage, costUsd, state } = record
    if (kind === 'wait' || kind === 'approval' || kind === 'message' || key === null) return {}
    const outcome = state === 'done' || state === 'failed' ? state : 'unknown'
    return await this.#at.gate.settle({
      run: run.present,
      n,
      key,
      attempt,
      kind,
      title,
      outcome,
      reservation,
      usage,
      costUsd,
      failure: failureIn(record),
    })
  }

  async #write(statements: Parameters<JournalWriter['write']>[0], also: GateWrites = {}): Promise<void> {
    await this.#writer.write([...statements, ...(also.write ?? [])])
    also.stored?.()
  }

  #record(run: LiveRun, asked: StepAsked, n: number, attempt: number, detail: StepRecord['detail']): StepRecord {
    return {
      runId: run.row.id,
      n,
      kind: asked.kind,
      title: asked.title,
      key: asked.key,
      attempt,
      digest: asked.digest,
      safety: asked.safety,
      inherited: false,
      aside: false,
      state: 'running',
      startedAt: this.#at.ports.clock.now(),
      endedAt: null,
      detail: boundDetail(detail),
      usage: null,
      costUsd: null,
      model: null,
    }
  }

  #fault(point: FaultPoint): void {
    ;(this.#at.ports.faultPoint ?? noFaults)(point)
  }
}
