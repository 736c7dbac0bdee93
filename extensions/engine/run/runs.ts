/** The room itself: accepts runs, keeps those that live, and answers about all of them. */
import type { RunDetail, RunEventBatch, RunFilter, RunRow, RunStrip } from '#contract'
import { isTerminal, LIMITS } from '#contract/plain'
import { asTroupeError, messageOf, newId, TroupeError } from '#core'
import { type Asked, loadAsked, loadResult, saveAsked } from './asked.ts'
import { Conductor } from './conductor.ts'
import { sweepDraftFolders } from './draft-folder.ts'
import { endOfCancel } from './endings.ts'
import { type ExportFormat, exportRun } from './export.ts'
import { lastQueuedAt, listRuns, type PersonaActivity, parkedFor, personaActivity, runStrips } from './list.ts'
import type { LiveRun } from './live-run.ts'
import { LiveRuns } from './live-runs.ts'
import { newRow } from './new-row.ts'
import { placesOf, type RunPersona, type RunPorts, type RunTimings } from './ports.ts'
import { type QueueEntry, RunQueue } from './queue.ts'
import { recover } from './recover.ts'
import { insertRun, readSteps } from './rows.ts'
import { moveRun } from './state.ts'
import { follow } from './stream/follow.ts'
import { runFiles } from './stream/places.ts'
import { childMarks, engineMark, markText, reapOrphans } from './tree/reap.ts'

export interface StartAsk {
  /** Left out: the draft belongs to no persona. */
  readonly personaId?: string | undefined
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  readonly revision?: number | undefined
  /** An unsaved document, tried in the persona's name if one is given. */
  readonly draft?: Asked['doc'] | undefined
  readonly priority: RunRow['priority']
  readonly againOf?: string | undefined
  /** Credentials by name that the person lends to this run alone. */
  readonly credentials?: readonly string[] | undefined
}

/** The room's door as the composition root and the routes see it. */
export interface Runs {
  /** Queues a run; it is durable when this answers. NOT_FOUND, WRONG_STATE, INVALID, FULL (with the numbers), STOPPING, DISK. */
  start(ask: StartAsk): Promise<RunRow>
  get(id: string): Promise<RunDetail>
  list(ask: {
    filter: RunFilter
    asOf?: number | undefined
    offset: number
    limit: number
  }): Promise<{ rows: RunRow[]; total: number; asOf: number }>
  strips(): Promise<readonly RunStrip[]>
  /** Ends after the terminal state event, or when the signal is aborted. NOT_FOUND; STOPPING while the engine stops. */
  follow(id: string, fromSeq: number, signal?: AbortSignal): AsyncGenerator<RunEventBatch, void>
  /** Answers when the cancel is under way. WRONG_STATE for a run that has ended. */
  cancel(id: string): Promise<RunRow>
  export(id: string, format: ExportFormat): Promise<{ fileName: string; text: string }>
  /** Runs that hold a slot, runs that wait for one, and threads that stand. */
  counts(): { readonly running: number; readonly queued: number; readonly threads: number }
  activity(personaId: string): Promise<PersonaActivity>
  /** What a child carries in its environment so that its tree is found: now by this name, after a crash by the engine's next start. */
  marks(tree: string): Readonly<Record<string, string>>
  /** Begins what must not hold up the engine's doors: one warm thread, orphans of a crashed engine. Call it once, after listening. */
  warm(): Promise<void>
  /** Queues again what waited for the vault to be opened. */
  unlocked(): Promise<void>
  /** Ends running runs as incomplete/engine-stopped, leaves queued ones queued and parked ones parked, ends all threads. */
  stop(): Promise<void>
}

