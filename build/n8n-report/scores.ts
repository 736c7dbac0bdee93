/** Counts and prints what the cases gave. */
import type { Verdict } from './compare.ts'

export interface Scored {
  readonly id: string
  readonly path: string
  readonly format: string
  readonly kinds: ReadonlyMap<string, string>
  /** Names of the nodes whose items are compared. */
  readonly expected: readonly string[]
  readonly verdict: Verdict
  readonly seconds: number
}

interface Count {
  all: number
  identical: number
  json: number
  pairing: number
  order: number
  end: number
}

export interface Report {
  readonly seconds: number
  readonly formats: Readonly<Record<string, Count>>
  readonly nodeTypes: Readonly<Record<string, { nodes: number; same: number }>>
  readonly failures: readonly { readonly id: string; readonly path: string; readonly why: readonly string[] }[]
  readonly skipped: readonly { readonly path: string; readonly why: string }[]
  readonly slowest: readonly { readonly id: string; readonly seconds: number }[]
}

export function scoresOf(scored: readonly Scored[], skipped: Report['skipped'], seconds: number): Report {
  const formats: Record<string, Count> = {}
  const nodeTypes: Record<string, { nodes: number; same: number }> = {}
  for (const { format, verdict, expected, kinds } of scored) {
    formats[format] ??= { all: 0, identical: 0, json: 0, pairing: 0, order: 0, end: 0 }
    const count = formats[format]
    count.all++
    count.identical += Number(verdict.identical)
    count.json += Number(verdict.json)
    count.pairing += Number(verdict.pairing)
    count.order += Number(verdict.order)
    count.end += Number(verdict.status)
    for (const name of expected) {
      const kind = kinds.get(name) ?? 'unknown'
      nodeTypes[kind] ??= { nodes: 0, same: 0 }
      nodeTypes[kind].nodes++
      nodeTypes[kind].same += Number(!verdict.wrong.includes(name))
    }
  }
  return {
    seconds,
    formats,
    nodeTypes: Object.fromEntries(Object.entries(nodeTypes).sort(([, a], [, b]) => b.nodes - a.nodes)),
    failures: scored.filter(({ verdict }) => !verdict.identical).map(({ id, path, verdict }) => ({ id, path, why: verdict.why })),
    skipped,
    slowest: scored
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, 5)
      .map(({ id, seconds: took }) => ({ id, seconds: Math.round(took * 100) / 100 })),
  }
}

export function printed(report: Report, withFailures: boolean): string {
  const lines: string[] = []
  for (const [format, count] of Object.entries(report.formats)) {
    const share = (part: number) => `${part} (${((100 * part) / count.all).toFixed(1)} %)`
    lines.push(`${format}: ${count.all} cases`)
    lines.push(`  identical end to end ${share(count.identical)}`)
    lines.push(`  items ${share(count.json)} · pairing ${share(count.pairing)} · order ${share(count.order)} · end ${share(count.end)}`)
  }
  lines.push('', 'node types, items as expected:')
  for (const [kind, { nodes, same }] of Object.entries(report.nodeTypes))
    lines.push(`  ${kind.padEnd(28)} ${same} of ${nodes}${same === nodes ? '' : '  ←'}`)
  if (report.skipped.length > 0) {
    lines.push('', `not run: ${report.skipped.length}`)
    for (const { path, why } of report.skipped.slice(0, 20)) lines.push(`  ${path}: ${why}`)
  }
  if (withFailures) {
    lines.push('')
    for (const { id, why } of report.failures) lines.push(`✗ ${id}`, ...why.map((line) => `    ${line}`))
  }
  lines.push(
    '',
    `${report.failures.length} not identical · ${report.seconds.toFixed(1)} s · slowest ${report.slowest.map((one) => `${one.id} ${one.seconds} s`).join(', ')}`,
  )
  return lines.join('\n')
}
