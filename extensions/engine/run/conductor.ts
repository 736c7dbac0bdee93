/**
 * Moves runs from their slot to their terminal state: prepares them, gives them to a thread, takes what the thread reports,
 * decides cancels and timeouts, and ends each exactly once. Whatever breaks on the way becomes an end with a reason.
 */
import type { RunEventBody, RunReason } from '#contract'
import { asTroupeError, type BodyFailure, messageOf, type RunJob } from '#core'
import { saveResult } from './asked.ts'
import { endChildren, endTreeOf } from './children.ts'
import { removeDraftFolder } from './draft-folder.ts'
import { endedRow, endOfCancel, endOfOutcome } from './endings.ts'
import { openGate, type RunGate } from './gate.ts'
import { StepDesk } from './journal/desk.ts'
import { recordedSteps } from './journal/recorded.ts'
import { forgetSteps, readJournal } from './journal/rows.ts'
import { unknownSteps } from './journal/unknown.ts'
import type { CancelWhy, LiveRun, RunEnd } from './live-run.ts'
import type { FromThread, Journaled, ThreadBirth } from './messages.ts'
import { type Paused, Pausing } from './pausing.ts'
import { persist } from './persist.ts'
import { ThreadPool } from './pool.ts'
import type { RunPorts, RunTimings, Statement } from './ports.ts'
import { failed, prepareJob } from './prepare.ts'
import { updateRun } from './rows.ts'
import { SharedCalls } from './shared-calls.ts'
import { moveRun } from './state.ts'

export interface ConductorPorts {
  readonly ports: RunPorts
  readonly timings: RunTimings
  readonly birth: ThreadBirth
  /** `<owner>:<instance>` of the engine, for TROUPE_ENGINE of every child. */
  readonly engineMark: string
  /** A live run by id; undefined when it has ended. */
  readonly find: (id: string) => LiveRun | undefined
  /** It stands in its terminal state, durable and told: its slot is free. */
  readonly ended: (run: LiveRun) => void
  /** It waits for something outside, or for a slot again: its slot is free. */
  readonly paused: (run: LiveRun, as: 'parked' | 'queued') => void
}

export class Conductor {
  readonly #at: ConductorPorts
  readonly #pool: ThreadPool
  readonly #gate: RunGate
  readonly #desk: StepDesk
  readonly #shared: SharedCalls
  readonly #pausing: Pausing
  #stopping = false

