/** The runs that have not ended, by id; and the way to the stream of any run, ended or not. */
import type { RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { messageOf, TroupeError } from '#core'
import { findRun } from './list.ts'
import { LiveRun } from './live-run.ts'
import type { RunPorts } from './ports.ts'
import { type RunRecord, runOf } from './rows.ts'
import { closedStream, closeLog, mendLog } from './stream/closed-log.ts'
import type { Followed } from './stream/follow.ts'
import { runFiles } from './stream/places.ts'
import { RunStream } from './stream/run-stream.ts'

export class LiveRuns {
  readonly #ports: RunPorts
  readonly #runs = new Map<string, LiveRun>()
  /** Runs that are being read from the store just now. */
  readonly #loading = new Map<string, Promise<LiveRun | undefined>>()
  /** Logs that are being given their end just now, so that two followers do not both write it. */
  readonly #closing = new Map<string, Promise<{ lastSeq: number; bytes: number }>>()

  constructor(ports: RunPorts) {
    this.#ports = ports
  }

  all(): readonly LiveRun[] {
    return [...this.#runs.values()]
  }

  get(id: string): LiveRun | undefined {
    return this.#runs.get(id)
  }

  add(run: LiveRun): void {
    this.#runs.set(run.row.id, run)
  }

  remove(run: LiveRun): void {
    this.#runs.delete(run.row.id)
  }

  /** `from`: where its log ends, of a run that was parked. Left out: it has none yet. */
  make(row: RunRow, concurrency: number, from?: { readonly lastSeq: number; readonly bytes: number }): LiveRun {
    const { clock, log, folders } = this.#ports
    const files = runFiles(folders.runs, row.id)
    const written = (bytes: number): void => this.get(row.id)?.thread?.post({ kind: 'written', runId: row.id, bytes })
    const stream = new RunStream(files.log, { clock, log, written }, from)
    if (!from) stream.append([{ kind: 'state', state: 'queued', reason: null }], 0, row.queuedAt)
    return new LiveRun(row, files, stream, concurrency)
  }

  /** A live run; one that was queued before this engine started is read from the store at first need. */
  load(id: string): Promise<LiveRun | undefined> {
    const live = this.get(id)
    if (live) return Promise.resolve(live)
    let loading = this.#loading.get(id)
    if (!loading) {
      loading = this.#load(id).finally(() => this.#loading.delete(id))
      this.#loading.set(id, loading)
    }
    return loading
  }

  /** NOT_FOUND when there is no such run. */
  async rowOf(id: string): Promise<RunRow> {
    const live = this.get(id)
    if (live) return live.present
    const record = await findRun(this.#ports.store, id)
    if (!record) throw new TroupeError('NOT_FOUND', `There is no run ${id}.`)
    return runOf(record)
  }

  /** A row of a list with the number of its newest event. */
  present(row: RunRow): RunRow {
    const live = isTerminal(row.state) ? undefined : this.get(row.id)
    return live ? { ...row, lastSeq: Math.max(row.lastSeq, live.stream.lastSeq) } : row
  }

  async streamOf(id: string): Promise<Followed> {
    const row = await this.rowOf(id)
    const run = this.get(id) ?? (isTerminal(row.state) ? undefined : await this.load(id))
    if (run) return run.stream
    const ended = isTerminal(row.state) ? row : await this.rowOf(id)
    const { log } = runFiles(this.#ports.folders.runs, id)
    let closing = this.#closing.get(id)
    if (!closing) {
      closing = closeLog(log, ended).finally(() => this.#closing.delete(id))
      this.#closing.set(id, closing)
    }
    return closedStream(log, await closing)
  }

  /** A run that waits for something outside is a row and nothing else, once nobody follows it. */
  async rest(run: LiveRun): Promise<void> {
    await run.stream.settled()
    if (run.row.state !== 'parked' || run.ending || run.followers > 0 || this.get(run.row.id) !== run) return
    this.remove(run)
    await run.stream.close()
  }

  /** A run of the store, to be gone on with; its log is where it was, and says what it lacks. */
  async take(record: RunRecord): Promise<LiveRun> {
    const row = runOf(record)
    const run = this.make(row, record.concurrency, await this.#endOf(row))
    run.inner = { stalled: record.stalled, activeMs: record.active_ms }
    this.add(run)
    return run
  }

  /** Where its log ends; undefined: it has none yet. */
  async #endOf(row: RunRow): Promise<{ readonly lastSeq: number; readonly bytes: number } | undefined> {
    if (row.state === 'queued' && row.lastSeq <= 1) return undefined
    const { log } = runFiles(this.#ports.folders.runs, row.id)
    try {
      const end = await mendLog(log, row)
      return end.lastSeq > 0 ? end : undefined
    } catch (thrown) {
      this.#ports.log.warn('The log of a run cannot be read.', { run: row.id, problem: messageOf(thrown) })
      return { lastSeq: row.lastSeq, bytes: 0 }
    }
  }

  async #load(id: string): Promise<LiveRun | undefined> {
    const record = await findRun(this.#ports.store, id)
    if (record?.state !== 'queued' && record?.state !== 'parked') return this.get(id)
    return this.get(id) ?? (await this.take(record))
  }
}
