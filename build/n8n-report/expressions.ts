/**
 * Scores the expression language, the filter conditions and the type coercions over files of cases: one JSON object a line, told
 * apart by `kind`. Run by itself: `node build/n8n-report/expressions.ts <files or folders…> [--failures]`.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { sandboxLibraries } from '../../extensions/engine/core/node/mod.ts'
import {
  type CoerceOptions,
  coerce,
  type ExpressionScope,
  type Expressions,
  type Filter,
  type Item,
  makeExpressions,
  type NodeRun,
  type NodeView,
  passesFilter,
} from '../../extensions/engine/team/expression/mod.ts'
import { type Outcome, plainOutcome, showOutcome, unencoded } from './outcome.ts'
import { type Miss, printScore, type Score, scoreLine } from './score.ts'

/** The clock of every case. */
const NOW = Date.parse('2026-01-15T10:30:00.000Z')

interface CaseNode {
  readonly name: string
  readonly items?: readonly Item[]
  readonly runs?: readonly (readonly (readonly Item[])[])[] | null
}

interface ExpressionCase {
  readonly id: string
  readonly kind: 'expression'
  readonly expr: string
  readonly nodes: readonly CaseNode[]
  readonly itemIndex: number
  readonly runIndex?: number
  readonly prev?: string
  readonly prevRun?: number
  readonly timezone?: string
  readonly skeleton?: string
  readonly skeletonInstances?: number
  readonly expect: Outcome
}

interface FilterCase {
  readonly id: string
  readonly kind: 'filter'
  readonly filter: unknown
  readonly expect: Outcome
}

interface CoercionCase {
  readonly id: string
  readonly kind: 'typevalidation'
  readonly field: string
  readonly input?: unknown
  readonly type: string
  readonly opts: Partial<CoerceOptions>
  readonly expect: Outcome
}

type AnyCase = ExpressionCase | FilterCase | CoercionCase

/** Filters and coercions were observed in this zone; their files do not say so. */
const OBSERVED_ZONE = 'Europe/Berlin'

/** Every `.jsonl` file of the given files and folders. */
export function caseFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? caseFiles(
          readdirSync(path)
            .filter((name) => name.endsWith('.jsonl'))
            .sort()
            .map((name) => join(path, name)),
        )
      : [path],
  )
}

function readCases(file: string): readonly AnyCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as AnyCase)
}

function viewOf(node: CaseNode, before: CaseNode | undefined): NodeView {
  const runs = node.runs === null ? [] : (node.runs ?? [[node.items ?? []]])
  const viewed = runs.map(
    (outputs, run): NodeRun => ({ outputs, sources: before ? [{ node: before.name, run: Math.min(run, runCount(before) - 1) }] : [] }),
  )
  return { name: node.name, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: { p: '' }, runs: viewed }
}

function runCount(node: CaseNode): number {
  return node.runs === null ? 0 : (node.runs?.length ?? 1)
}

function scopeOf(each: ExpressionCase): ExpressionScope {
  const views = new Map(
    each.nodes.map((node, index) => [
      node.name,
      viewOf(
        node,
        each.nodes.slice(0, index).findLast((one) => one.runs !== null),
      ),
    ]),
  )
  const last = each.prev ?? each.nodes.at(-1)?.name ?? ''
  const run = each.prevRun ?? (views.get(last)?.runs.length ?? 1) - 1
  const current: NodeView = { name: 'Current', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: { p: '' }, runs: [] }
  return {
    node: current,
    runIndex: each.runIndex ?? 0,
    inputs: [views.get(last)?.runs[run]?.outputs[0] ?? []],
    sources: [{ node: last, output: 0, run }],
    nodeNamed: (name) => views.get(name) ?? (name === 'Current' ? current : undefined),
    workflow: { active: false, id: 'wf-1', name: 'My workflow' },
    execution: { id: '231', mode: 'test', resumeUrl: 'http://localhost:5678/webhook-waiting/231' },
    timeZone: each.timezone ?? 'UTC',
  }
}

interface Scored {
  readonly weight: number
  readonly miss: Miss | undefined
}

function judged(id: string, weight: number, what: string, expected: Outcome, got: Outcome): Scored {
  if (isDeepStrictEqual(got, expected)) return { weight, miss: undefined }
  return { weight, miss: { id, weight, what, expected: showOutcome(expected), got: showOutcome(got) } }
}

function scoreExpression(each: ExpressionCase, expressions: Expressions): Scored {
  const got = outcomeOf(() => expressions.evaluate(each.expr, scopeOf(each), each.itemIndex))
  return judged(each.id, each.skeletonInstances ?? 1, each.expr, each.expect, got)
}

function scoreFilter(each: FilterCase): Scored {
  const filter = unencoded(each.filter) as Filter
  const got = outcomeOf(() => passesFilter(filter, { itemIndex: 0, timeZone: OBSERVED_ZONE, now: NOW }))
  return judged(each.id, 1, JSON.stringify(each.filter), each.expect, got)
}

function scoreCoercion(each: CoercionCase): Scored {
  const got = outcomeOf(() => coerce(each.field, unencoded(each.input), each.type, { ...each.opts, timeZone: OBSERVED_ZONE, now: NOW }))
  return judged(each.id, 1, JSON.stringify([each.input, each.type, each.opts]), each.expect, got)
}

function outcomeOf(work: () => unknown): Outcome {
  try {
    return { value: plainOutcome(work()) }
  } catch (error) {
    return {
      error: { name: error instanceof Error ? error.name : 'Error', message: error instanceof Error ? error.message : String(error) },
    }
  }
}

/** Cases of one skeleton share its weight: it counts how often real templates have it. */
function shareWeights(cases: readonly Scored[], all: readonly AnyCase[]): Scored[] {
  const name = (one: AnyCase): string => (one.kind === 'expression' ? (one.skeleton ?? one.id) : one.id)
  const counts = new Map<string, number>()
  for (const each of all) counts.set(name(each), (counts.get(name(each)) ?? 0) + 1)
  return cases.map((each, index) => {
    const weight = each.weight / (counts.get(name(all[index] as AnyCase)) ?? 1)
    return { weight, miss: each.miss && { ...each.miss, weight: Number(weight.toFixed(2)) } }
  })
}

function scoreCase(each: AnyCase, expressions: Expressions): Scored {
  switch (each.kind) {
    case 'expression':
      return scoreExpression(each, expressions)
    case 'filter':
      return scoreFilter(each)
    case 'typevalidation':
      return scoreCoercion(each)
  }
}

/** One line for each file. A line of another kind counts as a miss, so that nothing is left out unseen. */
export async function score(paths: readonly string[]): Promise<Score> {
  const expressions = await makeExpressions({
    now: () => NOW,
    random: Math.random,
    ticks: () => performance.now(),
    libraries: sandboxLibraries,
  })
  try {
    const lines = caseFiles(paths).map((file) => {
      const cases = readCases(file)
      return scoreLine(
        basename(file),
        shareWeights(
          cases.map((each) => scoreCase(each, expressions)),
          cases,
        ),
      )
    })
    return { lines }
  } finally {
    expressions.dispose()
  }
}

if (import.meta.main) {
  const given = process.argv.slice(2)
  const paths = given.filter((each) => !each.startsWith('--'))
  console.log(printScore(await score(paths), given.includes('--failures')))
}
