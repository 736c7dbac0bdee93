/**
 * Scores the importer over templates: whether each parses, whether every node is accounted for, how many nodes are native, and, where
 * there is an answer key beside them (`import_key.jsonl`, `index.jsonl`), whether names, types, classes, wires, starts, credentials and
 * personas are the key's. A file never stops the report.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ImportedWorkflow, ImportReading } from '../../extensions/engine/contract/mod.ts'
import type { KindOfType } from '../../extensions/engine/import-n8n/outcome.ts'
import { readImport } from '../../extensions/engine/import-n8n/read-import.ts'

interface Key {
  readonly nodeCount: number
  readonly nodes: readonly { readonly name: string | null; readonly type: string | null; readonly class: string }[]
  readonly mainEdges: readonly (readonly [string, number, string, number])[]
  readonly aiEdges: readonly (readonly [string, string, string])[]
  readonly triggers: readonly { readonly name: string; readonly kind: string }[]
  readonly credentials: readonly (readonly [string, string])[]
  readonly personas: readonly {
    readonly node: string
    readonly systemMessage: string | null
    readonly models: readonly { readonly node: string; readonly model: string | null }[]
    readonly tools: readonly (readonly [string, string])[]
    readonly memory: readonly (readonly [string, string])[]
    readonly outputParsers: readonly (readonly [string, string])[]
  }[]
  readonly mustReport: Readonly<Record<string, number>>
}

/** Our classes in the key's words. */
const CLASSES: Readonly<Record<string, string>> = {
  note: 'sticky',
  start: 'trigger',
  persona: 'ai-root',
  part: 'ai-sub',
  tool: 'ai-tool-node',
  'loose-part': 'ai-other',
  unknown: 'unknown-type',
}
const START_KINDS: Readonly<Record<string, string>> = { 'sub-team': 'subworkflow', mcp: 'mcp-server', app: 'app-event/poll' }

export interface TemplateScores {
  files: number
  parsed: number
  refused: number
  /** Files whose key says whether they import, and how many did as it says. */
  expected: number
  asExpected: number
  workflows: number
  nodes: number
  accounted: number
  outcomes: Record<string, number>
  runnable: number
  /** Found and asked, by what is compared. */
  recall: Record<string, { right: number; of: number }>
  /** Of what we say, how much is in the key. */
  precision: Record<string, { right: number; of: number }>
  seconds: number
  failures: string[]
}

export function scoreTemplates(paths: readonly string[], kindOf: KindOfType): TemplateScores {
  const begun = performance.now()
  const scores: TemplateScores = {
    files: 0,
    parsed: 0,
    refused: 0,
    expected: 0,
    asExpected: 0,
    workflows: 0,
    nodes: 0,
    accounted: 0,
    outcomes: {},
    runnable: 0,
    recall: {},
    precision: {},
    seconds: 0,
    failures: [],
  }
  for (const path of paths) scoreFile(path, kindOf, scores)
  scores.seconds = (performance.now() - begun) / 1000
  return scores
}

