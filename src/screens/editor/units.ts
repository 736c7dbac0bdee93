/** Amounts with a unit, as a person writes them. A stored amount is shown in the largest unit that gives a whole number. */
export interface Amount {
  readonly value: string
  readonly unit: string
}
export interface Unit {
  readonly id: string
  readonly label: string
  readonly factor: number
}

export const TIME_UNITS: readonly Unit[] = [
  { id: 'ms', label: 'milliseconds', factor: 1 },
  { id: 's', label: 'seconds', factor: 1000 },
  { id: 'min', label: 'minutes', factor: 60_000 },
  { id: 'h', label: 'hours', factor: 3_600_000 },
]
export const BYTE_UNITS: readonly Unit[] = [
  { id: 'B', label: 'bytes', factor: 1 },
  { id: 'kB', label: 'kB (1,024 bytes)', factor: 1024 },
  { id: 'MB', label: 'MB (1,024 kB)', factor: 1024 * 1024 },
]

export function toAmount(stored: number, units: readonly Unit[]): Amount {
  const unit = [...units].reverse().find(({ factor }) => stored >= factor && stored % factor === 0) ?? units[0]
  return { value: String(stored / (unit?.factor ?? 1)), unit: unit?.id ?? '' }
}

/** null when it is no number. */
export function fromAmount(amount: Amount, units: readonly Unit[]): number | null {
  const factor = units.find(({ id }) => id === amount.unit)?.factor
  const value = parseNumber(amount.value)
  return factor === undefined || value === null ? null : Math.round(value * factor)
}

export function parseNumber(text: string): number | null {
  const trimmed = text.trim().replace(/,/g, '')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(trimmed)) return null
  return Number(trimmed)
}

export function inUnits(stored: number, units: readonly Unit[]): string {
  const { value, unit } = toAmount(stored, units)
  return `${Number(value).toLocaleString('en')} ${unit}`
}
