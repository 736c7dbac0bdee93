/** The room itself: triggers as documents, and all that comes of them. */
import type {
  DueTime,
  FireRow,
  SchedulePreview,
  ScheduleReading,
  ScheduleRule,
  ScheduleSpan,
  ScheduleStatus,
  TriggerDoc,
  TriggerRow,
} from '#contract'
import { isTerminal } from '#contract/plain'
import { integer, type OneAtATime, oneAtATime, readRows, TroupeError, text as textColumn } from '#core'
import { backfill } from './backfill.ts'
import { type Named, nextOf, spanOf } from './calendar.ts'
import { arrivalAt, type Handed, wants } from './deliver.ts'
import { Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { dropFact, putFact, readNumber } from './facts.ts'
import { type FireFilter, listFires } from './fire-list.ts'
import { Fires } from './fires.ts'
import { Ledger } from './ledger.ts'
import type { Arrival, ClockChange, Clockwork, RunEnd, TriggerPorts } from './ports.ts'
import { allTriggers, namedEntries, presentTriggers } from './present.ts'
import { previewOf, readingOf } from './preview.ts'
import { type DocRecord, type FireRecord, fireOf, type NewFire } from './rows.ts'
import { lookSilent, statusOf } from './status.ts'
import { FIRED, sourceOf } from './subscriptions.ts'
import { fillFire } from './template.ts'
import { Watchers } from './watching.ts'

const ALIVE_MS = 5 * 60_000
const ALIVE = 'alive'
const RESUME = 'resume'
const CLOCK_NOTES = 50

export class Triggers {
  readonly #ports: TriggerPorts
  readonly #clockwork: Clockwork
  readonly #fires: Fires
  readonly #ledger: Ledger
  readonly #watchers: Watchers
  readonly #desk: Desk
  readonly #turn: OneAtATime = oneAtATime()
  #pausedUntil: number | null = null
  readonly #clockNotes: ScheduleStatus['clock'] = []

  constructor(ports: TriggerPorts) {
    this.#ports = ports
    this.#clockwork = ports.schedule.clockwork({
      clock: ports.clock,
      log: ports.log,
      zone: ports.machineZone,
      due: (ids) => this.#due(ids),
      changed: (what) => this.#changed(what),
    })
    this.#fires = new Fires(
      ports,
      this.#clockwork,
      (doc) => (doc.zone === '' ? ports.machineZone() : doc.zone),
      (fire) => this.#passed(fire),
    )
    this.#ledger = new Ledger(ports, this.#fires, this.#clockwork)
    this.#watchers = new Watchers(ports)
    this.#desk = new Desk(ports, this.#ledger, this.#watchers, this.#clockwork, this.#turn)
  }

  /** Takes up what is stored. Runs of fires that were under way are asked for again or noted. */
  async open(): Promise<void> {
    const { store, clock } = this.#ports
    const now = clock.now()
    this.#note(now, 'started', 'Troupe began to look after schedules.')
    this.#pausedUntil = await readNumber(store, 'paused-until')
    const alive = await readNumber(store, 'alive-at')
    await this.#desk.readParts()
    await this.#fires.recover()
    await this.#ledger.load(alive, this.#pausedUntil !== null)
    if (this.#pausedUntil) this.#clockwork.set(RESUME, this.#pausedUntil)
    if (alive !== null) for (const run of await this.#ports.runs.endedSince(alive)) await this.runEnded(run)
    await this.#alive()
    for (const { id, doc, held } of await this.#all('WHERE enabled = 1')) {
      void this.#watchers.set(id, doc, held === '')
      if (doc.silentAfterMs > 0) this.#clockwork.set(`silent:${id}`, now + doc.silentAfterMs)
    }
  }

  async list(personaId?: string): Promise<TriggerRow[]> {
    const rows = personaId === undefined ? await this.#all() : await this.#all('WHERE persona_id = ?', [personaId])
    return presentTriggers(this.#ports, rows, this.#ledger.entries)
  }

  async get(id: string): Promise<TriggerRow> {
    const [row] = await presentTriggers(this.#ports, [await this.#desk.must(id)], this.#ledger.entries)
    if (!row) throw new TroupeError('INTERNAL', 'A trigger was not shown.')
    return row
  }

  async create(doc: TriggerDoc): Promise<TriggerRow> {
    return this.get(await this.#desk.create(doc))
  }

  async save(id: string, doc: TriggerDoc, version: number): Promise<TriggerRow> {
    await this.#desk.save(id, doc, version)
    return this.get(id)
  }

  async enable(id: string, enabled: boolean): Promise<TriggerRow> {
    await this.#desk.enable(id, enabled)
    return this.get(id)
  }

  remove(id: string): Promise<void> {
    return this.#desk.remove(id)
  }

  /** The persona is gone, and its triggers with it. */
  async personaRemoved(personaId: string): Promise<void> {
    for (const { id } of await this.#all('WHERE persona_id = ?', [personaId])) await this.remove(id)
  }

  async fire(id: string, payload: unknown, afterMs: number): Promise<FireRow> {
    const trigger = await this.#desk.must(id)
    const now = this.#ports.clock.now()
    const birth = {
      cause: 'person' as const,
      dueFrom: now + afterMs,
      due: now + afterMs,
      count: 1,
      text: '',
      startAt: now + afterMs,
      payload,
    }
    return this.#bear(await this.#fires.prepare(trigger, birth, true))
  }

  async skipNext(id: string): Promise<TriggerRow> {
    await this.#desk.must(id)
    if ((await this.#ledger.skipNext(id)) === null) throw new TroupeError('WRONG_STATE', 'This trigger has no next due time to skip.')
    this.#ports.announce('trigger', id, 'skipped')
    return this.get(id)
  }

  async try(doc: TriggerDoc, payload: unknown) {
    const now = this.#ports.clock.now()
    const zone = doc.zone === '' ? this.#ports.machineZone() : doc.zone
    const due = this.#ports.schedule.isZone(zone) ? this.#ports.schedule.wallText(zone, now) : ''
    const filled = fillFire(doc, {
      data: payload,
      event: { type: '', source: '', id: '' },
      fire: { due, cause: 'person', trigger: doc.name },
    })
    return {
      matches: wants(doc, payload),
      input: filled.input,
      params: { ...filled.params },
      dedupeKey: filled.dedupe,
      problems: [...filled.problems],
    }
  }

  fires(filter: FireFilter): Promise<FireRow[]> {
    return listFires(this.#ports.store, filter)
  }

  answer(id: string, yes: boolean): Promise<FireRow> {
    return this.#fires.answer(id, yes)
  }

  cancelFire(id: string): Promise<FireRow> {
    return this.#fires.cancel(id)
  }

  /** An event of the bus for one of them. [TR11] */
  async deliver(id: string, arrival: Arrival): Promise<Handed> {
    return arrivalAt(this.#ports, this.#fires, id, arrival, (fire) => this.#bear(fire))
  }

  /** What started a run, for the depth of what it says. */
  async causeOf(runId: string): Promise<{ rootId: string; depth: number; path: readonly string[] } | undefined> {
    const [fire] = await readRows(
      this.#ports.store,
      { root_id: textColumn, depth: integer, path: textColumn },
      'SELECT root_id, depth, path FROM trigger_fire WHERE run_id = ?',
      [runId],
    )
    return fire && { rootId: fire.root_id, depth: fire.depth, path: JSON.parse(fire.path) as string[] }
  }

  /** A run has ended: its fire too, and whoever waits for it hears of it. */
  async runEnded(run: RunEnd): Promise<void> {
    if (!isTerminal(run.state)) return
    await this.#ports.bus.emit({
      type: `troupe.run.${run.state}`,
      source: '/troupe/runs',
      id: run.id,
      subject: run.personaId ?? '',
      key: '',
      runId: run.id,
      costUsd: run.costUsd,
      data: { ...run, runId: run.id },
    })
    await this.#fires.runEnded(run.id, run.state)
  }

  status(): Promise<ScheduleStatus> {
    const { entries } = this.#ledger
    return statusOf(this.#ports, { entries, pausedUntil: this.#pausedUntil, clock: this.#clockNotes, watchers: this.#watchers })
  }

  async next(ask: { personaId?: string | undefined; triggerId?: string | undefined; limit: number }): Promise<DueTime[]> {
    if (this.#pausedUntil !== null) return []
    return nextOf(this.#calendar(), await this.#named(ask.personaId, ask.triggerId), this.#ports.clock.now(), ask.limit)
  }

  async between(ask: { from: number; to: number; personaId?: string | undefined }): Promise<ScheduleSpan> {
    const now = this.#ports.clock.now()
    const past = ask.from < now ? await this.fires({ personaId: ask.personaId, from: ask.from, to: ask.to, limit: 5_000 }) : []
    return spanOf(this.#calendar(), { ...ask, now, all: await this.#named(ask.personaId), past, pastCut: past.length === 5_000 })
  }

  preview(rule: ScheduleRule, zone: string, count: number): Promise<SchedulePreview> {
    return previewOf(this.#ports, rule, zone, count)
  }

  read(text: string, zone: string): Promise<ScheduleReading> {
    return readingOf(this.#ports, text, zone)
  }

  pause(until: number | undefined): Promise<ScheduleStatus> {
    return this.#turn(async () => {
      if (this.#pausedUntil === null)
        await this.#ledger.accountFor(
          [...this.#ledger.entries.values()].filter(({ nextAt }) => nextAt !== null && nextAt <= this.#ports.clock.now()),
          null,
        )
      this.#pausedUntil = until ?? 0
      await this.#ports.store.write([putFact('paused-until', String(this.#pausedUntil))])
      this.#ledger.setPaused(true)
      if (until !== undefined) this.#clockwork.set(RESUME, until)
      else this.#clockwork.delete(RESUME)
      this.#ports.announce('trigger', '', 'paused')
      return this.status()
    })
  }

  resume(): Promise<ScheduleStatus> {
    return this.#turn(async () => {
      if (this.#pausedUntil === null) return this.status()
      const now = this.#ports.clock.now()
      const due = [...this.#ledger.entries.values()].filter(({ nextAt }) => nextAt !== null && nextAt <= now)
      await this.#ledger.accountFor(due, { why: 'paused', text: 'Schedules were paused.' })
      await this.#ports.store.write([dropFact('paused-until')])
      this.#pausedUntil = null
      this.#clockwork.delete(RESUME)
      this.#ledger.setPaused(false)
      this.#ports.announce('trigger', '', 'resumed')
      return this.status()
    })
  }

  async backfill(ask: { triggerId: string; from: number; to: number; plan: boolean }): Promise<{ due: number[]; fires: FireRow[] }> {
    const trigger = await this.#desk.must(ask.triggerId)
    return backfill(this.#ports, trigger, ask, async (birth) => this.#bear(await this.#fires.prepare(trigger, birth, true)))
  }

  /** What a webhook needs to know of its trigger. */
  async documentOf(id: string) {
    const row = await this.#fires.rows.trigger(id)
    return row && { name: row.name, personaId: row.persona_id, enabled: row.enabled && row.held === '', when: row.doc.when }
  }

  /** When a trigger starts this persona next. */
  nextFireAt(personaId: string): number | null {
    if (this.#pausedUntil !== null) return null
    let next: number | null = null
    for (const entry of this.#ledger.entries.values())
      if (entry.personaId === personaId && entry.nextAt !== null && (next === null || entry.nextAt < next)) next = entry.nextAt
    return next
  }

  /** Looks at the clock now: for tests, and after the machine has told that it woke. */
  look(): Promise<void> {
    return this.#clockwork.look()
  }

  /** Waits until every fire that was begun is asked for. */
  settled(): Promise<void> {
    return this.#fires.settled()
  }

  async stop(): Promise<void> {
    await this.#clockwork.stop()
    await this.#watchers.stop()
    await this.#fires.stop()
    await this.#alive()
  }

  async #due(ids: readonly string[]): Promise<void> {
    const schedules = ids.filter((id) => id.startsWith('trg_'))
    if (schedules.length > 0) await this.#ledger.due(schedules)
    for (const id of ids) {
      if (id.startsWith('fir_')) await this.#fires.wake(id)
      if (id === ALIVE) await this.#alive()
      if (id === RESUME) await this.resume()
      if (id.startsWith('silent:')) await this.#lookSilent(id.slice('silent:'.length))
    }
  }

  async #changed(what: ClockChange): Promise<void> {
    const seconds = Math.round(Math.abs(what.to - what.from) / 1000)
    const words = {
      back: `The clock was set back by ${seconds} s.`,
      slept: `The machine was asleep for ${seconds} s, or its clock was set forward.`,
      zone: `The machine is in the zone ${what.zone} now.`,
    }
    this.#note(what.to, what.kind, words[what.kind])
    await this.#ledger.changed(what)
  }

  #note(at: number, what: ScheduleStatus['clock'][number]['what'], text: string): void {
    this.#clockNotes.push({ at, what, text })
    if (this.#clockNotes.length > CLOCK_NOTES) this.#clockNotes.shift()
  }

  async #alive(): Promise<void> {
    const now = this.#ports.clock.now()
    await this.#ports.store.write([putFact('alive-at', String(now))])
    this.#clockwork.set(ALIVE, now + ALIVE_MS)
  }

  /** A composite that waits for it hears of a fire. */
  async #passed(fire: NewFire | FireRecord): Promise<void> {
    if (!this.#desk.parts.has(fire.trigger_id)) return
    const data = { triggerId: fire.trigger_id, triggerName: fire.trigger_name, fireId: fire.id, input: fire.input.slice(0, 10_000) }
    const runId = fire.run_id === null ? {} : { runId: fire.run_id }
    await this.#ports.bus.emit({
      type: FIRED,
      source: sourceOf(fire.trigger_id),
      id: fire.id,
      subject: fire.trigger_id,
      key: '',
      data,
      ...runId,
    })
  }

  async #bear(fire: NewFire): Promise<FireRow> {
    this.#fires.hold(fire)
    try {
      await this.#ports.store.write(this.#fires.store(fire))
    } catch (thrown) {
      this.#fires.release(fire)
      throw thrown
    }
    this.#fires.follow(fire)
    const stored = await this.#fires.rows.find(fire.id)
    if (!stored) throw new TroupeError('INTERNAL', 'A fire that was stored is not there.')
    return fireOf(stored)
  }

  async #lookSilent(id: string): Promise<void> {
    const again = await lookSilent(this.#ports, id)
    if (again !== null) this.#clockwork.set(`silent:${id}`, again)
  }

  #calendar() {
    return { schedule: this.#ports.schedule, runs: this.#ports.runs, zoneOf: (entry: Entry) => this.#ledger.zoneOf(entry) }
  }

  #named(personaId?: string, triggerId?: string): Promise<Named[]> {
    return namedEntries(this.#ports.store, this.#ledger.entries.values(), personaId, triggerId)
  }

  #all(where?: string, params?: readonly string[]): Promise<readonly DocRecord[]> {
    return allTriggers(this.#ports.store, where, params)
  }
}
