/** Quiet hours: minutes of the day, which may go over midnight. Pure. */
import type { QuietHours } from '#contract'

const DAY = 24 * 60

export function isQuiet(quiet: QuietHours | null, minute: number): boolean {
  if (!quiet || quiet.from === quiet.to) return false
  const { from, to } = quiet
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

/** Minutes until it ends; 0 when it is not quiet. */
export function quietLeft(quiet: QuietHours | null, minute: number): number {
  return quiet && isQuiet(quiet, minute) ? (quiet.to - minute + DAY) % DAY : 0
}

/** Of this machine's zone. */
export function localMinute(at: number): number {
  const date = new Date(at)
  return date.getHours() * 60 + date.getMinutes()
}
