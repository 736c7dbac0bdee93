/** Whether a fire may start, of what is known of it alone: the first gate that says no is the reason. [TR12] */
import type { Hours, TriggerDoc } from '#contract'
import type { Reason } from './ports.ts'

export interface GateAsk {
  readonly doc: TriggerDoc
  readonly now: number
  /** Now on the trigger's wall clock, as if it were UTC. */
  readonly wall: number
  readonly held: string
  readonly lastFireAt: number | null
  /** The same dedupe key came before, within its time. */
  readonly duplicate: boolean
  /** Fires that started within the rate's span. */
  readonly startedOfLate: number
}

const DAY_MS = 24 * 3_600_000

export function whyNot({ doc, now, wall, held, lastFireAt, duplicate, startedOfLate }: GateAsk): Reason | null {
  if (doc.expiresAt !== null && now > doc.expiresAt) return { why: 'expired', text: 'The trigger has outlived its end.' }
  if (!doc.enabled) return { why: 'disabled', text: 'The trigger is off.' }
  if (held !== '') return { why: 'stopped', text: held }
  if (doc.activeHours.length > 0 && !doc.activeHours.some((one) => within(one, wall)))
    return { why: 'outside-hours', text: 'It is outside the hours in which this trigger works.' }
  if (doc.quietHours.some((one) => within(one, wall))) return { why: 'quiet-hours', text: 'These are quiet hours of this trigger.' }
  if (duplicate) return { why: 'duplicate', text: 'The same key fired it before.' }
  if (doc.coolDownMs > 0 && lastFireAt !== null && now - lastFireAt < doc.coolDownMs && now >= lastFireAt)
    return {
      why: 'cool-down',
      text: `It fired ${Math.round((now - lastFireAt) / 1000)} s ago, and rests for ${Math.round(doc.coolDownMs / 1000)} s.`,
    }
  if (doc.rateLimit && startedOfLate >= doc.rateLimit.most)
    return {
      why: 'rate-limit',
      text: `It fired ${startedOfLate} times within ${Math.round(doc.rateLimit.perMs / 1000)} s, and ${doc.rateLimit.most} is its limit.`,
    }
  return null
}

/** Hours over midnight belong to the day on which they begin. */
export function within({ days, from, to }: Hours, wall: number): boolean {
  const minute = Math.floor((wall % DAY_MS) / 60_000)
  const day = ((Math.floor(wall / DAY_MS) + 3) % 7) + 1
  const before = day === 1 ? 7 : day - 1
  const [start, end] = [minutes(from), minutes(to)]
  const on = (one: number): boolean => days.length === 0 || days.includes(one)
  if (start === end) return on(day)
  if (start < end) return on(day) && minute >= start && minute < end
  return (on(day) && minute >= start) || (on(before) && minute < end)
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}
