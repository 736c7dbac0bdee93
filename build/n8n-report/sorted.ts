/** Tells the given files apart by what is in them, not by where they lie. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isBag } from './as-team.ts'
import { type FlowCase, flowCaseIn } from './case.ts'

export interface Sorted {
  /** Node tests, and templates with pinned data; read when their turn comes. */
  readonly flows: readonly { readonly path: string; readonly read: () => FlowCase }[]
  /** Files of expressions, conditions and coercions, one case a line. */
  readonly expressions: readonly string[]
  /** Everything else that is JSON or should be: workflows for the importer. */
  readonly templates: readonly string[]
}

export function sorted(paths: readonly string[]): Sorted {
  const flows: Sorted['flows'][number][] = []
  const expressions: string[] = []
  const templates: string[] = []
  for (const path of paths.flatMap(filesIn)) {
    if (path.endsWith('.jsonl')) {
      const lines = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
      const first = parsed(lines[0] ?? '')
      if (!isBag(first)) continue
      if (isFlow(first)) for (const line of lines) flows.push({ path, read: () => flowIn(parsed(line), path) })
      else if ('expr' in first || first.kind === 'filter' || first.kind === 'typevalidation') expressions.push(path)
      // Anything else is a key that belongs to the templates beside it.
      continue
    }
    const file = parsed(readFileSync(path, 'utf8'))
    if (isFlow(file)) flows.push({ path, read: () => flowIn(parsed(readFileSync(path, 'utf8')), path) })
    else if (Array.isArray(file) && file.length > 0 && file.every(isFlow)) {
      for (const one of file) flows.push({ path, read: () => flowIn(one, path) })
    } else templates.push(path)
  }
  return { flows, expressions, templates }
}

function isFlow(file: unknown): boolean {
  return isBag(file) && isBag(file.expected) && isBag(file.expected.nodes)
}

function flowIn(file: unknown, path: string): FlowCase {
  const found = flowCaseIn(file, path)
  if (found === undefined) throw new Error('it has what was expected, but neither a workflow nor a template')
  return found
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => filesIn(join(path, name)))
    .filter((file) => /\.jsonl?$/.test(file) || /\/malformed\//.test(file))
}
