/** The room itself: reserves, settles, keeps runs that wait, and goes on with them. */
import type { BudgetLimit, BudgetOfRun, BudgetStatus, NewLimit } from '#contract'
import { LIMITS } from '#contract/plain'
import { canonicalJson, messageOf, newId, oneAtATime, type Statement, TroupeError } from '#core'
import { type Amounts, NOTHING, nanoCeil, nanoOf } from './amounts.ts'
import { barsOf, spendOf, statusOf } from './bars.ts'
import { type Fit, keysOf, Ledger, type Place } from './ledger.ts'
import { Line } from './line.ts'
import type { BudgetPorts, Today } from './ports.ts'
import {
  allLimits,
  allWaits,
  dropLimit,
  dropWait,
  forgetTold,
  insertEntry,
  loseEntries,
  loseEntry,
  putLimit,
  putWait,
  settleEntry,
  sumOfRoot,
  sumsOfMonth,
  type Wait,
} from './table.ts'
import { Telling } from './telling.ts'
import { countWords, limitWords } from './words.ts'

export interface CallCost {
  readonly runId: string
  /** The run that limits for each run are counted by: of a fan-out, the run that began it. */
  readonly rootId: string
  readonly step: number
  /** What the step is in its run: a second request for it takes the place of one that was never stored. */
  readonly key: string
  readonly personaId: string | null
  readonly personaName: string
  readonly group: string
  /** provider/model, for the table. */
  readonly model: string
  /** The most that it can cost, US dollars; null: its price is unknown. */
  readonly worstUsd: number | null
  /** The most tokens, in and out together. */
  readonly worstTokens: number
  /** The share of a fan-out, from `openShare`. */
  readonly shareId?: string | null
}

export interface CallUse {
  /** US dollars; null: unknown. */
  readonly usd: number | null
  /** null: not reported. */
  readonly tokens: number | null
  /** Left out: since it was reserved. */
  readonly ms?: number
  /** false: the provider was never asked, so nothing is counted. */
  readonly made: boolean
}

export type BudgetAnswer =
  /** `write` is to be written in one transaction with the step that it is for, and `stored` called when it was: [BU2]. */
  | {
      readonly kind: 'go'
      readonly reservationId: string
      readonly write: readonly Statement[]
      readonly stored: () => void
      /** For the person, once for each run and model. */
      readonly notice: string | null
    }
  | { readonly kind: 'park'; readonly limit: BudgetLimit; readonly message: string }

/** How long the room sleeps at most while runs wait for a new day. */
const LOOK_MS = 30_000

export interface Budgets {
  /** Reserves the worst case. May wait for calls under way; CANCELLED when the run ends meanwhile. */
  reserve(cost: CallCost): Promise<BudgetAnswer>
  /** What it did cost, at once; answers what is to be written with the step's end. The second settling of one reservation changes nothing. */
  settle(reservationId: string, use: CallUse): readonly Statement[]
  /** Nobody knows how it ended: what was reserved counts as used. */
  lose(reservationId: string): readonly Statement[]
  /** Whether a hard limit of money or tokens holds, so that a call needs a bound of its output: [BU19]. */
  bounds(personaId: string | null, group: string): boolean
  /** Reserves for a fan-out as a whole: `usd` and `tokens` of all its calls together. null: it does not fit. */
  openShare(cost: Omit<CallCost, 'step' | 'key' | 'model' | 'shareId'> & { readonly calls: number }): Promise<string | null>
  closeShare(shareId: string): void
  status(): BudgetStatus
  ofRun(runId: string, rootId: string, personaId: string | null, group: string): Promise<BudgetOfRun>
  waits(): readonly Wait[]
  set(limit: NewLimit): Promise<BudgetLimit>
  remove(id: string): Promise<void>
  runEnded(runId: string): Promise<void>
  /** Of these parked runs, those that wait for no limit any more are resumed. */
  recover(parked: readonly string[]): void
  stop(): void
}

export async function openBudgets(ports: BudgetPorts): Promise<Budgets> {
  const room = new BudgetRoom(ports)
  await room.open()
  return room
}

interface Reserved {
  readonly runId: string
  readonly key: string
  readonly worst: Amounts
  readonly at: number
  /** Its entry is durable, and its call may be under way. */
  stored: boolean
}

