/** This machine's calendar: which day and month a moment belongs to, and when the next ones begin. */

export interface Day {
  /** `2026-11-25` */
  readonly day: string
  /** `2026-11` */
  readonly month: string
  /** Milliseconds since 1970. */
  readonly nextDayAt: number
  readonly nextMonthAt: number
}

/** In the time zone of this process. A day may have 23 or 25 hours. */
export function localDay(ms: number): Day {
  const at = new Date(ms)
  const [year, month, date] = [at.getFullYear(), at.getMonth(), at.getDate()]
  const name = `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`
  return {
    day: `${name}-${String(date).padStart(2, '0')}`,
    month: name,
    nextDayAt: new Date(year, month, date + 1).getTime(),
    nextMonthAt: new Date(year, month + 1, 1).getTime(),
  }
}
