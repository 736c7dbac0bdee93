/**
 * The sums, in memory, and the one step in which a request is looked at and reserved. It knows no clock, no store and no promise:
 * what it is told happens at once, so that nothing can come between a look and a reservation.
 */
import type { BudgetLimit } from '#contract'
import { type Amounts, allowed, counted, minus, NOTHING, plus } from './amounts.ts'

/** Whose call it is, and when. `rootId` is the run that limits for each run are counted by: of a fan-out, the run that began it. */
export interface Place {
  readonly rootId: string
  readonly personaId: string | null
  /** Empty: none. */
  readonly group: string
  /** `2026-11-25` and `2026-11`, by the calendar that was handed in. */
  readonly day: string
  readonly month: string
}

export interface Total {
  readonly used: Amounts
  readonly reserved: Amounts
}

const EMPTY: Total = { used: NOTHING, reserved: NOTHING }

export interface Reservation {
  readonly id: string
  readonly place: Place
  readonly worst: Amounts
  /** The share that it comes out of; null: of none. */
  readonly shareId: string | null
}

interface Share {
  readonly place: Place
  left: Amounts
}

export type Fit =
  | { readonly kind: 'fits' }
  /** `limit` is held up only by calls that are under way. */
  | { readonly kind: 'wait'; readonly limit: BudgetLimit }
  | { readonly kind: 'full'; readonly limit: BudgetLimit; readonly used: number; readonly need: number }

/** The narrowest limit is named first. */
const SPANS = { run: 0, day: 1, month: 2 } as const
const TARGETS = { persona: 0, group: 1, everything: 2 } as const

export class Ledger {
  readonly #totals = new Map<string, Total>()
  readonly #open = new Map<string, Reservation>()
  readonly #shares = new Map<string, Share>()
  #limits: readonly BudgetLimit[] = []

  get limits(): readonly BudgetLimit[] {
    return this.#limits
  }

  /** Calls that are under way. */
  get open(): number {
    return this.#open.size
  }

  setLimits(limits: readonly BudgetLimit[]): void {
    this.#limits = limits.toSorted((a, b) => SPANS[a.span] - SPANS[b.span] || TARGETS[a.target.kind] - TARGETS[b.target.kind])
  }

  total(key: string): Total {
    return this.#totals.get(key) ?? EMPTY
  }

  keys(): IterableIterator<string> {
    return this.#totals.keys()
  }

  /** A sum from the table, at a start or when a run is first met again. */
  remember(key: string, used: Amounts): void {
    const before = this.total(key)
    this.#totals.set(key, { used: plus(before.used, used), reserved: before.reserved })
  }

