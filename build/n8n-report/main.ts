/**
 * `npm run n8n:report -- [--json] [--failures] [--only <text>] [--pin <types>] <files or folders …>`: runs files of any known format through
 * the product's own engine, expressions and importer, and prints how many give the identical result. A case never stops the report.
 * `--pin code,html` gives those nodes their expected outputs instead of running them, to look at the others alone.
 */
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { sandboxLibraries } from '../../extensions/engine/core/node/mod.ts'
import { kindOfType, makeExpressions } from '../../extensions/engine/team/thread.ts'
import { type FlowCase, runCase, type Sandbox } from './case.ts'
import { compare } from './compare.ts'
import { score } from './expressions.ts'
import { printScore } from './score.ts'
import { printed, type Scored, scoresOf } from './scores.ts'
import { sorted } from './sorted.ts'
import { printTemplates, scoreTemplates } from './templates.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, failures: { type: 'boolean' }, only: { type: 'string' }, pin: { type: 'string' } },
})
if (positionals.length === 0) {
  console.error(
    'Give the files or folders to report on: npm run n8n:report -- [--json] [--failures] [--only <text>] [--pin <types>] <path …>',
  )
  process.exit(2)
}

const begun = performance.now()
const chosen = (path: string) => values.only === undefined || path.includes(values.only)
const { flows, expressions, templates } = sorted(positionals)
const sandbox = await openSandbox()
const scored: Scored[] = []
const skipped: { path: string; why: string }[] = []
for (const { path, read } of flows) {
  if (!chosen(path)) continue
  try {
    const one = read()
    scored.push(await scoredCase(values.pin === undefined ? one : pinnedCase(one, values.pin.split(',')), path))
  } catch (thrown) {
    skipped.push({ path, why: thrown instanceof Error ? thrown.message : String(thrown) })
  }
}
const parts = {
  flows: flows.length === 0 ? null : scoresOf(scored, skipped, (performance.now() - begun) / 1000),
  expressions: expressions.some(chosen) ? await score(expressions.filter(chosen)) : null,
  templates: templates.some(chosen) ? scoreTemplates(templates.filter(chosen), kindOfType) : null,
}
const failures = values.failures === true
const texts = [
  ...(parts.flows === null ? [] : [printed(parts.flows, failures)]),
  ...(parts.expressions === null ? [] : [printScore(parts.expressions, failures)]),
  ...(parts.templates === null ? [] : [printTemplates(parts.templates, failures)]),
]
console.log(values.json === true ? JSON.stringify(parts, null, 2) : texts.join('\n\n'))
process.exit(0)

async function scoredCase(one: FlowCase, path: string): Promise<Scored> {
  const kinds = new Map(one.workflow.nodes.map((node) => [node.name, `${node.type.split('.').at(-1)} v${node.typeVersion ?? 1}`]))
  const format = basename(join(path, '..')) === 'exec' || Object.keys(one.pins).length > 0 ? 'templates with pinned data' : 'node tests'
  const at = performance.now()
  try {
    const actual = await runCase(one, sandbox)
    const verdict = compare(one.expected, actual, one.volatile)
    return { id: one.id, path, format, kinds, expected: Object.keys(one.expected.nodes), verdict, seconds: (performance.now() - at) / 1000 }
  } catch (thrown) {
    const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    const verdict = {
      identical: false,
      json: false,
      pairing: false,
      order: false,
      status: false,
      wrong: Object.keys(one.expected.nodes),
      why: [`broke: ${why}`],
    }
    return { id: one.id, path, format, kinds, expected: Object.keys(one.expected.nodes), verdict, seconds: (performance.now() - at) / 1000 }
  }
}

function pinnedCase(one: FlowCase, types: readonly string[]): FlowCase {
  const chosen = one.workflow.nodes.filter(
    (node) => types.includes(node.type.split('.').at(-1) ?? '') && one.expected.nodes[node.name]?.length === 1,
  )
  const pins = chosen.flatMap((node) => {
    const outputs = one.expected.nodes[node.name]?.[0]?.outputs
    return outputs === undefined ? [] : [[node.name, outputs[0] ?? []]]
  })
  return { ...one, pins: { ...one.pins, ...Object.fromEntries(pins) } }
}

async function openSandbox(): Promise<Sandbox> {
  const live: { now: number; random: () => number } = { now: 0, random: Math.random }
  const expressions = await makeExpressions({
    now: () => live.now,
    random: () => live.random(),
    ticks: () => performance.now(),
    libraries: sandboxLibraries,
    limits: { scriptMs: 10_000 },
  })
  return Object.assign(live, { expressions })
}
