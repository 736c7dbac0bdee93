/** Spans and moments as people write them on the command line. */
import { WrongUse } from './failure.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `15m`, `6h`, `2d` in milliseconds. */
export function readSpan(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim())
  if (found) return Math.round(Number(found[1]) * (UNITS[found[2] ?? ''] ?? 0))
  throw new WrongUse(`"${text}" is no span of time.`, 'Write 90s, 15m, 6h or 2d.')
}

/** A date, a date with a time, or a span back from now. */
export function readWhen(text: string, now: number): number {
  if (/^\d+(?:\.\d+)?\s*[smhd]$/.test(text.trim())) return now - readSpan(text)
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00`).getTime() : Date.parse(text)
  if (Number.isNaN(at))
    throw new WrongUse(`"${text}" is no date.`, 'Write 2026-11-21, 2026-11-21T09:00, or a span back from now such as 7d.')
  return at
}

/** JSON of an option. */
export function readJson(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongUse('The payload is no JSON.', `Text stands in quotes: '{"path": "/home"}'.`)
  }
}