  /** Sums of days, months and runs that nobody asks for any more. */
  forget(keep: (key: string) => boolean): void {
    for (const [key, { reserved }] of this.#totals) if (!keep(key) && reserved.requests === 0) this.#totals.delete(key)
  }

  /** Whether it would fit now. Soft limits stop nothing. */
  fit(place: Place, worst: Amounts): Fit {
    let held: Fit = { kind: 'fits' }
    for (const limit of this.holding(place)) {
      if (limit.firmness === 'soft') continue
      const { used, reserved } = this.total(keyFor(limit, place))
      const most = allowed(limit.amount, limit.unit)
      const have = counted(used, limit.unit)
      const need = counted(worst, limit.unit)
      // Time is known only afterwards: what is used up stops the next call.
      if (limit.unit === 'ms' ? have >= most : have + need > most) return { kind: 'full', limit, used: have, need }
      if (limit.unit !== 'ms' && have + counted(reserved, limit.unit) + need > most && held.kind === 'fits') held = { kind: 'wait', limit }
    }
    return held
  }

  /** Looks and reserves in one step: [BU1]. */
  reserve(reservation: Reservation): Fit {
    const { id, place, worst, shareId } = reservation
    const share = shareId === null ? undefined : this.#shares.get(shareId)
    if (share && this.#fitsShare(shareId, worst)) {
      share.left = minus(share.left, worst)
      this.#open.set(id, reservation)
      return { kind: 'fits' }
    }
    // Too small for this call: what is left of it goes back first, so that nobody waits for his own share.
    if (shareId !== null) this.closeShare(shareId)
    const fit = this.fit(place, worst)
    if (fit.kind !== 'fits') return fit
    this.#reserve(place, worst)
    this.#open.set(id, reservation)
    return fit
  }

  /** Puts what was used in the place of what was reserved; null when there is no such reservation (any more): [BU3]. */
  settle(id: string, used: Amounts): Reservation | null {
    const open = this.#open.get(id)
    if (!open) return null
    this.#open.delete(id)
    this.#change(open.place, (total) => ({ used: plus(total.used, used), reserved: minus(total.reserved, open.worst) }))
    return open
  }

  /** Reserves for a whole fan-out at once; its calls then name `id` as their share. */
  openShare(id: string, place: Place, worst: Amounts): Fit {
    const fit = this.fit(place, worst)
    if (fit.kind !== 'fits') return fit
    this.#reserve(place, worst)
    this.#shares.set(id, { place, left: worst })
    return fit
  }

  /** Gives back what is left of it. */
  closeShare(id: string): void {
    const share = this.#shares.get(id)
    if (!share) return
    this.#shares.delete(id)
    this.#change(share.place, (total) => ({ ...total, reserved: minus(total.reserved, share.left) }))
  }

  /** Limits that hold for this place, the narrowest first. */
  holding(place: Pick<Place, 'personaId' | 'group'>): readonly BudgetLimit[] {
    return this.#limits.filter(({ target }) => holdsFor(target, place))
  }

  /** Those at which `share` (0 to 1) of the amount is used and reserved. */
  reached(place: Place, share: (limit: BudgetLimit) => number): readonly { readonly limit: BudgetLimit; readonly key: string }[] {
    return this.holding(place).flatMap((limit) => {
      const key = keyFor(limit, place)
      const { used, reserved } = this.total(key)
      const spent = counted(used, limit.unit) + counted(reserved, limit.unit)
      return spent >= allowed(limit.amount, limit.unit) * share(limit) ? [{ limit, key }] : []
    })
  }

  #fitsShare(shareId: string | null, worst: Amounts): boolean {
    const left = shareId === null ? undefined : this.#shares.get(shareId)?.left
    return left !== undefined && worst.nano <= left.nano && worst.tokens <= left.tokens && worst.requests <= left.requests
  }

  #reserve(place: Place, worst: Amounts): void {
    this.#change(place, (total) => ({ ...total, reserved: plus(total.reserved, worst) }))
  }

  #change(place: Place, change: (total: Total) => Total): void {
    for (const key of keysOf(place)) this.#totals.set(key, change(this.total(key)))
  }
}

/** Every sum that a call counts in. */
export function keysOf({ rootId, personaId, group, day, month }: Place): readonly string[] {
  const targets = ['everything', ...(personaId === null ? [] : [`persona:${personaId}`]), ...(group === '' ? [] : [`group:${group}`])]
  return [`run:${rootId}`, ...targets.flatMap((target) => [`${target}|${day}`, `${target}|${month}`])]
}

export function keyFor({ target, span }: Pick<BudgetLimit, 'target' | 'span'>, place: Pick<Place, 'rootId' | 'day' | 'month'>): string {
  if (span === 'run') return `run:${place.rootId}`
  const whose = target.kind === 'everything' ? 'everything' : target.kind === 'group' ? `group:${target.name}` : `persona:${target.id}`
  return `${whose}|${place[span]}`
}

function holdsFor(target: BudgetLimit['target'], { personaId, group }: Pick<Place, 'personaId' | 'group'>): boolean {
  if (target.kind === 'everything') return true
  return target.kind === 'group' ? target.name === group : target.id === personaId
}
