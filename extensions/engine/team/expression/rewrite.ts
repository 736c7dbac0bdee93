/**
 * Turns the code of a chunk into what the sandbox runs: names are checked, calls of extension methods go through the table
 * (`$x`, and `$w` inside an optional chain), and computed keys are checked when they are known (`$k`).
 * Safety does not hang on this: the sandbox holds without it. It gives n8n's answers, and keeps one expression from another's values.
 */
import type { AnyNode, CallExpression, Expression, MemberExpression, ObjectExpression, TemplateLiteral } from 'acorn'
import { ExpressionFailure } from './failure.ts'
import { METHOD_NAMES } from './method-names.ts'
import { childrenOf } from './parse.ts'

/** Names that no expression may use, as a variable or as a key. */
export const REFUSED_NAMES: readonly string[] = [
  'constructor',
  'prototype',
  '__proto__',
  'arguments',
  'caller',
  'callee',
  'getPrototypeOf',
  'setPrototypeOf',
  'mainModule',
  'binding',
  '_linkedBinding',
  '_load',
  'prepareStackTrace',
  'captureStackTrace',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  'getOwnPropertyDescriptor',
  'getOwnPropertyDescriptors',
  'defineProperty',
  'defineProperties',
]

const REFUSED: ReadonlySet<string> = new Set(REFUSED_NAMES)
const METHODS: ReadonlySet<string> = new Set(METHOD_NAMES)
/** Own methods of these are never extension calls. */
const NATIVE_OWNERS: ReadonlySet<string> = new Set([
  'Math',
  'Object',
  'JSON',
  'Array',
  'Number',
  'String',
  'Date',
  'DateTime',
  'Duration',
  'Interval',
])
/** Calls that surely change nothing that was copied in. After any other call the copies are made anew. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...METHOD_NAMES,
  ...[
    'all',
    'first',
    'last',
    'item',
    'itemMatching',
    'pairedItem',
    'map',
    'filter',
    'find',
    'findIndex',
    'findLast',
    'some',
    'every',
    'reduce',
  ],
  ...[
    'forEach',
    'flatMap',
    'flat',
    'join',
    'slice',
    'concat',
    'includes',
    'indexOf',
    'lastIndexOf',
    'at',
    'keys',
    'values',
    'entries',
    'isArray',
  ],
  ...[
    'fromEntries',
    'from',
    'toSorted',
    'toReversed',
    'toSpliced',
    'with',
    'split',
    'replace',
    'replaceAll',
    'match',
    'matchAll',
    'trim',
    'trimStart',
  ],
  ...[
    'trimEnd',
    'substring',
    'substr',
    'padStart',
    'padEnd',
    'repeat',
    'startsWith',
    'endsWith',
    'charAt',
    'charCodeAt',
    'codePointAt',
    'test',
  ],
  ...[
    'toLowerCase',
    'toUpperCase',
    'toString',
    'toFixed',
    'toPrecision',
    'toLocaleString',
    'normalize',
    'localeCompare',
    'stringify',
    'parse',
    'hasOwn',
  ],
  ...[
    'hasOwnProperty',
    'now',
    'toISO',
    'toISODate',
    'toISOTime',
    'toFormat',
    'toISOString',
    'toMillis',
    'toSeconds',
    'toUnixInteger',
    'toJSDate',
  ],
  ...[
    'startOf',
    'endOf',
    'diff',
    'diffNow',
    'setZone',
    'setLocale',
    'toUTC',
    'toLocal',
    'fromISO',
    'fromFormat',
    'fromMillis',
    'fromSeconds',
  ],
  ...[
    'hasSame',
    'toRelative',
    'toLocaleDateString',
    'toLocaleTimeString',
    'getTime',
    'getFullYear',
    'getMonth',
    'getDate',
    'getDay',
    'getHours',
  ],
  ...[
    'getMinutes',
    'getSeconds',
    'isInteger',
    'isNaN',
    'isFinite',
    'floor',
    'ceil',
    'round',
    'abs',
    'max',
    'min',
    'pow',
    'sqrt',
    'random',
    'sign',
  ],
])

export interface Rewritten {
  readonly code: string
  /** False when the expression surely leaves every value that it was given as it was. */
  readonly mayChange: boolean
  /** Words that the code uses, to load libraries only when needed. */
  readonly names: ReadonlySet<string>
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Walk {
  readonly source: string
  readonly edits: Edit[]
  readonly names: Set<string>
  mayChange: boolean
}

export function rewrite(source: string, expression: Expression): Rewritten {
  const walk: Walk = { source, edits: [], names: new Set(), mayChange: false }
  visit(walk, expression)
  return { code: applyEdits(source, expression, walk.edits), mayChange: walk.mayChange, names: walk.names }
}

