/** The room itself: accepts runs, keeps those that live, and answers about all of them. */
import type { RunDetail, RunEventBatch, RunFilter, RunMessage, RunRow, RunStrip } from '#contract'
import { isTerminal, type RunReasonCode } from '#contract/plain'
import { asTroupeError, messageOf, TroupeError } from '#core'
import type { AnswerAsk } from './answering.ts'
import { type Asked, asDisk, loadAsked, loadResult, saveAsked } from './asked.ts'
import { askedOf } from './asking.ts'
import { Conductor } from './conductor.ts'
import type { Runs, StartAsk } from './door.ts'
import { sweepDraftFolders } from './draft-folder.ts'
import { endOfCancel } from './endings.ts'
import { type ExportFormat, exportRun } from './export.ts'
import { readMessages } from './journal/guidance.ts'
import { answerOfStep, stepsOf } from './journal/looks.ts'
import { readSteps } from './journal/rows.ts'
import { JournalActs } from './journal-acts.ts'
import { draftsAlive, lastQueuedAt, listRuns, type PersonaActivity, parkedFor, personaActivity, runStrips } from './list.ts'
import type { LiveRun } from './live-run.ts'
import { LiveRuns } from './live-runs.ts'
import { newRow } from './new-row.ts'
import { DEFAULT_TIMINGS, type RunPorts, type RunTimings, type Statement } from './ports.ts'
import { entryOf, type QueueEntry, RunQueue } from './queue.ts'
import { recover } from './recover.ts'
import { insertRun } from './rows.ts'
import { freeId } from './sleeping.ts'
import { moveRun } from './state.ts'
import { follow } from './stream/follow.ts'
import { runFiles } from './stream/places.ts'
import { childMarks, engineMark, markText, reapOrphans } from './tree/reap.ts'
import { Waker } from './waker.ts'

/** Opens the room on what the engine before it left: recovers its runs, and queues the waiting ones again. */
export async function openRuns(ports: RunPorts): Promise<Runs> {
  const room = new RunRoom(ports)
  await room.open()
  return room
}

class RunRoom implements Runs {
  readonly #ports: RunPorts
  readonly #timings: RunTimings
  readonly #queue = new RunQueue()
  readonly #live: LiveRuns
  readonly #conductor: Conductor
  readonly #mark: ReturnType<typeof engineMark>
  readonly #waker: Waker
  readonly #acts: JournalActs
  #lastQueuedAt = 0
  /** Starts that are on their way: a stop waits until each is refused or stands. */
  readonly #starting = new Set<Promise<boolean>>()
  #stopping: Promise<void> | undefined
  #idle: (() => void) | undefined

