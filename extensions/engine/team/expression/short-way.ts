/**
 * The short way: bare paths and simple operators, evaluated here instead of in the sandbox. It handles plain JSON and own properties
 * only; at anything else it gives up (`GIVE_UP`) and the sandbox decides, so both always agree. A property test holds them together.
 */
import type { AnyNode, CallExpression, Expression, Literal, MemberExpression } from 'acorn'
import { itemAt, itemsOf, legacyItem, nodeItems, pairedWith } from './reading.ts'
import type { ExpressionScope, Item } from './scope.ts'

/** Evaluates one chunk; throws `GIVE_UP`, `SWALLOWED`, or an `ExpressionFailure`. */
export type ShortWay = (scope: ExpressionScope, itemIndex: number) => unknown

/** The sandbox must decide. */
export const GIVE_UP: unique symbol = Symbol('give up')
/** JavaScript would throw a TypeError here, which an expression turns into undefined. */
export const SWALLOWED: unique symbol = Symbol('swallowed')
/** An optional chain ended early. Caught by the chain itself. */
const ENDED: unique symbol = Symbol('ended')

export function shortWay(node: AnyNode): ShortWay | undefined {
  switch (node.type) {
    case 'ParenthesizedExpression':
      return shortWay(node.expression)
    case 'Literal':
      return literal(node)
    case 'Identifier':
      return ROOTS[node.name]
    case 'MemberExpression':
      return root(node) ?? member(node)
    case 'CallExpression':
      return call(node)
    case 'ChainExpression':
      return chain(node.expression)
    case 'TemplateLiteral':
      return template(
        node.expressions,
        // The blank of `rewrite.ts`, here too.
        node.quasis.map((quasi) => {
          const text = quasi.value.cooked ?? ''
          return !quasi.tail && text.endsWith('\n') ? `${text} ` : text
        }),
      )
    case 'ConditionalExpression':
      return combined(
        [node.test, node.consequent, node.alternate],
        ([test, yes, no]) =>
          (scope, at) =>
            (test?.(scope, at) ? yes : no)?.(scope, at),
      )
    case 'LogicalExpression':
      return logical(node.operator, node.left, node.right)
    default:
      return undefined
  }
}

function literal(node: Literal): ShortWay | undefined {
  const { value } = node
  if ('regex' in node || 'bigint' in node || typeof value === 'object' ? value !== null : false) return undefined
  return () => value
}

const ROOTS: Readonly<Record<string, ShortWay>> = {
  __proto__: null as never,
  $json: (scope, at) => itemAt(scope, at)?.json,
  $itemIndex: (_scope, at) => at,
  $runIndex: (scope) => scope.runIndex,
  undefined: () => undefined,
}

/** `$('X').item.json`, `$node["X"].json`, `$input.item.json`: the parts that stand for one item's JSON. */
function root(node: MemberExpression): ShortWay | undefined {
  if (keyOf(node) !== 'json' || node.optional) return undefined
  const item = itemWay(node.object)
  if (item) return (scope, at) => jsonOf(item(scope, at))
  const legacy = legacyName(node.object)
  if (legacy !== undefined) return (scope, at) => jsonOf(legacyItem(scope, legacy, at))
  return undefined
}

type ItemWay = (scope: ExpressionScope, itemIndex: number) => Item | undefined

function itemWay(node: AnyNode): ItemWay | undefined {
  const called = node.type === 'CallExpression' && node.arguments.length === 0 && !node.optional
  const reached = called ? node.callee : node
  if (reached.type !== 'MemberExpression' || reached.optional) return undefined
  const part = keyOf(reached)
  const owner = reached.object
  const name = dollarName(owner)
  const input = owner.type === 'Identifier' && owner.name === '$input'
  if (!called && part === 'item') {
    if (name !== undefined) return (scope, at) => pairedWith(scope, name, at)
    return input ? itemAt : undefined
  }
  if (called && (part === 'first' || part === 'last')) {
    const place = part === 'first' ? 0 : -1
    if (name !== undefined) return (scope) => nodeItems(scope, name).at(place)
    return input ? (scope) => itemsOf(scope).at(place) : undefined
  }
  return undefined
}