export function refuseName(name: string): void {
  if (REFUSED.has(name)) throw new ExpressionFailure('ExpressionError', `Cannot access "${name}" due to security concerns`)
}

function visit(walk: Walk, node: AnyNode): void {
  switch (node.type) {
    case 'Identifier':
      refuseName(node.name)
      walk.names.add(node.name)
      break
    case 'MemberExpression':
      visitMember(walk, node)
      return
    case 'CallExpression':
      visitCall(walk, node)
      break
    case 'AssignmentExpression':
    case 'UpdateExpression':
      if ((node.type === 'UpdateExpression' ? node.argument : node.left).type !== 'Identifier') walk.mayChange = true
      break
    case 'ObjectExpression':
      boxSpreads(walk, node)
      break
    case 'TemplateLiteral':
      spaceAfterLine(walk, node)
      break
    case 'TaggedTemplateExpression':
      walk.mayChange = true
      break
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.left.type !== 'VariableDeclaration') walk.mayChange = true
      break
    case 'UnaryExpression':
      if (node.operator === 'delete') walk.mayChange = true
      break
    case 'Property':
      if (!node.computed && !node.shorthand) {
        visit(walk, node.value)
        return
      }
      break
    default:
  }
  for (const child of childrenOf(node)) visit(walk, child)
}

/** QuickJS spreads nothing of a string into an object; JavaScript spreads its letters. */
function boxSpreads(walk: Walk, node: ObjectExpression): void {
  for (const property of node.properties) {
    if (property.type !== 'SpreadElement') continue
    insert(walk, property.argument.start, '$o(')
    insert(walk, property.argument.end, ')')
  }
}

/** As observed: in a template literal, a value that stands at the beginning of a line is written after one blank. */
function spaceAfterLine(walk: Walk, node: TemplateLiteral): void {
  for (const quasi of node.quasis) {
    if (!quasi.tail && quasi.value.cooked?.endsWith('\n')) insert(walk, quasi.end, ' ')
  }
}

function visitMember(walk: Walk, node: MemberExpression): void {
  visit(walk, node.object)
  const { property } = node
  if (!node.computed) {
    if ('name' in property) {
      refuseName(property.name)
      walk.names.add(property.name)
    }
    return
  }
  if (property.type === 'Literal') {
    if (typeof property.value === 'string') {
      refuseName(property.value)
      walk.names.add(property.value)
    }
    return
  }
  insert(walk, property.start, '$k(')
  visit(walk, property)
  insert(walk, property.end, ')')
}

function visitCall(walk: Walk, node: CallExpression): void {
  const { callee } = node
  if (callee.type === 'MemberExpression' && callee.computed) walk.mayChange = true
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return
  const { name } = callee.property
  if (!HARMLESS.has(name)) walk.mayChange = true
  if (!METHODS.has(name) || node.optional || callee.object.type === 'Super') return
  if (callee.object.type === 'Identifier' && NATIVE_OWNERS.has(callee.object.name)) return
  if (inOptionalChain(callee)) {
    insert(walk, callee.object.start, '$w(')
    insert(walk, callee.object.end, `,"${name}")`)
    if (!callee.optional) walk.edits.push({ start: callee.object.end, end: dotAfter(walk.source, callee.object.end), text: '?.' })
    return
  }
  insert(walk, callee.object.start, '$x(')
  walk.edits.push({ start: callee.object.end, end: parenthesisAfter(walk.source, callee.property.end) + 1, text: `,"${name}",[` })
  walk.edits.push({ start: node.end - 1, end: node.end, text: '])' })
}

function inOptionalChain(member: MemberExpression): boolean {
  let node: AnyNode = member
  while (node.type === 'MemberExpression' || node.type === 'CallExpression') {
    if (node.optional) return true
    node = node.type === 'MemberExpression' ? node.object : node.callee
  }
  return false
}

function insert(walk: Walk, at: number, text: string): void {
  walk.edits.push({ start: at, end: at, text })
}

/** The `.` after an object; blanks and comments may stand before it. */
function dotAfter(source: string, from: number): number {
  return skipTo(source, from, '.') + 1
}

function parenthesisAfter(source: string, from: number): number {
  return skipTo(source, from, '(')
}

function skipTo(source: string, from: number, wanted: string): number {
  let at = from
  while (at < source.length && source[at] !== wanted) {
    if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 2
    else if (source.startsWith('//', at)) at = source.indexOf('\n', at) + 1
    else at += 1
  }
  return at
}

/** Edits never overlap: at one place, those that were asked for first stand first when they open, last when they close. */
function applyEdits(source: string, expression: Expression, edits: readonly Edit[]): string {
  const ordered = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index)
  let code = ''
  let at = expression.start
  for (const { edit } of ordered) {
    code += source.slice(at, edit.start) + edit.text
    at = Math.max(at, edit.end)
  }
  return code + source.slice(at, expression.end)
}
