/**
 * Offsets of IANA zones. Intl answers for one moment and is slow (some 3 µs), so spans of equal offset are kept: a window of four days
 * whose ends agree has one offset (no zone has changed twice within four days since 1970), and otherwise the change in it is found by halving.
 */
const MINUTE = 60_000
const WINDOW = 4 * 24 * 60 * MINUTE
/** Windows kept for one zone; beyond that all are forgotten. Some 40 years. */
const KEPT = 4_000

interface Span {
  readonly before: number
  /** When the offset changes within the window; Infinity: not. */
  readonly changesAt: number
  readonly after: number
}

interface Zone {
  readonly format: Intl.DateTimeFormat
  readonly spans: Map<number, Span>
}

const zones = new Map<string, Zone>()

/** Whether Intl knows it. */
export function isZone(name: string): boolean {
  try {
    open(name)
    return true
  } catch {
    return false
  }
}

/** This machine's zone now. */
export function machineZone(): string {
  return new Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone
}

/** Milliseconds to add to UTC for this zone's wall clock. RangeError for an unknown zone. */
export function offsetAt(zone: string, at: number): number {
  if (zone === 'UTC') return 0
  const span = spanAt(zone, at)
  return at < span.changesAt ? span.before : span.after
}

/** The first moment after `at`, within `withinMs`, from which the offset is another one; null: there is none. */
export function nextChange(zone: string, at: number, withinMs: number): number | null {
  if (zone === 'UTC') return null
  for (let from = at; from <= at + withinMs + WINDOW; from += WINDOW) {
    const { changesAt } = spanAt(zone, from)
    if (changesAt > at && changesAt <= at + withinMs) return changesAt
  }
  return null
}

function spanAt(name: string, at: number): Span {
  const zone = open(name)
  const number = Math.floor(at / WINDOW)
  const known = zone.spans.get(number)
  if (known) return known
  if (zone.spans.size >= KEPT) zone.spans.clear()
  const start = number * WINDOW
  const before = ask(zone.format, start)
  const after = ask(zone.format, start + WINDOW)
  const span = { before, after, changesAt: before === after ? Number.POSITIVE_INFINITY : changeWithin(zone.format, start, before) }
  zone.spans.set(number, span)
  return span
}

function changeWithin(format: Intl.DateTimeFormat, start: number, before: number): number {
  let low = start
  let high = start + WINDOW
  while (high - low > MINUTE) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE
    if (ask(format, middle) === before) low = middle
    else high = middle
  }
  return high
}

function open(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const zone = { format, spans: new Map<number, Span>() }
  zones.set(name, zone)
  return zone
}

function ask(format: Intl.DateTimeFormat, at: number): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}