class BudgetRoom implements Budgets {
  readonly #ports: BudgetPorts
  readonly #ledger = new Ledger()
  readonly #line = new Line()
  readonly #telling: Telling
  readonly #turn = oneAtATime()
  readonly #waits = new Map<string, Wait>()
  /** Reservations of this engine that are not settled. */
  readonly #reserved = new Map<string, Reserved>()
  readonly #roots = new Map<string, Promise<void>>()
  #today: Today
  #cancelLook: (() => void) | undefined

  constructor(ports: BudgetPorts) {
    this.#ports = ports
    this.#telling = new Telling(ports)
    this.#today = ports.calendar(ports.clock.now())
  }

  async open(): Promise<void> {
    const { store, clock } = this.#ports
    await store.write([loseEntries(clock.now())])
    this.#ledger.setLimits(await allLimits(store))
    for (const { personaId, group, day, amounts } of await sumsOfMonth(store, this.#today.month)) {
      const keys = keysOf({ rootId: '', personaId, group, day, month: this.#today.month })
      for (const key of keys) if (!key.startsWith('run:')) this.#ledger.remember(key, amounts)
    }
    for (const wait of await allWaits(store)) this.#waits.set(wait.runId, wait)
    this.#look()
  }

  async reserve(cost: CallCost): Promise<BudgetAnswer> {
    await this.#meet(cost.rootId)
    const worst: Amounts = {
      nano: cost.worstUsd === null ? 0 : nanoCeil(cost.worstUsd),
      tokens: Math.ceil(cost.worstTokens),
      requests: 1,
      ms: 0,
      unpriced: cost.worstUsd === null ? 1 : 0,
    }
    const id = newId(this.#ports.chance, 'res')
    const shareId = cost.shareId ?? null
    const attempt = (): { readonly fit: Exclude<Fit, { kind: 'wait' }>; readonly place: Place } | undefined => {
      const place = this.#placeOf(cost)
      const fit = this.#ledger.reserve({ id, place, worst, shareId })
      return fit.kind === 'wait' ? undefined : { fit, place }
    }
    const { fit, place } = attempt() ?? (await this.#line.join(cost.runId, attempt))
    if (fit.kind === 'full') return this.#park(cost, worst, fit)
    this.#takeBack((one) => one.runId === cost.runId && one.key === cost.key && !one.stored)
    const reserved: Reserved = { runId: cost.runId, key: cost.key, worst, at: this.#ports.clock.now(), stored: false }
    this.#reserved.set(id, reserved)
    this.#telling.reached(this.#ledger, place, cost)
    const { runId, step, model } = cost
    const entry = insertEntry({ id, runId, step, model, place, amounts: worst, at: reserved.at })
    const wait = this.#waits.has(runId)
    const stored = (): void => {
      reserved.stored = true
      if (wait) this.#forgotWait(runId)
    }
    return { kind: 'go', reservationId: id, write: wait ? [entry, dropWait(runId)] : [entry], stored, notice: this.#telling.unpriced(cost) }
  }

  /** Reservations of which nothing was stored: nothing was called either. */
  #takeBack(which: (one: Reserved) => boolean): void {
    for (const [id, one] of [...this.#reserved].filter(([, reserved]) => which(reserved))) {
      this.#reserved.delete(id)
      this.#ledger.settle(id, one.stored ? one.worst : NOTHING)
    }
  }

  settle(reservationId: string, { usd, tokens, ms, made }: CallUse): readonly Statement[] {
    const reserved = this.#reserved.get(reservationId)
    if (!reserved) return []
    const { runId, worst } = reserved
    this.#reserved.delete(reservationId)
    // What was not reported counts as it was reserved: a number that nobody told is not zero.
    const nano = usd === null ? worst.nano : nanoOf(usd)
    const unpriced = usd === null ? 1 : 0
    const took = Math.max(0, Math.round(ms ?? this.#ports.clock.now() - reserved.at))
    const used = made ? { nano, tokens: tokens ?? worst.tokens, requests: 1, ms: took, unpriced } : NOTHING
    const open = this.#ledger.settle(reservationId, used)
    this.#line.move()
    this.#ports.announce('budget', runId, 'settled')
    if (open && made) this.#telling.reached(this.#ledger, open.place, { runId, personaName: '' })
    return [settleEntry(reservationId, made ? 'settled' : 'released', used, this.#ports.clock.now())]
  }

  lose(reservationId: string): readonly Statement[] {
    const reserved = this.#reserved.get(reservationId)
    if (!reserved) return []
    this.#reserved.delete(reservationId)
    this.#ledger.settle(reservationId, reserved.worst)
    this.#line.move()
    return [loseEntry(reservationId, this.#ports.clock.now())]
  }

  bounds(personaId: string | null, group: string): boolean {
    const holding = this.#ledger.holding({ personaId, group })
    return holding.some(({ unit, firmness }) => firmness === 'hard' && (unit === 'usd' || unit === 'tokens'))
  }

  async openShare(cost: Omit<CallCost, 'step' | 'key' | 'model' | 'shareId'> & { readonly calls: number }): Promise<string | null> {
    await this.#meet(cost.rootId)
    const id = newId(this.#ports.chance, 'share')
    const worst = { nano: nanoCeil(cost.worstUsd ?? 0), tokens: Math.ceil(cost.worstTokens), requests: cost.calls, ms: 0, unpriced: 0 }
    return this.#ledger.openShare(id, this.#placeOf(cost), worst).kind === 'fits' ? id : null
  }

  closeShare(shareId: string): void {
    this.#ledger.closeShare(shareId)
    this.#line.move()
  }

  async #park(cost: CallCost, worst: Amounts, { limit, used, need }: Extract<Fit, { kind: 'full' }>): Promise<BudgetAnswer> {
    const { runId, personaId, personaName } = cost
    const name = limitWords(limit, limit.target.kind === 'persona' ? personaName : '')
    const next = limit.unit === 'ms' ? '' : `; this call may take ${countWords(need, limit.unit)}`
    const message = `The limit of ${name} is reached: ${countWords(used, limit.unit)} are used${next}.`
    const since = this.#waits.get(runId)?.since ?? this.#ports.clock.now()
    const wait = {
      runId,
      limitId: limit.id,
      personaId,
      personaName,
      since,
      message,
      need: { rootId: cost.rootId, group: cost.group, worst },
    }
    await this.#ports.store.write([putWait(wait)])
    this.#waits.set(runId, wait)
    this.#ports.announce('inbox', runId, 'waiting')
    this.#ports.announce('budget', limit.id, 'reached')
    await this.#telling.once(limit, this.#keyOf(limit, cost), 'stopped', `${personaName} waits for its budget`, message, runId)
    this.#look()
    return { kind: 'park', limit, message }
  }

  async set(wanted: NewLimit): Promise<BudgetLimit> {
    return this.#turn(async () => {
      const { store, clock, chance, announce } = this.#ports
      const now = clock.now()
      const same = this.#ledger.limits.find((one) => sameLimit(one, wanted))
      if (!same && this.#ledger.limits.length >= LIMITS.budgets) {
        throw new TroupeError('FULL', `${LIMITS.budgets} limits stand already; this one was not added.`, { hint: 'Remove some first.' })
      }
      const limit: BudgetLimit = { ...wanted, id: same?.id ?? newId(chance, 'limit'), createdAt: same?.createdAt ?? now, updatedAt: now }
      await store.write([putLimit(limit), forgetTold(limit.id)])
      this.#ledger.setLimits([...this.#ledger.limits.filter((one) => one.id !== limit.id), limit])
      announce('budget', limit.id, 'set')
      this.#changed()
      return limit
    })
  }

  async remove(id: string): Promise<void> {
    await this.#turn(async () => {
      if (!this.#ledger.limits.some((one) => one.id === id)) throw new TroupeError('NOT_FOUND', `There is no limit ${id}.`)
      await this.#ports.store.write(dropLimit(id))
      this.#ledger.setLimits(this.#ledger.limits.filter((one) => one.id !== id))
      this.#ports.announce('budget', id, 'removed')
      this.#changed()
    })
  }

  /** Limits or the day are others now: the line moves, and whoever waited and fits now tries again. */
  #changed(): void {
    this.#line.move()
    for (const { runId, personaId, need } of [...this.#waits.values()]) {
      const { day, month } = this.#today
      const fit = this.#ledger.fit({ ...need, personaId, day, month }, need.worst)
      if (fit.kind !== 'full') void this.#goOn(runId)
    }
  }

  async #goOn(runId: string): Promise<void> {
    try {
      await this.#forgetWait(runId)
      await this.#ports.resume(runId)
    } catch (thrown) {
      this.#ports.log.warn('A run that waited for its budget did not go on; the next start tries again.', {
        run: runId,
        problem: messageOf(thrown),
      })
    }
  }

  async #forgetWait(runId: string): Promise<void> {
    if (!this.#waits.has(runId)) return
    await this.#ports.store.write([dropWait(runId)])
    this.#forgotWait(runId)
  }

  #forgotWait(runId: string): void {
    if (this.#waits.delete(runId)) this.#ports.announce('inbox', runId, 'withdrawn')
  }

  async runEnded(runId: string): Promise<void> {
    this.#line.leave(runId)
    const left = [...this.#reserved.values()].filter((reserved) => reserved.runId === runId)
    this.#takeBack((reserved) => reserved.runId === runId)
    if (left.some(({ stored }) => stored)) await this.#ports.store.write([loseEntries(this.#ports.clock.now(), runId)])
    if (left.length > 0) this.#line.move()
    await this.#forgetWait(runId)
  }

  recover(parked: readonly string[]): void {
    for (const runId of parked) if (!this.#waits.has(runId)) void this.#goOn(runId)
  }

  waits(): readonly Wait[] {
    return [...this.#waits.values()]
  }

  status(): BudgetStatus {
    this.#turnDay()
    return statusOf(this.#ledger, this.#today, this.#waits)
  }

  async ofRun(runId: string, rootId: string, personaId: string | null, group: string): Promise<BudgetOfRun> {
    await this.#meet(rootId)
    const place = this.#placeOf({ rootId, personaId, group })
    return {
      spend: spendOf(this.#ledger.total(`run:${rootId}`)),
      bars: barsOf(this.#ledger, place, this.#today, this.#waits),
      waitsFor: this.#waits.get(runId)?.message ?? null,
    }
  }

  /** What this run has used before, from the table; read once for each run. */
  #meet(rootId: string): Promise<void> {
    const known = this.#roots.get(rootId)
    if (known) return known
    const read = sumOfRoot(this.#ports.store, rootId).then((used) => {
      if (used) this.#ledger.remember(`run:${rootId}`, used)
    })
    this.#roots.set(rootId, read)
    read.catch(() => this.#roots.delete(rootId))
    return read
  }

  #placeOf({ rootId, personaId, group }: Pick<CallCost, 'rootId' | 'personaId' | 'group'>): Place {
    this.#turnDay()
    return { rootId, personaId, group, day: this.#today.day, month: this.#today.month }
  }

  #keyOf(limit: BudgetLimit, { rootId }: Pick<CallCost, 'rootId'>): string {
    return limit.span === 'run' ? `run:${rootId}` : this.#today[limit.span]
  }

  #turnDay(): void {
    const today = this.#ports.calendar(this.#ports.clock.now())
    if (today.day === this.#today.day) return
    this.#today = today
    this.#telling.newDay()
    // Runs that went quiet are read from the table again when they are met.
    const quiet = [...this.#roots.keys()].filter((root) => this.#ledger.total(`run:${root}`).reserved.requests === 0)
    for (const root of quiet) this.#roots.delete(root)
    const gone = new Set(quiet.map((root) => `run:${root}`))
    this.#ledger.forget((key) => !gone.has(key) && (key.startsWith('run:') || key.endsWith(today.day) || key.endsWith(`|${today.month}`)))
    this.#changed()
  }

  /** While runs wait, the day is looked at; otherwise nothing is timed: [BU16]. */
  #look(): void {
    if (this.#cancelLook || this.#waits.size === 0) return
    const now = this.#ports.clock.now()
    const delay = Math.min(LOOK_MS, Math.max(1, this.#today.nextDayAt - now))
    this.#cancelLook = this.#ports.clock.after(delay, () => {
      this.#cancelLook = undefined
      this.#turnDay()
      this.#look()
    })
  }

  stop(): void {
    this.#cancelLook?.()
    this.#line.close()
  }
}

const sameLimit = (a: NewLimit, b: NewLimit): boolean =>
  canonicalJson([a.target, a.span, a.unit, a.firmness]) === canonicalJson([b.target, b.span, b.unit, b.firmness])
