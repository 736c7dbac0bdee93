/**
 * Moves runs from their slot to their terminal state: prepares them, gives them to a thread, takes what the thread reports,
 * decides cancels and timeouts, and ends each exactly once. Whatever breaks on the way becomes an end with a reason.
 */
import { mkdir } from 'node:fs/promises'
import type { RunEventBody } from '#contract'
import { asTroupeError, messageOf, type ResolvedModel, type RunJob, TroupeError } from '#core'
import { loadAsked, saveResult } from './asked.ts'
import { removeDraftFolder, workspaceOf } from './draft-folder.ts'
import { endedRow, endOfCancel, endOfOutcome } from './endings.ts'
import { StepJournal } from './journal.ts'
import type { CancelWhy, LiveRun, RunEnd } from './live-run.ts'
import type { FromThread, ThreadBirth } from './messages.ts'
import { ThreadPool } from './pool.ts'
import { placesOf, type RunPorts, type RunTimings, type Statement } from './ports.ts'
import { forgetSteps, insertStep, updateRun, updateStep } from './rows.ts'
import { moveRun } from './state.ts'
import { endTree } from './tree/end-tree.ts'
import { childMarks } from './tree/reap.ts'

const STORE_RETRY_MS = 1_000

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
  /** It waits for something outside: its slot is free. */
  readonly parked: (run: LiveRun) => void
}

export class Conductor {
  readonly #at: ConductorPorts
  readonly #pool: ThreadPool
  readonly #journal: StepJournal
  #stopping = false

