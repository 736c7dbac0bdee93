/** Medians, and the table that a bench prints: each figure beside its peer of the same run and its budget. */
import { readFileSync } from 'node:fs'

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('a median of nothing')
  return middle
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  if (found === undefined) throw new Error('a percentile of nothing')
  return found
}

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the same run measured of something comparable. */
  readonly peer?: { readonly name: string; readonly value: number }
}

interface Budget {
  readonly most?: number
  readonly least?: number
}

/** Prints the figures; answers how many are outside their budget. */
export function report(figures: readonly Figure[], budgetsPath: string): number {
  const budgets = JSON.parse(readFileSync(budgetsPath, 'utf8')) as Record<string, Budget>
  let broken = 0
  const width = Math.max(...figures.map((figure) => figure.name.length))
  for (const figure of figures) {
    const budget = budgets[figure.name]
    const over =
      budget !== undefined &&
      ((budget.most !== undefined && figure.value > budget.most) || (budget.least !== undefined && figure.value < budget.least))
    if (over) broken += 1
    const digits = figure.unit === '×' ? 2 : 1
    const bound = budget === undefined ? 'no budget' : budget.most !== undefined ? `at most ${budget.most}` : `at least ${budget.least}`
    const peer = figure.peer
      ? `  ${(figure.value / figure.peer.value).toFixed(2)} × ${figure.peer.name} (${figure.peer.value.toFixed(1)})`
      : ''
    console.log(
      `${over ? 'OVER ' : '     '}${figure.name.padEnd(width)}  ${figure.value.toFixed(digits).padStart(10)} ${figure.unit.padEnd(9)} ${bound.padEnd(18)}${peer}`,
    )
  }
  return broken
}