  constructor(ports: RunPorts) {
    this.#ports = ports
    this.#timings = { ...DEFAULT_TIMINGS, ...ports.timings }
    this.#live = new LiveRuns(ports)
    this.#mark = engineMark(ports.folders.runs, ports.chance)
    this.#conductor = new Conductor({
      ports,
      timings: this.#timings,
      birth: { killGraceMs: this.#timings.killGraceMs },
      engineMark: markText(this.#mark),
      find: (id) => this.#live.get(id),
      ended: (run) => this.#ended(run),
      paused: (run, as) => this.#paused(run, as),
    })
    this.#acts = new JournalActs({
      ports,
      live: this.#live,
      conductor: this.#conductor,
      queuedAt: () => this.#queuedAt(),
      start: (work) => this.#starts(work),
      enqueue: (row, asked, also) => this.#enqueue(row, asked, also),
      requeue: (run) => {
        this.#queue.restore(entryOf(run.row, run.concurrency))
        this.#dispatch()
      },
    })
    this.#waker = new Waker({ ...ports, wake: (id) => this.goOn(id) })
  }

  async open(): Promise<void> {
    const queued = await recover(this.#ports, this.#live, this.#conductor)
    for (const entry of queued) this.#queue.restore(entry)
    this.#lastQueuedAt = await lastQueuedAt(this.#ports.store)
  }

  async warm(): Promise<void> {
    if (this.#stopping) return
    this.#conductor.warm()
    this.#waker.look()
    this.#dispatch()
    try {
      const orphans = await reapOrphans(this.#mark, { clock: this.#ports.clock, graceMs: this.#timings.killGraceMs })
      if (orphans) this.#ports.log.warn('Processes that a crashed engine had left running were ended.', { processes: orphans })
      // After the processes that may still write there.
      const alive = await draftsAlive(this.#ports.store)
      await sweepDraftFolders(this.#ports.folders, (id) => alive.has(id) || this.#live.get(id) !== undefined)
    } catch (thrown) {
      // A stop that comes meanwhile leaves it to the next start.
      if (!this.#stopping)
        this.#ports.log.warn('What a crashed engine left behind could not be cleared away.', { problem: messageOf(thrown) })
    }
  }

  start(ask: StartAsk): Promise<RunRow> {
    return this.#starts(() => this.#start(ask))
  }

  /** A start that is on its way when the engine stops is refused, or stands. */
  async #starts(work: () => Promise<RunRow>): Promise<RunRow> {
    this.#refuseWhenStopping()
    const starting = work()
    const settled = starting.then(Boolean, () => false)
    this.#starting.add(settled)
    void settled.then(() => this.#starting.delete(settled))
    return await starting
  }

  async #start(ask: StartAsk): Promise<RunRow> {
    const { persona, asked } = await askedOf(this.#ports, ask)
    this.#refuseWhenStopping()
    const id = await freeId(this.#ports, ask.id)
    return await this.#enqueue(
      newRow({ id, queuedAt: this.#queuedAt(), ask: { ...ask, input: asked.input }, persona, doc: asked.doc }),
      asked,
      [],
      ask.within,
    )
  }

  /** Durable when this answers; begun at once when a slot is free. */
  async #enqueue(queued: RunRow, asked: Asked, also: readonly Statement[] = [], within = false): Promise<RunRow> {
    const entry = entryOf(queued, asked.doc.limits.concurrency)
    const place = within ? this.#queue.enter(entry) : this.#admit(entry)
    try {
      const run = this.#live.make(queued, entry.concurrency)
      await saveAsked(run.files, asked)
      this.#refuseWhenStopping()
      // Born queued; with a slot at hand it moves on in the same transaction, so that its body begins one write earlier.
      if (place === 'slot') run.row = moveRun(queued, 'running', queued.queuedAt, null)
      await this.#ports.store.write([insertRun(run.row, entry.concurrency), ...also])
      this.#live.add(run)
      this.#ports.announce('run', run.row.id, 'started')
      if (place === 'slot') {
        run.asked = asked
        void this.#conductor.begin(run)
      } else {
        this.#queue.ready(run.row.id)
        this.#dispatch()
      }
      return run.present
    } catch (thrown) {
      this.#queue.remove(entry.id)
      this.#queue.release(entry.id)
      this.#dispatch()
      throw asDisk(thrown)
    }
  }

  async get(id: string): Promise<RunDetail> {
    const { store, folders } = this.#ports
    const row = await this.#live.rowOf(id)
    const files = runFiles(folders.runs, id)
    const [asked, steps, guidance, whole] = await Promise.all([
      loadAsked(files),
      readSteps(store, id),
      readMessages(store, id),
      row.resultPreview === '' ? undefined : loadResult(files),
    ])
    const { doc, input, params, prompt } = asked
    return { run: row, doc, input, params: { ...params }, prompt, result: whole ?? row.resultPreview, steps, guidance }
  }

  async list(ask: {
    filter: RunFilter
    asOf?: number | undefined
    offset: number
    limit: number
  }): Promise<{ rows: RunRow[]; total: number; asOf: number }> {
    const asOf = ask.asOf ?? Math.max(this.#ports.clock.now(), this.#lastQueuedAt)
    const { rows, total } = await listRuns(this.#ports.store, { ...ask, asOf })
    return { rows: rows.map((row) => this.#live.present(row)), total, asOf }
  }

  strips(): Promise<readonly RunStrip[]> {
    return runStrips(this.#ports.store, this.#ports.clock.now())
  }

  async *follow(id: string, fromSeq: number, signal: AbortSignal = new AbortController().signal): AsyncGenerator<RunEventBatch, void> {
    const stream = await this.#live.streamOf(id)
    const run = this.#live.get(id)
    if (run) run.followers++
    try {
      yield* follow(stream, fromSeq, this.#ports.clock, signal)
    } finally {
      if (run) {
        run.followers--
        void this.#live.rest(run)
      }
    }
  }

  async cancel(id: string): Promise<RunRow> {
    const row = await this.#live.rowOf(id)
    if (isTerminal(row.state)) {
      throw new TroupeError('WRONG_STATE', `This run has ended already (${row.state}); there is nothing to cancel.`, {
        facts: { state: row.state },
      })
    }
    const run = await this.#live.load(id)
    if (!run) return await this.#live.rowOf(id)
    // Out of the queue first: from here on no slot can take it.
    if (this.#queue.remove(id)) {
      run.cancelling = 'person'
      await this.#conductor.finish(run, endOfCancel('person', run))
    } else if (run.row.state === 'parked' && !run.ending) await this.#acts.cancelParked(run)
    else this.#conductor.cancel(run, 'person')
    return run.present
  }

  goOn(id: string, answer?: unknown): Promise<RunRow> {
    return this.#acts.goOn(id, answer)
  }

  resume(id: string): Promise<RunRow> {
    return this.#acts.resume(id)
  }

  answer(ask: AnswerAsk): Promise<RunRow> {
    return this.#acts.answer(ask)
  }

  fork({ id, step, change, body }: Parameters<Runs['fork']>[0]): Promise<RunRow> {
    return this.#acts.branch(id, { kind: 'fork', step, change, body })
  }

  replay(id: string): Promise<RunRow> {
    return this.#acts.branch(id, { kind: 'replay' })
  }

  guide(id: string, text: string): Promise<RunMessage> {
    return this.#acts.guide(id, text)
  }

  editGuidance(id: string, message: number, text: string): Promise<RunMessage[]> {
    return this.#acts.editGuidance(id, message, text)
  }

  async export(id: string, format: ExportFormat): Promise<{ fileName: string; text: string }> {
    const detail = await this.get(id)
    // Up to what has happened by now: an export of a running run ends too.
    const { fileName, text } = await exportRun(detail, this.#until(id, detail.run.lastSeq), format)
    return { fileName, text: this.#ports.secrets.redactor.text(text) }
  }

  async unlocked(): Promise<void> {
    for (const id of await parkedFor(this.#ports.store, 'sealed')) {
      if (this.#stopping) return
      // One that was cancelled or gone on with meanwhile waits for nothing.
      await this.goOn(id).catch((thrown: unknown) => {
        if (asTroupeError(thrown).code !== 'WRONG_STATE')
          this.#ports.log.warn('A run could not be gone on with.', { run: id, problem: messageOf(thrown) })
      })
    }
  }

  counts(): { readonly running: number; readonly queued: number; readonly threads: number } {
    return { running: this.#queue.running, queued: this.#queue.waiting, threads: this.#conductor.threads }
  }

  // What the store alone answers.
  readonly activity = (personaId: string): Promise<PersonaActivity> => personaActivity(this.#ports.store, personaId)
  readonly parkedFor = (reason: RunReasonCode): Promise<readonly string[]> => parkedFor(this.#ports.store, reason)

  marks(tree: string): Readonly<Record<string, string>> {
    return childMarks(tree, markText(this.#mark))
  }

  async stepsOf(id: string): ReturnType<Runs['stepsOf']> {
    return { run: await this.#live.rowOf(id), steps: await stepsOf(this.#ports, id) }
  }

  answerOf(id: string, step: number): Promise<unknown> {
    return answerOfStep(this.#ports, id, step)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    // `#stopping` is set by the caller only after this returned its promise.
    await Promise.resolve()
    await this.#waker.stop()
    while (this.#starting.size > 0) await Promise.all(this.#starting)
    const running = (): readonly LiveRun[] =>
      [...this.#live.all()].filter((run) => !this.#queue.isWaiting(run.row.id) && run.row.state !== 'parked')
    for (const run of running()) this.#conductor.cancel(run, 'stopping')
    if (running().length > 0) await this.#untilIdle(this.#timings.stopGraceMs)
    this.#conductor.stopping()
    await Promise.all(running().map((run) => this.#conductor.over(run, endOfCancel('stopping', run), null)))
    // Ends that were under way already are told by `ended`.
    if (running().length > 0) await this.#untilIdle(2_000)
    const leave = new TroupeError('STOPPING', 'Troupe is stopping; this run waits for the next start.')
    for (const run of this.#live.all()) run.stream.leave(leave)
    await Promise.all(this.#live.all().map((run) => run.stream.settled().then(() => run.stream.close())))
    await this.#conductor.stop()
  }

  #untilIdle(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.#ports.clock.after(patienceMs, resolve)
      this.#idle = () => {
        if (this.#queue.running > 0) return
        forget()
        resolve()
      }
      this.#idle()
    })
  }

  #admit(entry: QueueEntry): 'slot' | 'place' {
    const limits = this.#ports.settings()
    const place = this.#queue.admit(entry, limits)
    if (place !== 'full') return place
    const { waiting, running } = this.#queue
    throw new TroupeError(
      'FULL',
      `The queue is full: ${waiting} runs wait (at most ${limits.maxQueued}), ${running} run (at most ${limits.maxRuns}).`,
      {
        hint: 'Wait until some have ended, cancel some, or raise the limit in the settings.',
        facts: { waiting, maxQueued: limits.maxQueued, running, maxRuns: limits.maxRuns },
      },
    )
  }

  /** Gives free slots to those that wait. */
  #dispatch(): void {
    if (this.#stopping) return
    for (let entry = this.#queue.next(this.#ports.settings()); entry; entry = this.#queue.next(this.#ports.settings())) {
      void this.#beginWaiting(entry)
    }
  }

  async #beginWaiting(entry: QueueEntry): Promise<void> {
    try {
      const run = await this.#live.load(entry.id)
      if (run) {
        await this.#conductor.begin(run)
        return
      }
    } catch (thrown) {
      // It stays queued in the store, and the next start of the engine finds it there.
      this.#ports.log.error('A queued run could not be read.', { run: entry.id, problem: messageOf(thrown) })
    }
    this.#queue.release(entry.id)
    this.#dispatch()
  }

  #ended(run: LiveRun): void {
    this.#live.remove(run)
    this.#queue.release(run.row.id)
    this.#dispatch()
    this.#idle?.()
  }

  /** It gave its slot back, and waits for something, or for a slot again. */
  #paused(run: LiveRun, as: 'parked' | 'queued'): void {
    this.#queue.release(run.row.id)
    if (as === 'queued') this.#queue.restore(entryOf(run.row, run.concurrency))
    this.#dispatch()
    this.#idle?.()
    if (as === 'queued') return
    if (run.row.wakeAt !== null) this.#waker.look()
    // Opened while the run was on its way to wait.
    if (run.row.reason?.code === 'sealed' && this.#ports.lending.isOpen()) void this.unlocked()
    void this.#live.rest(run)
  }

  #queuedAt(): number {
    // Never before the run before it, though the clock was set back: lists and the queue are in this order.
    this.#lastQueuedAt = Math.max(this.#ports.clock.now(), this.#lastQueuedAt)
    return this.#lastQueuedAt
  }

  async *#until(id: string, lastSeq: number): AsyncGenerator<RunEventBatch, void> {
    for await (const batch of this.follow(id, 1)) {
      yield batch
      if ((batch.events.at(-1)?.seq ?? 0) >= lastSeq) return
    }
  }

  #refuseWhenStopping(): void {
    if (this.#stopping) throw new TroupeError('STOPPING', 'Troupe is stopping and takes no new runs.')
  }
}