  constructor(at: ConductorPorts) {
    this.#at = at
    const { ports, timings, birth } = at
    this.#journal = new StepJournal(ports.store)
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

  /** Begins a run that holds a slot. Never rejects: what goes wrong is the run's end. */
  async begin(run: LiveRun): Promise<void> {
    try {
      if (run.row.state === 'queued' && !(await this.#moveToRunning(run))) return
      run.stream.append([{ kind: 'state', state: 'running', reason: null }])
      run.stream.release()
      this.#at.ports.announce('run', run.row.id, 'running')
      const job = await this.#prepare(run)
      if (run.cancelling) await this.finish(run, endOfCancel(run.cancelling, run))
      else if (job) this.#give(run, job)
    } catch (thrown) {
      const { code, message } = asTroupeError(thrown)
      if (code === 'SEALED' && !run.cancelling) return await this.#park(run, message)
      await this.finish(run, failed(code === 'INVALID' ? 'invalid-input' : 'internal', message))
    }
  }

  /** Ends a running run before its time. The first reason stands; a second cancel changes nothing. */
  cancel(run: LiveRun, why: CancelWhy): void {
    if (run.cancelling || run.ending) return
    run.cancelling = why
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

  async #end(run: LiveRun, end: RunEnd): Promise<void> {
    const { ports } = this.#at
    const { clock, log } = ports
    await this.#endChildren(run)
    this.#pool.release(run.row.id)
    await this.#clearDraft(run)
    const now = clock.now()
    run.stream.append(run.forgottenSteps(now).map((step): RunEventBody => ({ kind: 'step', step })))
    // A run that ends before it was released (cancelled in the queue) makes its log now.
    run.stream.release()
    await run.stream.settled()
    await this.#journal.idle()
    const row = endedRow(run, end, now)
    try {
      if (end.outcome && end.outcome.result !== row.resultPreview) await saveResult(run.files, end.outcome.result)
    } catch (thrown) {
      log.warn('The whole result of a run could not be written; its beginning is in the row.', { run: row.id, problem: messageOf(thrown) })
    }
    const stored = await this.#persist([updateRun(row, run.row.state), forgetSteps(row.id, now)])
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
    if (!(await this.#persist([updateRun(row, 'queued')]))) return false
    run.row = row
    return true
  }

  /** The job, or nothing when the run was ended instead. */
  async #prepare(run: LiveRun): Promise<RunJob | undefined> {
    const { ports } = this.#at
    run.asked ??= await loadAsked(run.files)
    const { doc, input, params, prompt } = run.asked
    // Again, and not from the file: the places of Node and of the programs may have changed since it was queued.
    const prepared = await ports.prepare(doc, { input, params, places: placesOf(ports) })
    const notices = prepared.problems.map(({ where, message }) => this.#warning('prepare', `${where}: ${message}`))
    const borrowed = await ports.lending.borrow({ run: run.row, credentials: run.asked.credentials })
    if (borrowed.kind === 'sealed') throw new TroupeError('SEALED', borrowed.message)
    if (borrowed.kind === 'refused') {
      run.stream.append(notices)
      await this.finish(run, failed('credential', borrowed.message))
      return undefined
    }
    const { lease } = borrowed
    run.lease = lease
    notices.push(...lease.notices.map((notice) => this.#warning('credential', notice)))
    let models: readonly ResolvedModel[] = []
    if (doc.body.kind === 'model') {
      const resolved = await ports.resolveModels(doc.body.models, lease)
      models = resolved.models
      notices.push(...resolved.problems.map((problem) => this.#warning('model-left-out', problem)))
      if (models.length === 0) {
        run.stream.append(notices)
        const why = resolved.problems.join(' ') || 'The persona names no model. Choose one in its editor.'
        await this.finish(run, failed('no-model', why))
        return undefined
      }
    }
    run.stream.append(notices)
    const workspaceDir = workspaceOf(ports.folders, run.row)
    await mkdir(workspaceDir, { recursive: true, mode: 0o700 })
    return {
      runId: run.row.id,
      doc,
      prompt,
      input,
      params,
      command: prepared.command,
      models,
      workspaceDir,
      ...(lease.lent ? { lent: lease.lent } : {}),
      childEnv: childMarks(run.row.id, this.#at.engineMark),
    }
  }

  #warning(code: string, message: string): RunEventBody {
    return { kind: 'notice', level: 'warning', code, message: this.#at.ports.secrets.redactor.text(message) }
  }

  /** It needs a secret of the sealed vault. Its body was not begun: it gives its slot back, and waits. */
  async #park(run: LiveRun, why: string): Promise<void> {
    await run.lease?.end()
    run.lease = undefined
    const reason = { code: 'sealed', message: why } as const
    const row = { ...moveRun(run.row, 'parked', this.#at.ports.clock.now(), reason), startedAt: null, lastSeq: run.stream.lastSeq + 1 }
    if (!(await this.#persist([updateRun(row, run.row.state)]))) return
    run.row = row
    run.stream.append([{ kind: 'state', state: 'parked', reason }])
    this.#at.ports.announce('run', row.id, 'parked')
    this.#at.parked(run)
  }

  /** What a parked run waited for has come: it is queued again. False when that could not be stored. */
  async unpark(run: LiveRun): Promise<boolean> {
    const row = { ...moveRun(run.row, 'queued', this.#at.ports.clock.now(), null), lastSeq: run.stream.lastSeq + 1 }
    if (!(await this.#persist([updateRun(row, 'parked')]))) return false
    run.row = row
    run.stream.append([{ kind: 'state', state: 'queued', reason: null }])
    this.#at.ports.announce('run', row.id, 'queued')
    return true
  }

  #give(run: LiveRun, job: RunJob): void {
    if (run.ending) return
    run.thread = this.#pool.assign(run.row.id)
    run.thread.post({ kind: 'run', job })
    // Input and document are in their file; a long run need not keep them here.
    run.asked = undefined
    const { timeoutMs } = job.doc.limits
    run.timeoutMs = timeoutMs
    run.timer(
      'timeout',
      this.#at.ports.clock.after(timeoutMs, () => this.cancel(run, 'timeout')),
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
    else if (message.kind === 'child') this.#noteChild(run, message.pid, message.what)
    else if (message.kind === 'ended') {
      run.thread = undefined
      void this.finish(run, endOfOutcome(message.outcome, message.cutBytes, run))
    } else this.#noteStep(run, message)
  }

  /** A thread that goes on after its run was ended without it: nothing is taken, but what it starts is ended. */
  #takeLate(message: Exclude<FromThread, { kind: 'ready' | 'fault' | 'secrets-taken' }>): void {
    if (message.kind === 'ended') this.#pool.release(message.runId)
    if (message.kind === 'child' && message.what === 'started') void this.#endTreeOf(message.runId, message.pid, 0)
  }

  async #send(run: LiveRun, { n, credential, host }: Extract<FromThread, { kind: 'send' }>): Promise<void> {
    const answer = (refused: string | null) => run.thread?.post({ kind: 'send-answer', runId: run.row.id, n, refused })
    if (!run.lease) return answer('This run has borrowed nothing.')
    await run.lease.sends(credential, host).then(
      () => answer(null),
      (thrown: unknown) => answer(messageOf(thrown)),
    )
  }

  #noteChild(run: LiveRun, pid: number, what: 'started' | 'ended'): void {
    if (what === 'started') {
      run.children.add(pid)
      run.hadChildren = true
    } else run.children.delete(pid)
  }

  #noteStep(run: LiveRun, message: Extract<FromThread, { kind: 'step-began' | 'step-ended' }>): void {
    const now = this.#at.ports.clock.now()
    const { n } = message
    const runId = run.row.id
    const began = message.kind === 'step-began'
    const step = began ? run.beginStep(n, message.step, now) : run.endStep(n, message.end, now)
    if (!step) {
      this.#at.ports.log.error('A body ended a step that it never began.', { run: runId, step: n })
      return
    }
    run.stream.append([{ kind: 'step', step }])
    this.#journal.write(began ? insertStep(step) : updateStep(step)).then(
      () => began && run.thread?.post({ kind: 'stored', runId, n }),
      (thrown: unknown) => {
        const problem = messageOf(thrown)
        this.#at.ports.log.warn('A step could not be stored.', { run: runId, step: n, problem })
        run.thread?.post({ kind: 'refused', runId, message: `The step could not be stored: ${problem}` })
      },
    )
  }

  #lost(runIds: readonly string[], why: string): void {
    for (const id of runIds) {
      const run = this.#at.find(id)
      if (!run) continue
      run.thread = undefined
      const end: RunEnd = run.cancelling
        ? endOfCancel(run.cancelling, run)
        : { state: 'incomplete', reason: { code: 'thread-died', message: why }, outcome: undefined, cutBytes: run.row.cutBytes }
      void this.finish(run, end)
    }
  }

  /** What the run's thread left running: none after an orderly end, all of it when the thread died or was given up. */
  async #endChildren(run: LiveRun): Promise<void> {
    const graceMs = this.#stopping ? 0 : this.#at.birth.killGraceMs
    await Promise.all([...run.children].map((pid) => this.#endTreeOf(run.row.id, pid, graceMs)))
    // A command looks after its own tree; a model's tools may have left something that went its own way.
    if (run.hadChildren && run.row.bodyKind === 'model') await this.#endTreeOf(run.row.id, null, graceMs)
  }

  async #endTreeOf(runId: string, pid: number | null, graceMs: number): Promise<void> {
    try {
      const { left } = await endTree({ pid, runId }, { clock: this.#at.ports.clock, graceMs })
      if (left.length > 0) this.#at.ports.log.error('Processes of a run could not be ended.', { run: runId, pids: left })
    } catch (thrown) {
      this.#at.ports.log.error('The processes of a run could not be looked for.', { run: runId, problem: messageOf(thrown) })
    }
  }

  /** Writes until the store takes it; false when the engine stops meanwhile. A refusal that time cannot mend is thrown. */
  async #persist(statements: readonly Statement[]): Promise<boolean> {
    const { store, clock, log } = this.#at.ports
    for (;;) {
      try {
        await store.write(statements)
        return true
      } catch (thrown) {
        const { code, retry, message } = asTroupeError(thrown)
        if (this.#stopping || code === 'STOPPING') return false
        if (retry !== 'later') throw thrown
        log.warn('The store refused the state of a run; it is tried again.', { problem: message })
        await new Promise<void>((resolve) => void clock.after(STORE_RETRY_MS, resolve))
      }
    }
  }
}

const draftRemoved = (files: number): RunEventBody => ({
  kind: 'notice',
  level: 'info',
  code: 'draft-folder',
  message: `It left ${files} ${files === 1 ? 'file' : 'files'} in its workspace, which was removed: only a saved persona keeps one.`,
})

function failed(code: 'internal' | 'no-model' | 'invalid-input' | 'credential', message: string): RunEnd {
  return { state: 'failed', reason: { code, message }, outcome: undefined, cutBytes: 0 }
}
