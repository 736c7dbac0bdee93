/** `$fromAI('name', 'description', 'type', default)` in a tool's parameters: what the model fills in, as the tool's own parameters. */
import { isBag } from './reading.ts'

export interface FilledByModel {
  readonly name: string
  readonly description: string
  readonly kind: string
}

const CALL =
  /\$fromAI\s*\(\s*(?:`([^`]*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:,\s*(?:`([^`]*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*)?(?:,\s*(?:`([^`]*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*)?/gi

/** Every call in any depth, once for each name. */
export function fromAiParameters(parameters: unknown): FilledByModel[] {
  const found = new Map<string, FilledByModel>()
  for (const text of textsIn(parameters)) {
    for (const groups of text.matchAll(CALL)) {
      const pick = (at: number) => unescaped(groups[at] ?? groups[at + 1] ?? groups[at + 2] ?? '')
      const name = pick(1).trim()
      if (name !== '' && !found.has(name)) found.set(name, { name, description: pick(4), kind: pick(7).toLowerCase() || 'string' })
    }
  }
  return [...found.values()]
}

export function hasFromAi(parameters: unknown): boolean {
  for (const text of textsIn(parameters)) if (/\$fromAI\s*\(/i.test(text)) return true
  return false
}

/** Every text in a value, without recursion. */
export function* textsIn(value: unknown): Generator<string> {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string') yield one
    else if (Array.isArray(one)) open.push(...one)
    else if (isBag(one)) open.push(...Object.values(one))
  }
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1')