  constructor(at: ConductorPorts) {
    this.#at = at
    const { ports, timings, birth } = at
    this.#gate = ports.gate ?? openGate
    this.#desk = new StepDesk({ ports, gate: this.#gate })
    this.#shared = new SharedCalls(ports)
    this.#pausing = new Pausing({ ports, gate: this.#gate, desk: this.#desk, persist: (statements) => this.#persist(statements) })
    this.#pool = new ThreadPool({
      clock: ports.clock,
      log: ports.log,
      threadUrl: ports.threadUrl,
      birth,
      secrets: ports.secrets,
      size: () => ports.settings().runThreads,
      idleMs: timings.idleThreadMs,
      mostMb: timings.threadMostMb,
      take: (message) => this.#take(message),
      lost: (runIds, why) => this.#lost(runIds, why),
    })
  }

  warm(): void {
    this.#pool.warm()
  }

  get threads(): number {
    return this.#pool.threads
  }

  /** No run is begun any more, and a store that refuses is no longer waited for. */
  stopping(): void {
    this.#stopping = true
  }

  stop(): Promise<void> {
    return this.#pool.stop()
  }

  /** Begins a run that holds a slot, or goes on with it from its journal. Never rejects: what goes wrong is the run's end. */
  async begin(run: LiveRun): Promise<void> {
    try {
      const { store } = this.#at.ports
      const steps = run.row.lastSeq > 1 || run.row.origin !== 'start' ? await readJournal(store, run.row.id) : []
      run.begin(steps)
      if (run.row.state === 'queued' && !(await this.#moveToRunning(run))) return
      run.stream.append([{ kind: 'state', state: 'running', reason: null }])
      // What it begins with stands at the beginning of its own stream.
      if (run.row.origin !== 'start' && run.row.lastSeq <= 1) {
        run.stream.append(steps.map(({ record }): RunEventBody => ({ kind: 'step', step: record })))
      }
      run.stream.release()
      this.#at.ports.announce('run', run.row.id, 'running')
      const asks = unknownSteps(steps)
      if (asks) return await this.#pause(run, () => this.#pausing.park(run, { reason: asks, untilMs: null }))
      // What a dead engine or thread left of it must not meet what goes on.
      if (run.goesOn) await endTreeOf(this.#at.ports, run.row.id, null, this.#at.birth.killGraceMs)
      const prepared = await prepareJob(this.#at.ports, this.#at.engineMark, run, this.#shared)
      if (!run.goesOn) run.stream.append(prepared.notices)
      if (run.cancelling) await this.finish(run, endOfCancel(run.cancelling, run))
      else if (prepared.kind === 'end') await this.finish(run, prepared.end)
      else this.#give(run, prepared.job, { recorded: await recordedSteps(run.files, steps), replayOnly: run.row.origin === 'replay' })
    } catch (thrown) {
      const { code, message } = asTroupeError(thrown)
      if (code === 'SEALED' && !run.cancelling) {
        return await this.#pause(run, () => this.#pausing.park(run, { reason: { code: 'sealed', message }, untilMs: null }))
      }
      await this.finish(run, failed(code === 'INVALID' ? 'invalid-input' : 'internal', message))
    }
  }

  /** What a parked run waited for has come: it is queued again. False when that could not be stored. */
  goOn(run: LiveRun, answer: unknown, also: readonly Statement[] = []): Promise<boolean> {
    return this.#pausing.goOn(run, answer, also)
  }

  /** A run that an engine before this one left running. Answers what has become of it; its end is durable. */
  async recover(run: LiveRun, reason: RunReason): Promise<Paused['kind']> {
    run.begin(await readJournal(this.#at.ports.store, run.row.id))
    const paused = await this.#pausing.broke(run, reason, null)
    if (paused.kind === 'end')
      await this.#end(run, { state: 'incomplete', reason: paused.reason, outcome: undefined, cutBytes: run.row.cutBytes })
    return paused.kind
  }

  /** Ends a running run before its time. The first reason stands; a second cancel changes nothing. */
  cancel(run: LiveRun, why: CancelWhy): void {
    if (run.cancelling) return
    run.cancelling = why
    // What runs within it ends with it; an engine that stops leaves both to be gone on with.
    if (why !== 'stopping') run.leave()
    // On its way to wait: whoever pauses it sees the reason.
    if (run.ending) return
    // Without a thread yet, `begin` sees the reason and ends the run itself.
    if (!run.thread) return
    const { clock } = this.#at.ports
    const { hearGraceMs, cancelGraceMs } = this.#at.timings
    run.thread.post({ kind: 'cancel', runId: run.row.id })
    const stuck = `it was stuck, and did not hear a cancel within ${hearGraceMs / 1000} s`
    // Counted from when the thread stands: on a busy machine a new one may take long to start, and that is not being stuck.
    void run.thread.opened.then(() => {
      if (run.ending || run.heard) return
      run.timer(
        'hear',
        clock.after(hearGraceMs, () => this.#pool.terminate(run.row.id, stuck)),
      )
    })
    run.timer(
      'cancel',
      clock.after(cancelGraceMs, () => void this.finish(run, endOfCancel(why, run))),
    )
  }

  /** Brings a run to its terminal state. Only the first call counts. */
  async finish(run: LiveRun, given: RunEnd): Promise<void> {
    if (run.ending) return
    run.ending = true
    run.leave()
    run.forgetAll()
    const end = this.#at.ports.secrets.redactor.value(given)
    try {
      // Not begun after all (the engine stops): it stays queued, and the next start begins it.
      if (run.row.state !== 'queued' || end.state === 'cancelled') await this.#end(run, end)
    } catch (thrown) {
      this.#at.ports.log.error('A run could not be brought to its end; the next start will.', {
        run: run.row.id,
        problem: messageOf(thrown),
      })
    }
    // Last: until here something of it may still be told.
    await run.lease?.end()
    this.#at.ended(run)
  }

  /** Its body is gone, or given up. It ends with this, unless it is to wait or to go on. */
  async over(run: LiveRun, end: RunEnd, failure: BodyFailure | null): Promise<void> {
    const why = whyGoOn(run, end)
    if (why) await this.#pause(run, () => this.#pausing.broke(run, why, failure), end)
    else await this.finish(run, end)
  }

  /** Takes a run out of its slot; `end`: what becomes of it when it is not to go on. */
  async #pause(run: LiveRun, work: () => Promise<Paused>, end?: RunEnd): Promise<void> {
    if (run.ending) return
    run.ending = true
    run.forgetAll()
    try {
      await this.#endChildren(run)
      this.#pool.release(run.row.id)
      const paused = await work()
      run.ending = false
      if (paused.kind === 'end') {
        return await this.finish(run, {
          state: 'incomplete',
          outcome: undefined,
          cutBytes: run.row.cutBytes,
          ...end,
          reason: paused.reason,
        })
      }
      // Cancelled on its way to wait.
      if (paused.stored && run.cancelling === 'person') return await this.finish(run, endOfCancel('person', run))
      if (paused.stored) return this.#at.paused(run, paused.kind)
    } catch (thrown) {
      run.ending = false
      return await this.finish(run, failed('internal', messageOf(thrown)))
    }
    this.#at.ended(run)
  }

  async #end(run: LiveRun, end: RunEnd): Promise<void> {
    const { ports } = this.#at
    const { clock, log } = ports
    await this.#endChildren(run)
    this.#pool.release(run.row.id)
    await this.#clearDraft(run)
    const now = clock.now()
    // Ended where it waited: what it has spent is in its journal.
    if (!run.loaded && run.row.lastSeq > 1) run.begin(await readJournal(ports.store, run.row.id))
    const open = run.steps.open()
    const unheard = await Promise.all(open.map((step) => this.#desk.settle(run, { ...step, record: { ...step.record, state: 'unknown' } })))
    run.stream.append(open.map(({ record }): RunEventBody => ({ kind: 'step', step: { ...record, state: 'unknown', endedAt: now } })))
    // A run that ends before it was released (cancelled in the queue) makes its log now.
    run.stream.release()
    await run.stream.settled()
    await this.#desk.idle()
    const row = endedRow(run, end, now)
    try {
      if (end.outcome && end.outcome.result !== row.resultPreview) await saveResult(run.files, end.outcome.result)
    } catch (thrown) {
      log.warn('The whole result of a run could not be written; its beginning is in the row.', { run: row.id, problem: messageOf(thrown) })
    }
    ports.faultPoint?.('run-ending')
    const forgotten = [forgetSteps(row.id, now), ...unheard.flatMap(({ write }) => write ?? [])]
    const stored = await this.#persist([updateRun(row, run.row.state, run.innerAt(now)), ...forgotten])
    if (stored) for (const settled of unheard) settled.stored?.()
    ports.faultPoint?.('run-ended')
    run.row = row
    // Not stored (the engine stops while the store refuses): the next start finds the run running, and ends it.
    if (stored) await run.stream.end({ kind: 'state', state: row.state, reason: row.reason }, row.endedAt ?? now)
    else await run.stream.close()
    if (stored) ports.announce('run', row.id, row.state)
  }

  /** Before its end is told: who sees that a draft has ended finds nothing of it on the disk. */
  async #clearDraft(run: LiveRun): Promise<void> {
    if (run.row.personaId !== null) return
    try {
      const files = await removeDraftFolder(this.#at.ports.folders, run.row.id)
      if (files > 0) run.stream.append([draftRemoved(files)])
    } catch (thrown) {
      this.#at.ports.log.warn('The folder of a draft could not be removed; the next start tries again.', {
        run: run.row.id,
        problem: messageOf(thrown),
      })
    }
  }

  async #moveToRunning(run: LiveRun): Promise<boolean> {
    const row = moveRun(run.row, 'running', this.#at.ports.clock.now(), null)
    if (!(await this.#persist([updateRun(row, 'queued', run.inner)]))) return false
    run.row = row
    return true
  }

  #give(run: LiveRun, job: RunJob, journal: Journaled): void {
    if (run.ending) return
    run.thread = this.#pool.assign(run.row.id)
    run.activeSince = this.#at.ports.clock.now()
    run.thread.post({ kind: 'run', job, journal })
    // Input and document are in their file; a long run need not keep them here.
    run.asked = undefined
    const { timeoutMs } = job.doc.limits
    run.timeoutMs = timeoutMs
    run.timer(
      'timeout',
      this.#at.ports.clock.after(Math.max(0, timeoutMs - run.inner.activeMs), () => this.cancel(run, 'timeout')),
    )
  }

  #take(message: FromThread): void {
    if (message.kind === 'ready' || message.kind === 'secrets-taken') return
    if (message.kind === 'fault') {
      this.#at.ports.log.error('Something broke in a run thread.', { problem: message.message })
      return
    }
    const run = this.#at.find(message.runId)
    if (!run || run.ending) {
      this.#takeLate(message)
      return
    }
    if (message.kind === 'heard') run.hear()
    else if (message.kind === 'events') run.stream.append(message.events, message.bytes)
    else if (message.kind === 'send') void this.#send(run, message)
    else if (message.kind === 'shared-call' || message.kind === 'shared-cancel') this.#shared.take(run, message)
    else if (message.kind === 'ask') void this.#answer(run, message)
    else if (message.kind === 'child') this.#noteChild(run, message.pid, message.what)
    else if (message.kind === 'step-asked') void this.#desk.asked(run, message.step)
    else if (message.kind === 'step-ended') void this.#desk.ended(run, message.end)
    else if (message.kind === 'guidance-asked') void this.#desk.guidance(run, message.turn)
    else void this.#bodyEnded(run, message)
  }

  async #bodyEnded(run: LiveRun, { outcome, cutBytes }: Extract<FromThread, { kind: 'ended' }>): Promise<void> {
    run.thread = undefined
    const { parking } = run
    if (outcome.state === 'parked' && parking && !run.cancelling) {
      return await this.#pause(run, () => this.#pausing.park(run, parking))
    }
    // What it reported is written before it is judged: its last step may be on its way.
    await this.#desk.idle()
    await this.over(run, endOfOutcome(outcome, cutBytes, run), outcome.failure ?? null)
  }

  /** A thread that goes on after its run was ended without it: nothing is taken, but what it starts is ended. */
  #takeLate(message: Exclude<FromThread, { kind: 'ready' | 'fault' | 'secrets-taken' }>): void {
    if (message.kind === 'ended') this.#pool.release(message.runId)
    if (message.kind === 'child' && message.what === 'started') void endTreeOf(this.#at.ports, message.runId, message.pid, 0)
  }

  async #send(run: LiveRun, { n, credential, host }: Extract<FromThread, { kind: 'send' }>): Promise<void> {
    const answer = (refused: string | null) => run.thread?.post({ kind: 'send-answer', runId: run.row.id, n, refused })
    if (!run.lease) return answer('This run has borrowed nothing.')
    await run.lease.sends(credential, host).then(
      () => answer(null),
      (thrown: unknown) => answer(messageOf(thrown)),
    )
  }

  async #answer(run: LiveRun, { n, ask }: Extract<FromThread, { kind: 'ask' }>): Promise<void> {
    const tell = (answer: unknown, refused: string | null) =>
      run.thread?.post({ kind: 'ask-answer', runId: run.row.id, n, answer, refused })
    const { answer } = this.#at.ports
    if (!answer) return tell(null, 'This run may start no others.')
    await answer(run.row, ask, run.ended).then(
      (given) => tell(given, null),
      (thrown: unknown) => tell(null, messageOf(thrown)),
    )
  }

  #noteChild(run: LiveRun, pid: number, what: 'started' | 'ended'): void {
    if (what === 'started') {
      run.children.add(pid)
      run.hadChildren = true
    } else run.children.delete(pid)
  }

  #lost(runIds: readonly string[], why: string): void {
    for (const id of runIds) {
      const run = this.#at.find(id)
      if (!run) continue
      run.thread = undefined
      const end: RunEnd = run.cancelling
        ? endOfCancel(run.cancelling, run)
        : { state: 'incomplete', reason: { code: 'thread-died', message: why }, outcome: undefined, cutBytes: run.row.cutBytes }
      void this.over(run, end, null)
    }
  }

  #endChildren(run: LiveRun): Promise<void> {
    this.#shared.end(run.row.id)
    return endChildren(this.#at.ports, run, this.#stopping ? 0 : this.#at.birth.killGraceMs)
  }

  #persist(statements: readonly Statement[]): Promise<boolean> {
    return persist(this.#at.ports, statements, () => this.#stopping)
  }
}

/** Why a run whose body is gone may be gone on with; undefined: it ends as it is. */
function whyGoOn(run: LiveRun, end: RunEnd): RunReason | undefined {
  if (run.row.origin === 'replay') return undefined
  if (end.state === 'failed') return end.reason.code === 'diverged' ? undefined : end.reason
  if (end.state !== 'incomplete') return undefined
  // A command that was ended with the engine was ended by Troupe, and that is known: it is not begun anew unless it may be.
  const stopped = end.reason.code === 'engine-stopped'
  return stopped && run.row.bodyKind === 'command' && !run.repeatable ? undefined : end.reason
}

const draftRemoved = (files: number): RunEventBody => ({
  kind: 'notice',
  level: 'info',
  code: 'draft-folder',
  message: `It left ${files} ${files === 1 ? 'file' : 'files'} in its workspace, which was removed: only a saved persona keeps one.`,
})