const TIMINGS: RunTimings = {
  hearGraceMs: 5_000,
  cancelGraceMs: 15_000,
  stopGraceMs: 8_000,
  killGraceMs: LIMITS.killGraceMs,
  idleThreadMs: 60_000,
  threadMostMb: 512,
}

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
  #lastQueuedAt = 0
  /** Starts that are on their way: a stop waits until each is refused or stands. */
  readonly #starting = new Set<Promise<void>>()
  #stopping: Promise<void> | undefined
  #idle: (() => void) | undefined

  constructor(ports: RunPorts) {
    this.#ports = ports
    this.#timings = { ...TIMINGS, ...ports.timings }
    this.#live = new LiveRuns(ports)
    this.#mark = engineMark(ports.folders.runs, ports.chance)
    this.#conductor = new Conductor({
      ports,
      timings: this.#timings,
      birth: { killGraceMs: this.#timings.killGraceMs },
      engineMark: markText(this.#mark),
      find: (id) => this.#live.get(id),
      ended: (run) => this.#ended(run),
      parked: (run) => {
        this.#queue.release(run.row.id)
        this.#dispatch()
        this.#idle?.()
        // Opened while the run was on its way to wait.
        if (this.#ports.lending.isOpen()) void this.unlocked()
      },
    })
  }

  async open(): Promise<void> {
    const { queued } = await recover(this.#ports)
    for (const entry of queued) this.#queue.restore(entry)
    this.#lastQueuedAt = await lastQueuedAt(this.#ports.store)
  }

  async warm(): Promise<void> {
    if (this.#stopping) return
    this.#conductor.warm()
    this.#dispatch()
    try {
      const orphans = await reapOrphans(this.#mark, { clock: this.#ports.clock, graceMs: this.#timings.killGraceMs })
      if (orphans) this.#ports.log.warn('Processes that a crashed engine had left running were ended.', { processes: orphans })
      // After the processes that may still write there.
      await sweepDraftFolders(this.#ports.folders, (id) => this.#live.get(id) !== undefined)
    } catch (thrown) {
      this.#ports.log.warn('What a crashed engine left behind could not be cleared away.', { problem: messageOf(thrown) })
    }
  }

  async start(ask: StartAsk): Promise<RunRow> {
    this.#refuseWhenStopping()
    const starting = this.#start(ask)
    const settled = starting.then(
      () => undefined,
      () => undefined,
    )
    this.#starting.add(settled)
    void settled.then(() => this.#starting.delete(settled))
    return await starting
  }

  async #start(ask: StartAsk): Promise<RunRow> {
    const persona =
      ask.personaId === undefined ? undefined : await this.#ports.personaOf(ask.personaId, ask.draft ? undefined : ask.revision)
    if (persona) refuseSleeping(persona)
    const doc = ask.draft ?? persona?.doc
    if (!doc) throw new TroupeError('INVALID', 'A run needs a persona, or a draft to try; neither was named.')
    const { prompt } = await this.#ports.prepare(doc, { input: ask.input, params: ask.params, places: placesOf(this.#ports) })
    // Who pastes a secret that is lent just now asks with its mask instead.
    const asked: Asked = this.#ports.secrets.redactor.value({
      doc,
      input: ask.input,
      params: ask.params,
      prompt,
      credentials: ask.credentials ?? [],
    })
    this.#refuseWhenStopping()
    const queued = this.#newRow({ ...ask, input: asked.input }, persona, asked.doc)
    const entry = entryOf(queued, doc.limits.concurrency)
    const place = this.#admit(entry)
    try {
      const run = this.#live.make(queued, entry.concurrency)
      await saveAsked(run.files, asked)
      this.#refuseWhenStopping()
      // Born queued; with a slot at hand it moves on in the same transaction, so that its body begins one write earlier.
      if (place === 'slot') run.row = moveRun(queued, 'running', queued.queuedAt, null)
      await this.#ports.store.write([insertRun(run.row, entry.concurrency)])
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
    const [asked, steps, whole] = await Promise.all([
      loadAsked(files),
      readSteps(store, id),
      row.resultPreview === '' ? undefined : loadResult(files),
    ])
    const { doc, input, params, prompt } = asked
    return { run: row, doc, input, params: { ...params }, prompt, result: whole ?? row.resultPreview, steps }
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
    yield* follow(await this.#live.streamOf(id), fromSeq, this.#ports.clock, signal)
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
    } else if (run.row.state === 'parked') await this.#conductor.finish(run, endOfCancel('person', run))
    else this.#conductor.cancel(run, 'person')
    return run.present
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
      const run = await this.#live.load(id)
      if (run?.row.state !== 'parked' || run.ending || !(await this.#conductor.unpark(run))) continue
      this.#queue.restore(entryOf(run.row, run.concurrency))
      this.#dispatch()
    }
  }

  counts(): { readonly running: number; readonly queued: number; readonly threads: number } {
    return { running: this.#queue.running, queued: this.#queue.waiting, threads: this.#conductor.threads }
  }

  activity(personaId: string): Promise<PersonaActivity> {
    return personaActivity(this.#ports.store, personaId)
  }

  marks(tree: string): Readonly<Record<string, string>> {
    return childMarks(tree, markText(this.#mark))
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    // `#stopping` is set by the caller only after this returned its promise.
    await Promise.resolve()
    while (this.#starting.size > 0) await Promise.all(this.#starting)
    const running = (): readonly LiveRun[] =>
      [...this.#live.all()].filter((run) => !this.#queue.isWaiting(run.row.id) && run.row.state !== 'parked')
    for (const run of running()) this.#conductor.cancel(run, 'stopping')
    if (running().length > 0) await this.#untilIdle(this.#timings.stopGraceMs)
    this.#conductor.stopping()
    await Promise.all(running().map((run) => this.#conductor.finish(run, endOfCancel('stopping', run))))
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

  #newRow(ask: StartAsk, persona: RunPersona | undefined, doc: Asked['doc']): RunRow {
    // Never before the run before it, though the clock was set back: lists and the queue are in this order.
    this.#lastQueuedAt = Math.max(this.#ports.clock.now(), this.#lastQueuedAt)
    return newRow({ id: newId(this.#ports.chance, 'run'), queuedAt: this.#lastQueuedAt, ask, persona, doc })
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

function refuseSleeping(persona: RunPersona): void {
  const { archivedAt, active, doc, id } = persona
  if (archivedAt !== null) {
    throw new TroupeError('WRONG_STATE', `"${doc.name}" is archived and takes no runs. Restore it first.`, { facts: { personaId: id } })
  }
  if (!active) {
    throw new TroupeError('WRONG_STATE', `"${doc.name}" sleeps and takes no runs. Read what it may do, and wake it first.`, {
      facts: { personaId: id },
    })
  }
}

function entryOf(row: RunRow, concurrency: number): QueueEntry {
  return { id: row.id, personaId: row.personaId ?? row.id, priority: row.priority, queuedAt: row.queuedAt, concurrency }
}

/** A file that could not be written is the disk's refusal, not a defect. */
function asDisk(thrown: unknown): TroupeError {
  if (thrown instanceof TroupeError) return thrown
  if (thrown instanceof Error && 'code' in thrown) {
    return new TroupeError('DISK', `The run could not be stored: ${thrown.message}.`, { cause: thrown })
  }
  return asTroupeError(thrown)
}
