/** Numbers and times as people read them. What nobody knows is said to be unknown, never shown as zero. */

export const UNKNOWN = 'unknown'

/** US dollars. `known` false, or no amount: "unknown". */
export function money(usd: number | null, known = usd !== null): string {
  if (!known || usd === null) return UNKNOWN
  if (usd === 0) return '$0'
  if (usd < 0.0001) return '<$0.0001'
  if (usd < 0.01) return `$${usd.toFixed(4)}`
  if (usd < 1) return `$${usd.toFixed(3)}`
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** A sum of which a part may be unknown: "$1.20 + 3 unknown". */
export function spent(usd: number, unknownCosts: number): string {
  if (unknownCosts === 0) return money(usd)
  const unknown = `${count(unknownCosts)} unknown`
  return usd === 0 ? unknown : `${money(usd)} + ${unknown}`
}

export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** "1 run", "2 runs". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** Tokens, short: 812, 4,210, 18.2k, 1.24M. */
export function tokens(n: number | null): string {
  if (n === null) return UNKNOWN
  if (n < 10_000) return count(n)
  if (n < 999_500) return `${trimmed(n / 1000, n < 99_950 ? 1 : 0)}k`
  return `${trimmed(n / 1_000_000, 2)}M`
}

/** Bytes in powers of 1024: 812 B, 4.2 kB, 18 MB. */
export function bytes(n: number | null): string {
  if (n === null) return UNKNOWN
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = n
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 ? size : trimmed(size, size < 10 ? 1 : 0)} ${units[unit]}`
}

/** Milliseconds: 320 ms, 4.2 s, 1 m 05 s, 2 h 03 m, 3 d 4 h. */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 59_950) return `${trimmed(ms / 1000, ms < 9_950 ? 1 : 0)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${two(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${two(minutes % 60)} m`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** How long ago, in words, seen from `now`; after a week the day itself. Both in milliseconds since 1970. */
export function timeAgo(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000)
  if (seconds < 0) return clockTime(at)
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ago`
  const days = Math.floor(hours / 24)
  return days < 7 ? `${days} d ago` : day(at)
}

/** 21 Nov 2026 */
export function day(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

/** 21 Nov 2026, 07:45:12 */
export function clockTime(at: number): string {
  return `${day(at)}, ${new Date(at).toLocaleTimeString('en-GB')}`
}

function trimmed(n: number, digits: number): string {
  return n.toFixed(digits).replace(/\.0+$/, '')
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
