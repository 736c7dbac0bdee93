/**
 * From wall-clock time (written as if it were UTC) to the moment that it fires at. [SC2], [SC3]
 */
import { nextChange, offsetAt } from './zone.ts'

export type Mark = 'none' | 'gap' | 'twice' | 'shift'

export interface Moment {
  readonly at: number
  readonly mark: 'none' | 'gap' | 'twice'
}

const DAY = 24 * 3_600_000
/** Zones have skipped a whole day (Apia, 2011). */
const WIDEST_GAP = 26 * 3_600_000

export function wallAt(zone: string, at: number): number {
  return at + offsetAt(zone, at)
}

/** The moment at which the zone's clock first shows this; for a time that is left out, the first moment after the gap. */
export function momentOf(zone: string, wall: number): Moment {
  const early = offsetAt(zone, wall - DAY)
  const late = offsetAt(zone, wall + DAY)
  const there = offsetAt(zone, wall)
  const fits = [...new Set([early, late, there])].map((offset) => wall - offset).filter((at) => wallAt(zone, at) === wall)
  const [first] = fits.sort((a, b) => a - b)
  if (first !== undefined) return { at: first, mark: fits.length > 1 ? 'twice' : 'none' }
  const before = wall - Math.max(early, late, there) - 1
  return { at: nextChange(zone, before, WIDEST_GAP) ?? wall - late, mark: 'gap' }
}

/**
 * From which wall-clock time on due times after `at` are looked for. In the second pass of a repeated hour all of that hour has been:
 * the search begins at its end.
 */
export function searchFrom(zone: string, at: number): number {
  const wall = wallAt(zone, at)
  const first = momentOf(zone, wall)
  if (first.mark !== 'twice' || first.at >= at) return wall
  const change = nextChange(zone, first.at, DAY)
  return change === null || change > at ? wall : change + offsetAt(zone, change - 1) - 1
}
