/**
 * How a run leaves its slot without having ended: it parks, or something ended beneath it and it goes on from its journal. And how it comes back.
 */
import type { RunEventBody, RunReason, RunRow } from '#contract'
import type { RunGate, TryEnd } from './gate.ts'
import type { StepDesk } from './journal/desk.ts'
import { completeStep, forgetSteps, type JournalStep, readJournal, setAside } from './journal/rows.ts'
import { unknownSteps } from './journal/unknown.ts'
import type { LiveRun, Parking } from './live-run.ts'
import type { RunPorts, Statement } from './ports.ts'
import { updateRun } from './rows.ts'
import { moveRun } from './state.ts'

export interface PausingPorts {
  readonly ports: RunPorts
  readonly gate: RunGate
  readonly desk: StepDesk
  readonly persist: (statements: readonly Statement[]) => Promise<boolean>
}

/** What becomes of a run whose body is gone. `stored` false: the engine stops, and the next one finds it as it was. */
export type Paused = { readonly kind: 'parked' | 'queued'; readonly stored: boolean } | { readonly kind: 'end'; readonly reason: RunReason }

export class Pausing {
  readonly #at: PausingPorts

  constructor(at: PausingPorts) {
    this.#at = at
  }

  /** It waits: a row, and nothing else. Its body has ended. */
  async park(run: LiveRun, { reason, untilMs }: Parking, also: readonly Statement[] = []): Promise<Paused> {
    const { clock, faultPoint } = this.#at.ports
    await run.lease?.end()
    run.lease = undefined
    await this.#at.desk.idle()
    faultPoint?.('run-parking')
    const moved = { ...moveRun(run.row, 'parked', clock.now(), reason), wakeAt: untilMs }
    // One that parks before its body began has not started.
    const row = run.activeSince === undefined && !run.goesOn ? { ...moved, startedAt: null } : moved
    const stored = await this.#move(run, row, also)
    faultPoint?.('run-parked')
    return { kind: 'parked', stored }
  }

  /** What a parked run waited for has come: it is queued again. Questions and waits that stand open are answered with it. */
  async goOn(run: LiveRun, answer: unknown, also: readonly Statement[] = []): Promise<boolean> {
    const { store, clock, faultPoint } = this.#at.ports
    const now = clock.now()
    const steps = await readJournal(store, run.row.id)
    run.begin(steps)
    const open = steps.filter(({ record }) => record.state === 'running' && (record.kind === 'wait' || record.kind === 'approval'))
    const closed = open.map((step): JournalStep => {
      const record = { ...step.record, state: 'done' as const, endedAt: now, costUsd: 0 }
      return { ...step, record, answer: JSON.stringify({ result: answer ?? null }) }
    })
    run.stream.append(closed.map(({ record }): RunEventBody => ({ kind: 'step', step: record })))
    const stored = await this.#move(run, moveRun(run.row, 'queued', now, null), [...closed.map(completeStep), ...also])
    faultPoint?.('run-going-on')
    return stored
  }

  /**
   * Its thread or its engine ended beneath it, or its body failed. Steps whose end nobody heard are unknown; one that is not safe to repeat is put
   * to the person, everything else is for the gate to decide.
   */
  async broke(run: LiveRun, reason: RunReason, failure: TryEnd['failure']): Promise<Paused> {
    const { ports, gate, desk } = this.#at
    await run.lease?.end()
    run.lease = undefined
    await desk.idle()
    const now = ports.clock.now()
    const steps = await readJournal(ports.store, run.row.id)
    const open = steps.filter(({ record }) => record.state === 'running')
    const settled = await Promise.all(open.map((step) => desk.settle(run, { ...step, record: { ...step.record, state: 'unknown' } })))
    const also: readonly Statement[] = [forgetSteps(run.row.id, now), ...settled.flatMap(({ write }) => write ?? [])]
    const told = (): void => {
      for (const { stored } of settled) stored?.()
    }
    run.stream.append(open.map(({ record }): RunEventBody => ({ kind: 'step', step: { ...record, state: 'unknown', endedAt: now } })))
    for (const { record } of open) run.steps.forget(record.key)
    const after = steps.map((step) => (open.includes(step) ? { ...step, record: { ...step.record, state: 'unknown' as const } } : step))
    const asks = unknownSteps(after)
    if (asks) {
      const paused = await this.park(run, { reason: asks, untilMs: null }, also)
      told()
      return paused
    }
    if (reason.code === 'engine-stopped') return await this.#again(run, { kind: 'retry', atMs: 0, message: reason.message }, also)
    const stalled = run.inner.stalled + 1
    const answer = await gate.heal({ run: run.present, reason, failure, attempt: run.row.attempt, stalled })
    if (answer.kind === 'give-up') {
      await this.#at.persist(also)
      told()
      return { kind: 'end', reason: answer.message === undefined ? reason : { ...reason, message: answer.message } }
    }
    const redo = failedSince(steps).map(({ record }) => setAside(run.row.id, record.n))
    run.inner = { ...run.inner, stalled }
    run.row = { ...run.row, attempt: run.row.attempt + 1 }
    const paused = await this.#again(run, answer, [...also, ...redo])
    told()
    return paused
  }

  async #again(
    run: LiveRun,
    answer: Exclude<Awaited<ReturnType<RunGate['heal']>>, { kind: 'give-up' }>,
    also: readonly Statement[],
  ): Promise<Paused> {
    const now = this.#at.ports.clock.now()
    if (answer.kind === 'park') return await this.park(run, { reason: answer.reason, untilMs: null }, also)
    const { message, atMs } = answer
    if (atMs > now) return await this.park(run, { reason: { code: 'retry', message }, untilMs: atMs }, also)
    run.stream.append([{ kind: 'notice', level: 'warning', code: 'goes-on', message: `${message} It goes on from its journal.` }])
    const stored = await this.#move(run, moveRun(run.row, 'queued', now, null), also)
    this.#at.ports.faultPoint?.('run-going-on')
    return { kind: 'queued', stored }
  }

  async #move(run: LiveRun, to: RunRow, also: readonly Statement[]): Promise<boolean> {
    const inner = run.innerAt(this.#at.ports.clock.now())
    const row = { ...to, lastSeq: run.stream.lastSeq + 1, ...this.#spentOf(run) }
    if (!(await this.#at.persist([...also, updateRun(row, run.row.state, inner)]))) return false
    run.row = row
    run.inner = inner
    run.activeSince = undefined
    run.stream.append([{ kind: 'state', state: row.state, reason: row.reason }])
    this.#at.ports.announce('run', row.id, row.state)
    return true
  }

  #spentOf(run: LiveRun): Pick<RunRow, 'usage' | 'costUsd' | 'costKnown'> {
    const { usage, costUsd } = run.steps.spent()
    if (run.row.bodyKind === 'command') return { usage: null, costUsd: 0, costKnown: true }
    return { usage, costUsd, costKnown: costUsd !== null }
  }
}

/** Failed steps after the last one that was done: another try does them again, instead of reading their failure. */
export function failedSince(steps: readonly JournalStep[]): readonly JournalStep[] {
  const good = steps.findLastIndex(({ record }) => record.state === 'done' && !record.aside && record.kind !== 'wait')
  return steps.slice(good + 1).filter(({ record }) => record.key !== null && (record.state === 'failed' || record.kind === 'wait'))
}
