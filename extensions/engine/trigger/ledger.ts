/**
 * The ledger of due times: every schedule that is on, its cursor, and the one timer behind them. What is decided for a due time (schedule's
 * `account`) is stored with the cursor in one transaction; only then is anything started. [TR10]
 */
import { TRIGGER_LIMITS } from '#contract/plain'
import { messageOf, newId, readRows } from '#core'
import { birthOfLine, notedFire } from './births.ts'
import { type Entry, entryOf, moveEntry } from './entry.ts'
import type { Fires } from './fires.ts'
import type { ClockChange, Line, Reason, Statement, TriggerPorts } from './ports.ts'
import { DOC, DOC_COLUMNS, type DocRecord, FIRE, FIRE_COLUMNS, insertFire, type NewFire, SCHEDULE, SCHEDULE_COLUMNS } from './rows.ts'

const PAGE = 5_000
const LIMITS = { onTimeMs: TRIGGER_LIMITS.onTimeMs, staggerMs: TRIGGER_LIMITS.staggerMs, countedDueTimes: TRIGGER_LIMITS.countedDueTimes }

export interface Absence extends Reason {
  readonly from: number
  readonly to: number
}

export interface Wakes {
  set(id: string, at: number): void
  delete(id: string): void
}

interface Decided {
  readonly entry: Entry
  readonly moved: Pick<Entry, 'cursor' | 'nextAt'>
  readonly fires: readonly NewFire[]
  readonly statements: readonly Statement[]
}

export class Ledger {
  readonly #ports: TriggerPorts
  readonly #fires: Fires
  readonly #wakes: Wakes
  readonly #entries = new Map<string, Entry>()
  #absence: Absence | undefined
  #paused = false

