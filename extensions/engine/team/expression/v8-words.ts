/**
 * QuickJS's complaints in V8's words. People's error handling, and n8n's cases, read V8's; where V8 names the
 * piece of code, it is found at the place that the stack gives.
 */
import { type AnyNode, parse } from 'acorn'
import { childrenOf } from './parse.ts'

interface Fault {
  readonly message: string
  readonly stack: string
}

type Rewording = readonly [RegExp, (parts: readonly string[], fault: Fault, source: string) => string]

const REWORDINGS: readonly Rewording[] = [
  [
    /^cannot read property 'Symbol\.iterator' of (undefined|null)$/,
    ([, of], fault, source) => `${pieceAt(source, fault, iteratedBy) ?? of} is not iterable`,
  ],
  [/^cannot read property '(.*)' of (undefined|null)$/s, ([, key, of]) => `Cannot read properties of ${of} (reading '${key}')`],
  [/^cannot set property '(.*)' of (undefined|null)$/s, ([, key, of]) => `Cannot set properties of ${of} (setting '${key}')`],
  [/^'(.*)' is not defined$/s, ([, name]) => `${name} is not defined`],
  [/^'(.*)' is read-only$/s, () => 'Assignment to constant variable.'],
  [/^(.*) is not initialized$/s, ([, name]) => `Cannot access '${(name ?? '').replaceAll("'", '')}' before initialization`],
  [/^cannot convert to object$/, () => 'Cannot convert undefined or null to object'],
  [/^empty array$/, () => 'Reduce of empty array with no initial value'],
  [/^invalid array length$/, () => 'Invalid array length'],
  [/^not a function$/, (_parts, fault, source) => `${pieceAt(source, fault, calleeOf) ?? 'value'} is not a function`],
  [/^value is not iterable$/, (_parts, fault, source) => `${pieceAt(source, fault, iteratedBy) ?? 'value'} is not iterable`],
  [/^not a constructor$/, (_parts, fault, source) => `${pieceAt(source, fault, constructedBy) ?? 'value'} is not a constructor`],
]

/** `linesBefore` counts the lines that stand before the person's own source in what was run. */
export function inV8Words(fault: Fault, source: string): string {
  for (const [pattern, reword] of REWORDINGS) {
    const parts = pattern.exec(fault.message)
    if (parts) return reword(parts, fault, source)
  }
  return fault.message
}

/** The line and column of the first stack frame in the person's source, one-based; undefined when the stack names none. */
export function placeOf(stack: string): { readonly line: number; readonly column: number } | undefined {
  const found = /\((?:eval\.js|<input>|<evalScript>|script\.js):(\d+)(?::(\d+))?\)/.exec(stack)
  if (!found) return undefined
  // One line of wrapping stands before the source.
  return { line: Number(found[1]) - 1, column: Number(found[2] ?? 1) }
}

function pieceAt(source: string, fault: Fault, find: (node: AnyNode) => AnyNode | undefined): string | undefined {
  const place = placeOf(fault.stack)
  if (!place) return undefined
  try {
    const options = {
      ecmaVersion: 2024,
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      locations: true,
    } as const
    const hits: AnyNode[] = []
    collect(parse(source, options), place, find, hits)
    const best = hits.at(-1)
    return best && written(best, source)
  } catch {
    return undefined
  }
}

/** Nodes that the place could mean: those on its line whose piece ends at or holds the column; the innermost last. */
function collect(
  node: AnyNode,
  place: { line: number; column: number },
  find: (node: AnyNode) => AnyNode | undefined,
  hits: AnyNode[],
): void {
  const { loc } = node
  if (loc && (loc.start.line > place.line || loc.end.line < place.line)) return
  const piece = find(node)
  if (piece?.loc && piece.loc.end.line === place.line && piece.loc.start.column <= place.column && place.column <= piece.loc.end.column + 2)
    hits.push(piece)
  for (const child of childrenOf(node)) collect(child, place, find, hits)
}

function calleeOf(node: AnyNode): AnyNode | undefined {
  return node.type === 'CallExpression' ? node.callee : undefined
}

function constructedBy(node: AnyNode): AnyNode | undefined {
  return node.type === 'NewExpression' ? node.callee : undefined
}

function iteratedBy(node: AnyNode): AnyNode | undefined {
  if (node.type === 'ForOfStatement') return node.right
  if (node.type === 'SpreadElement') return node.argument
  return node.type === 'VariableDeclarator' && node.id.type === 'ArrayPattern' && node.init ? node.init : undefined
}

/** As V8 writes it: calls inside as `(...)`, keys that are computed by their text. */
function written(node: AnyNode, source: string): string {
  switch (node.type) {
    case 'Identifier':
      return node.name
    case 'ThisExpression':
      return 'this'
    case 'MemberExpression':
      if (node.computed) return `${written(node.object, source)}[...]`
      return `${written(node.object, source)}.${node.property.type === 'Identifier' ? node.property.name : ''}`
    case 'CallExpression':
      return `${written(node.callee, source)}(...)`
    default:
      return '(intermediate value)'
  }
}
