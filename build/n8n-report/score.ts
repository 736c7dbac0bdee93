/** What each part of the n8n report answers: how many cases, how many identical, and each one that is not. */

export interface Miss {
  readonly id: string
  /** Weight in real use; 1 when the case has none. */
  readonly weight: number
  readonly what: string
  readonly expected: string
  readonly got: string
}

export interface ScoreLine {
  readonly name: string
  readonly cases: number
  readonly identical: number
  /** Shares weighted as in real use, 0 to 1; equal to the plain share when no case has a weight. */
  readonly weighted: number
  readonly misses: readonly Miss[]
}

export interface Score {
  readonly lines: readonly ScoreLine[]
}

/** One line's sums from its cases. */
export function scoreLine(name: string, cases: readonly { readonly weight: number; readonly miss: Miss | undefined }[]): ScoreLine {
  const misses = cases.flatMap((each) => (each.miss ? [each.miss] : []))
  const all = cases.reduce((sum, each) => sum + each.weight, 0)
  const lost = misses.reduce((sum, miss) => sum + miss.weight, 0)
  return { name, cases: cases.length, identical: cases.length - misses.length, weighted: all === 0 ? 1 : (all - lost) / all, misses }
}

/** The lines as text, and every miss below when asked for. */
export function printScore(score: Score, withMisses: boolean): string {
  const rows = score.lines.map((line) => {
    const share = line.cases === 0 ? '–' : `${((100 * line.identical) / line.cases).toFixed(2)} %`
    return `${line.name.padEnd(34)} ${String(line.identical).padStart(6)} of ${String(line.cases).padStart(6)}  ${share.padStart(9)}   weighted ${(100 * line.weighted).toFixed(2)} %`
  })
  if (!withMisses) return rows.join('\n')
  const misses = score.lines.flatMap((line) =>
    line.misses.map(
      (miss) => `${line.name} ${miss.id} (${miss.weight})\n  ${miss.what}\n  expected ${miss.expected}\n  got      ${miss.got}`,
    ),
  )
  return [...rows, '', ...misses].join('\n')
}