function jsonOf(item: Item | undefined): unknown {
  if (item === undefined) throw SWALLOWED
  return item.json
}

/** `$('X')` */
function dollarName(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression' || node.optional || node.callee.type !== 'Identifier' || node.callee.name !== '$') return undefined
  const [first] = node.arguments
  return node.arguments.length === 1 && first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined
}

/** `$node["X"]` or `$node.X` */
function legacyName(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression' || node.optional || node.object.type !== 'Identifier' || node.object.name !== '$node')
    return undefined
  const key = keyOf(node)
  return typeof key === 'string' ? key : undefined
}

function keyOf(node: MemberExpression): string | number | undefined {
  const { property } = node
  if (!node.computed) return property.type === 'Identifier' ? property.name : undefined
  if (property.type !== 'Literal') return undefined
  return typeof property.value === 'string' || typeof property.value === 'number' ? property.value : undefined
}

function member(node: MemberExpression): ShortWay | undefined {
  const key = keyOf(node)
  if (key === undefined || node.object.type === 'Super') return undefined
  const object = shortWay(node.object)
  if (!object) return undefined
  const { optional } = node
  return (scope, at) => {
    const value = object(scope, at)
    if (value === undefined || value === null) throw optional ? ENDED : SWALLOWED
    return property(value, key)
  }
}

/** An own property of plain JSON; what a prototype would answer is left to the sandbox. */
export function property(value: unknown, key: string | number): unknown {
  if (typeof value === 'object' && value !== null) {
    if (Object.hasOwn(value, key)) return (value as Record<string | number, unknown>)[key]
    const prototype: unknown = Object.getPrototypeOf(value)
    // What was copied in has the ordinary prototypes, also where the host's object has none.
    if (prototype === Array.prototype ? key in Array.prototype : key in Object.prototype) throw GIVE_UP
    if (prototype !== Array.prototype && prototype !== Object.prototype && prototype !== null) throw GIVE_UP
    return undefined
  }
  const wrapped: object = Object(value) as object
  if (Object.hasOwn(wrapped, key)) return (wrapped as Record<string | number, unknown>)[key]
  if (key in wrapped) throw GIVE_UP
  return undefined
}

function chain(node: MemberExpression | CallExpression): ShortWay | undefined {
  const inner = shortWay(node)
  if (!inner) return undefined
  return (scope, at) => {
    try {
      return inner(scope, at)
    } catch (thrown) {
      if (thrown === ENDED) return undefined
      throw thrown
    }
  }
}

/** Of calls, only these: `$('X').isExecuted` is no call, and methods are the sandbox's. */
function call(_node: CallExpression): ShortWay | undefined {
  return undefined
}

function template(expressions: readonly Expression[], quasis: readonly string[]): ShortWay | undefined {
  return combined(expressions, (parts) => (scope, at) => {
    let text = quasis[0] ?? ''
    for (const [index, part] of parts.entries()) text += primitiveText(part(scope, at)) + (quasis[index + 1] ?? '')
    return text
  })
}

function primitiveText(value: unknown): string {
  if (typeof value === 'object' && value !== null) throw GIVE_UP
  return String(value)
}

function logical(operator: '||' | '&&' | '??', left: AnyNode, right: AnyNode): ShortWay | undefined {
  return combined([left, right], ([first, second]) => (scope, at) => {
    const value = first?.(scope, at)
    const decided = operator === '??' ? value !== undefined && value !== null : operator === '||' ? Boolean(value) : !value
    return decided ? value : second?.(scope, at)
  })
}

/** Only when every part has a short way. */
function combined(nodes: readonly AnyNode[], make: (parts: readonly ShortWay[]) => ShortWay): ShortWay | undefined {
  const parts = nodes.map(shortWay)
  return parts.every((part) => part !== undefined) ? make(parts as ShortWay[]) : undefined
}