function scoreFile(path: string, kindOf: KindOfType, scores: TemplateScores): void {
  scores.files++
  let reading: ImportReading
  try {
    reading = readImport(readFileSync(path, 'utf8'), kindOf)
  } catch (thrown) {
    scores.failures.push(`${path}: broke: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
    return
  }
  const key = keyOf(path)
  if (key) {
    scores.expected++
    if (key.expectImport === reading.ok) scores.asExpected++
    else scores.failures.push(`${path}: ${reading.ok ? 'was read, and should not be' : `was refused: ${reading.message}`}`)
  }
  if (!reading.ok) {
    scores.refused++
    return
  }
  scores.parsed++
  for (const [at, workflow] of reading.workflows.entries()) {
    scores.workflows++
    scores.nodes += workflow.counts.nodes
    scores.accounted += workflow.counts.imported + workflow.counts.reported
    for (const [outcome, n] of Object.entries(workflow.counts.outcomes)) scores.outcomes[outcome] = (scores.outcomes[outcome] ?? 0) + n
    if (workflow.runnable) scores.runnable++
    const one = key?.keys[at]
    if (one) compare(workflow, one, `${path}${at > 0 ? `#${at}` : ''}`, scores)
  }
}

function compare(workflow: ImportedWorkflow, key: Key, where: string, scores: TemplateScores): void {
  // As the file has it: what we had to rename is another name in the key.
  const given = (name: string, rest: { readonly name?: unknown } | undefined) => (typeof rest?.name === 'string' ? rest.name : name)
  const nameOf = new Map([
    ...workflow.team.nodes.map(({ id, name, origin }) => [id, given(name, origin?.rest)] as const),
    ...workflow.team.notes.map(({ id, name, origin }) => [id, given(name, origin ?? undefined)] as const),
  ])
  const wires = (main: boolean) => workflow.team.links.filter(({ kind }) => (kind === 'main') === main)
  const sets: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
    'nodes and types': [workflow.nodes.map(({ type }) => `${type}`), key.nodes.map(({ type }) => `${type}`)],
    classes: [
      workflow.nodes.map((node) => `${node.type} ${CLASSES[node.class] ?? node.class}`),
      key.nodes.map((node) => `${node.type} ${node.class}`),
    ],
    'main wires': [
      wires(true).map(({ from, to }) => `${nameOf.get(from.node)} ${from.output} ${nameOf.get(to.node)} ${to.input}`),
      key.mainEdges.map((edge) => edge.join(' ')),
    ],
    'other wires': [
      wires(false).map(({ from, to, kind }) => `${nameOf.get(from.node)} ${kind} ${nameOf.get(to.node)}`),
      key.aiEdges.map((edge) => edge.join(' ')),
    ],
    starts: [
      workflow.starts.map((start) => `${start.node} ${START_KINDS[start.kind] ?? start.kind}`),
      key.triggers.map((start) => `${start.name} ${start.kind}`),
    ],
    credentials: [workflow.credentials.map(({ node, type }) => `${node} ${type}`), key.credentials.map((one) => one.join(' '))],
    personas: [workflow.personas.map(({ node }) => node), key.personas.map(({ node }) => node)],
    'system messages': [
      workflow.personas.map(({ node, systemMessage }) => `${node} ${systemMessage}`),
      key.personas.map(({ node, systemMessage }) => `${node} ${systemMessage ?? ''}`),
    ],
    models: [
      workflow.personas.flatMap(({ node, models }) => models.map((one) => `${node} ${one.node} ${one.model}`)),
      key.personas.flatMap(({ node, models }) => models.map((one) => `${node} ${one.node} ${one.model ?? ''}`)),
    ],
    tools: [
      workflow.personas.flatMap(({ node, tools }) => tools.map((one) => `${node} ${one.node}`)),
      key.personas.flatMap(({ node, tools }) => tools.map((one) => `${node} ${one[0]}`)),
    ],
    'findings that must be': [
      [...new Set(workflow.findings.map(({ code }) => code))].filter((code) => Object.hasOwn(key.mustReport, code)),
      Object.keys(key.mustReport),
    ],
  }
  for (const [what, [ours, theirs]] of Object.entries(sets)) {
    const right = overlap(ours, theirs)
    count(scores.recall, what, right, theirs.length)
    count(scores.precision, what, right, ours.length)
    if (right < theirs.length || right < ours.length) {
      const missing = without(theirs, ours)[0]
      const extra = without(ours, theirs)[0]
      scores.failures.push(
        `${where}: ${what}: ${missing === undefined ? '' : `missing “${missing.slice(0, 160)}” `}${extra === undefined ? '' : `not in the key “${extra.slice(0, 160)}”`}`,
      )
    }
  }
}

function count(into: Record<string, { right: number; of: number }>, what: string, right: number, of: number): void {
  const one = into[what] ?? { right: 0, of: 0 }
  one.right += right
  one.of += of
  into[what] = one
}

/** Members in both, counted as often as they occur. */
function overlap(ours: readonly string[], theirs: readonly string[]): number {
  return theirs.length - without(theirs, ours).length
}

function without(from: readonly string[], these: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const one of these) left.set(one, (left.get(one) ?? 0) + 1)
  return from.filter((one) => {
    const n = left.get(one) ?? 0
    left.set(one, n - 1)
    return n <= 0
  })
}

interface FileKey {
  readonly expectImport: boolean
  readonly keys: readonly Key[]
}
const keyFiles = new Map<string, ReadonlyMap<string, FileKey>>()

/** The answer key of a file, from the key file in its folder or the one above; undefined: there is none. */
function keyOf(path: string): FileKey | undefined {
  const id = basename(path).replace(/\.[a-z]+$/, '')
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    for (const name of ['import_key.jsonl', 'index.jsonl']) {
      const file = join(folder, name)
      if (!existsSync(file)) continue
      const found = keysIn(file).get(id)
      if (found) return found
    }
  }
  return undefined
}

function keysIn(file: string): ReadonlyMap<string, FileKey> {
  const known = keyFiles.get(file)
  if (known) return known
  const keys = new Map<string, FileKey>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.trim() === '') continue
    const row = JSON.parse(line) as { id: string; expectImport?: boolean; key?: Key | Key[] | null; nodes?: unknown }
    const key = row.key === undefined ? (row.nodes ? [row as unknown as Key] : []) : row.key === null ? [] : [row.key].flat()
    keys.set(row.id, { expectImport: row.expectImport ?? true, keys: key })
  }
  keyFiles.set(file, keys)
  return keys
}

const share = ({ right, of }: { right: number; of: number }): string =>
  of === 0 ? '–' : `${((right / of) * 100).toFixed(2)} % (${right}/${of})`

export function printTemplates(scores: TemplateScores, failures: boolean): string {
  const { outcomes } = scores
  const real = scores.nodes - (outcomes.note ?? 0)
  const percent = (n: number) => `${n} (${((n / Math.max(1, real)) * 100).toFixed(1)} %)`
  const native = (outcomes.same ?? 0) + (outcomes.differs ?? 0) + (outcomes.credential ?? 0)
  const personas = (outcomes.persona ?? 0) + (outcomes.part ?? 0)
  const lines = [
    `templates: ${scores.files} files, ${scores.parsed} read, ${scores.refused} refused with a reason, in ${scores.seconds.toFixed(1)} s`,
    ...(scores.expected > 0 ? [`  read or refused as the key says: ${share({ right: scores.asExpected, of: scores.expected })}`] : []),
    `  nodes accounted for: ${share({ right: scores.accounted, of: scores.nodes })} in ${scores.workflows} workflows`,
    `  of ${real} nodes without notes: native ${percent(native)}, personas and their parts ${percent(personas)}, placeholders ${percent(outcomes.placeholder ?? 0)}`,
    `  run to the end here without a credential or a model: ${scores.runnable} workflows`,
    ...Object.keys(scores.recall).map(
      (what) =>
        `  ${what.padEnd(22)} recall ${share(scores.recall[what] ?? { right: 0, of: 0 })}, precision ${share(scores.precision[what] ?? { right: 0, of: 0 })}`,
    ),
  ]
  return [...lines, ...(failures ? scores.failures.map((line) => `  ✗ ${line}`) : [])].join('\n')
}
