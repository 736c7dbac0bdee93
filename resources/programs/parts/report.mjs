/** Words, numbers and columns of the reports. Free text (paths) always stands in the last column, so its width never matters. */

/** Control and direction signs in a file name must not reach a terminal: each becomes a visible sign. */
export function clean(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

/** 1,234,567 */
export function number(value) {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** "1 file", "2,311 files" */
export function count(value, one, many) {
  return `${number(value)} ${value === 1 ? one : many}`
}

/** Decimal units, as disks are sold: 1 kB is 1,000 bytes. */
export function size(bytes) {
  const sign = bytes < 0 ? '-' : ''
  let value = Math.abs(bytes)
  for (const unit of ['B', 'kB', 'MB', 'GB', 'TB', 'PB']) {
    if (value < 999.5 || unit === 'PB') return `${sign}${unit === 'B' || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${unit}`
    value /= 1000
  }
}

export function percent(part, whole) {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '–'
}

/** A bar of ten signs. */
export function bar(part, whole, signs = 10) {
  const full = whole > 0 ? Math.min(signs, Math.max(part > 0 ? 1 : 0, Math.round((signs * part) / whole))) : 0
  return '█'.repeat(full) + '░'.repeat(signs - full)
}

/** Local time, "2026-11-21 07:44". */
export function when(ms) {
  const date = new Date(ms)
  const two = (value) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

export const day = (ms) => when(ms).slice(0, 10)

/** "40 s", "5 min", "3 h", "12 days" */
export function span(ms) {
  const seconds = Math.abs(ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`
  return count(Math.round(seconds / 86_400), 'day', 'days')
}

/** A heading, with an empty line before it. */
export function heading(text) {
  return `\n${text}`
}

/**
 * Rows with aligned columns, two spaces before and between. `align` is one sign a column: `<` left, `>` right;
 * the last column is never padded, and a column without any text is left out.
 */
export function columns(rows, align) {
  const widths = []
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, clean(cell).length)))
  const padded = (row) =>
    row.map((cell, index) => {
      const text = clean(cell)
      if (align[index] === '>') return text.padStart(widths[index])
      return index === row.length - 1 ? text : text.padEnd(widths[index])
    })
  return rows.map((row) => `  ${padded(row).filter((_, index) => widths[index] > 0).join('  ')}`.trimEnd())
}

/** "Name   value" pairs at the head of a report. */
export function facts(pairs) {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${clean(value)}`)
}