  constructor(ports: TriggerPorts, fires: Fires, wakes: Wakes) {
    this.#ports = ports
    this.#fires = fires
    this.#wakes = wakes
  }

  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries
  }

  get paused(): boolean {
    return this.#paused
  }

  zoneOf(entry: { readonly zone: string }): string {
    return entry.zone === '' ? this.#ports.machineZone() : entry.zone
  }

  /** Reads all schedules that are on. `off`: since when nobody looked; null: this is the first time. */
  async load(off: number | null, paused: boolean): Promise<void> {
    const { store, clock, schedule } = this.#ports
    const now = clock.now()
    this.#paused = paused
    if (off !== null && off < now)
      this.#absence = { why: 'off', text: `Troupe was not running ${this.#span(off, now)}.`, from: off, to: now }
    for (let after = ''; ; ) {
      const rows = await readRows(
        store,
        SCHEDULE,
        `SELECT ${SCHEDULE_COLUMNS} FROM trigger_schedule WHERE live = 1 AND trigger_id > ? ORDER BY trigger_id LIMIT ${PAGE}`,
        [after],
      )
      for (const row of rows) {
        const entry = entryOf(row)
        if (entry.rule.how === 'rrule') await schedule.loadRrule()
        this.#take(entry)
      }
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return
      after = last.trigger_id
    }
  }

  /** It is stored. */
  put(entry: Entry): void {
    this.#take(entry)
  }

  remove(id: string): void {
    this.#entries.delete(id)
    this.#wakes.delete(id)
  }

  /** A new entry, due from now on. */
  born(ask: Omit<Entry, 'cursor' | 'nextAt'>): Entry {
    const now = this.#ports.clock.now()
    const nextAt = this.#after(ask, now)
    return { ...ask, cursor: { accountedTo: now, ahead: [], skipUntil: null }, nextAt }
  }

  /** These are due. */
  async due(ids: readonly string[]): Promise<void> {
    if (this.#paused) return
    const entries = ids.flatMap((id) => this.#entries.get(id) ?? [])
    await this.#decide(entries, null)
  }

  /** Accounts for everything up to now with one reason, for those that are about to stop or that begin again. [TR3] */
  async accountFor(entries: readonly Entry[], standing: Reason | null): Promise<void> {
    for (let at = 0; at < entries.length; at += PAGE) await this.#decide(entries.slice(at, at + PAGE), standing)
  }

  /** The same for one that is off, and so not in memory. */
  async accountOff(id: string, standing: Reason): Promise<void> {
    const rows = await readRows(this.#ports.store, SCHEDULE, `SELECT ${SCHEDULE_COLUMNS} FROM trigger_schedule WHERE trigger_id = ?`, [id])
    await this.#decide(rows.map(entryOf), standing)
  }

  setPaused(paused: boolean): void {
    this.#paused = paused
    for (const entry of this.#entries.values()) this.#wake(entry)
  }

  /** Leaves out the next due time; its moment, or null when there is none. */
  async skipNext(id: string): Promise<number | null> {
    const entry = this.#entries.get(id)
    if (!entry || entry.nextAt === null) return null
    const skipped = entry.nextAt
    const cursor = { ...entry.cursor, skipUntil: skipped }
    await this.#ports.store.write([moveEntry(id, cursor, skipped)])
    entry.cursor = cursor
    return skipped
  }

  async changed({ kind, from, to, zone }: ClockChange): Promise<void> {
    const { log } = this.#ports
    if (kind === 'slept') {
      const text = `The machine was asleep ${this.#span(from, to)}, or its clock was set forward.`
      this.#absence = { why: 'asleep', text, from, to }
      log.info('The machine was asleep, or its clock was set forward.', { seconds: Math.round((to - from) / 1000) })
    }
    if (kind === 'back') await this.#goBack(to)
    if (kind === 'zone') {
      log.info('The zone of this machine is another one now.', { zone })
      for (const entry of this.#entries.values()) if (entry.zone === '') this.#renew(entry)
    }
  }

  #take(entry: Entry): void {
    this.#entries.set(entry.id, entry)
    if (entry.nextAt === null) entry.nextAt = this.#after(entry, entry.cursor.accountedTo)
    this.#wake(entry)
  }

  #renew(entry: Entry): void {
    entry.nextAt = this.#after(entry, entry.cursor.accountedTo)
    this.#wake(entry)
  }

  #wake(entry: Entry): void {
    if (entry.nextAt === null || this.#paused) this.#wakes.delete(entry.id)
    else this.#wakes.set(entry.id, entry.nextAt + this.#ports.schedule.jitterOf(entry.id, entry.jitterMs))
  }

  #after(entry: Pick<Entry, 'rule' | 'zone' | 'expiresAt'>, after: number): number | null {
    const next = this.#ports.schedule.nextDue(entry.rule, this.zoneOf(entry), after)
    return next === null || (entry.expiresAt !== null && next.at > entry.expiresAt) ? null : next.at
  }

  async #decide(entries: readonly Entry[], standing: Reason | null): Promise<void> {
    if (entries.length === 0) return
    const docs = await this.#docs(entries.map(({ id }) => id))
    const decided: Decided[] = []
    for (const entry of entries) {
      const trigger = docs.get(entry.id)
      if (!trigger) this.remove(entry.id)
      else {
        try {
          decided.push(await this.#decideOne(entry, trigger, standing))
        } catch (thrown) {
          // Its fires were not kept in mind by anybody; it is asked again in a while, and the others go on.
          this.#ports.log.error('A schedule could not be asked.', { trigger: entry.id, problem: messageOf(thrown) })
          this.#wakes.set(entry.id, this.#ports.clock.now() + 60_000)
        }
      }
    }
    const outcomes = await this.#ports.store.batch(decided.map(({ statements }) => statements))
    for (const [at, one] of decided.entries()) this.#settle(one, outcomes[at])
  }

  async #decideOne(entry: Entry, trigger: DocRecord, standing: Reason | null): Promise<Decided> {
    const { clock, schedule, chance } = this.#ports
    const now = clock.now()
    const shifted = now - schedule.jitterOf(entry.id, entry.jitterMs)
    const zone = this.zoneOf(entry)
    const { lines, cursor } = schedule.account({
      rule: entry.rule,
      zone,
      cursor: entry.cursor,
      now: shifted,
      policy: entry.missed,
      standing,
      absence: this.#whyLate(now),
      expiresAt: entry.expiresAt,
      limits: LIMITS,
    })
    const fires: NewFire[] = []
    for (const line of lines) {
      const fire =
        line.state === 'fire'
          ? await this.#fires.prepare(trigger, birthOfLine(moved(line, now - shifted)))
          : notedFire(chance, trigger, line, now)
      this.#fires.hold(fire)
      fires.push(fire)
    }
    const nextAt = this.#after(entry, cursor.accountedTo)
    return {
      entry,
      moved: { cursor, nextAt },
      fires,
      statements: [...fires.flatMap((fire) => this.#fires.store(fire)), moveEntry(entry.id, cursor, nextAt)],
    }
  }

  #settle({ entry, moved, fires }: Decided, outcome: { readonly error: Error } | { readonly results: unknown } | undefined): void {
    if (!outcome || 'error' in outcome) {
      for (const fire of fires) this.#fires.release(fire)
      if (this.#entries.get(entry.id) !== entry) return
      this.#ports.log.warn('A due time could not be stored; it is tried again.', {
        trigger: entry.id,
        problem: outcome?.error.message ?? 'no answer',
      })
      this.#wakes.set(entry.id, this.#ports.clock.now() + 5_000)
      return
    }
    entry.cursor = moved.cursor
    entry.nextAt = moved.nextAt
    if (this.#entries.get(entry.id) === entry) this.#wake(entry)
    for (const fire of fires) this.#fires.follow(fire)
  }

  #whyLate(now: number): Reason {
    const absence = this.#absence
    if (absence && now - absence.to < 10 * 60_000) return absence
    return { why: 'busy', text: 'Troupe was too busy to look in time.' }
  }

  async #docs(ids: readonly string[]): Promise<ReadonlyMap<string, DocRecord>> {
    const found = new Map<string, DocRecord>()
    for (let at = 0; at < ids.length; at += 500) {
      const part = ids.slice(at, at + 500)
      const sql = `SELECT ${DOC_COLUMNS} FROM trigger_doc WHERE id IN (${part.map(() => '?').join(', ')})`
      for (const row of await readRows(this.#ports.store, DOC, sql, part)) found.set(row.id, row)
    }
    return found
  }

  /** [SC15] */
  async #goBack(now: number): Promise<void> {
    const late = [...this.#entries.values()].filter(({ cursor }) => cursor.accountedTo > now)
    this.#ports.log.warn('The clock was set back.', { schedules: late.length })
    for (const entry of late) {
      const { statements, cursor } = await this.#takeBack(entry, now)
      const nextAt = this.#after(entry, cursor.accountedTo)
      await this.#ports.store.write([...statements, moveEntry(entry.id, cursor, nextAt)])
      entry.cursor = cursor
      entry.nextAt = nextAt
      this.#wake(entry)
    }
  }

  async #takeBack(entry: Entry, now: number) {
    const { store, schedule, chance, clock } = this.#ports
    const { ahead } = entry.cursor
    const sql = `SELECT ${FIRE_COLUMNS} FROM trigger_fire WHERE trigger_id = ? AND due > ? AND cause IN ('schedule', 'catch-up')`
    const rows = await readRows(store, FIRE, sql, [entry.id, now])
    const statements: Statement[] = []
    const kept = [...ahead]
    for (const row of rows) {
      if (ahead.includes(row.due) && row.due_from === row.due) continue
      const ran = row.state !== 'missed' && row.state !== 'skipped' && row.state !== 'counted'
      const to = schedule.retract(
        entry.rule,
        this.zoneOf(entry),
        { dueFrom: row.due_from, due: row.due, count: row.count, ran },
        now,
        LIMITS.countedDueTimes,
      )
      if (to.to === 'gone') statements.push({ sql: 'DELETE FROM trigger_fire WHERE id = ?', params: [row.id] })
      else if (to.to === 'cut') statements.push(spanOf(row.id, to.line))
      else {
        kept.push(to.ahead)
        statements.push(spanOf(row.id, { dueFrom: row.due, due: row.due, count: 1 }))
        if (to.counted) {
          const { seq: _, ...rest } = row
          const text = 'The run of a later due time stands for it.'
          const part = { due_from: to.counted.dueFrom, due: to.counted.due, count: to.counted.count }
          statements.push(
            insertFire({
              ...rest,
              ...part,
              id: newId(chance, 'fir'),
              state: 'counted',
              why: 'coalesced',
              why_text: text,
              run_id: null,
              reference: null,
              dedupe: null,
              noted_at: clock.now(),
            }),
          )
        }
      }
    }
    const cursor = { accountedTo: now, ahead: [...new Set(kept)].sort((a, b) => a - b), skipUntil: entry.cursor.skipUntil }
    return { statements, cursor }
  }

  #span(from: number, to: number): string {
    const { schedule } = this.#ports
    const zone = this.#ports.machineZone()
    const [a, b] = [schedule.wallText(zone, from), schedule.wallText(zone, to)]
    const sameDay = a.slice(0, 10) === b.slice(0, 10)
    return `${sameDay ? a.slice(11, 16) : a.slice(0, 16)}–${sameDay ? b.slice(11, 16) : b.slice(0, 16)}`
  }
}

function moved(line: Line, byMs: number): Line {
  return { ...line, startAt: line.startAt + byMs }
}

function spanOf(
  id: string,
  { dueFrom, due, count }: { readonly dueFrom: number; readonly due: number; readonly count: number | null },
): Statement {
  return { sql: 'UPDATE trigger_fire SET due_from = ?, due = ?, count = ? WHERE id = ?', params: [dueFrom, due, count, id] }
}
