/** Parses the code of one chunk. One expression, optionally ended by `;`; what follows a first expression statement is ignored, as in n8n. */
import { type AnyNode, type Expression, type Options, type Program, parse, parseExpressionAt } from 'acorn'
import { ExpressionFailure } from './failure.ts'
import { METHOD_NAMES } from './method-names.ts'

const OPTIONS: Options = { ecmaVersion: 2024, sourceType: 'script', preserveParens: true }
const METHOD_CALL = new RegExp(`\\.\\s*(?:${METHOD_NAMES.join('|')})\\s*\\(`)
/** Longer code is refused: parsing takes time outside the sandbox. Characters. */
const LONGEST = 200_000

/** The expression's syntax tree; its positions are offsets in `source`. Throws `invalid syntax`. */
export function parseCode(source: string, offset: number): Expression {
  if (source.length > LONGEST) {
    throw new ExpressionFailure('ExpressionError', `This expression has ${source.length} characters; at most ${LONGEST} are allowed.`)
  }
  const whole = wholeExpression(source)
  if (whole) return whole
  try {
    const first = (parse(source, OPTIONS) as Program).body[0]
    if (first?.type === 'ExpressionStatement') return first.expression
  } catch (error) {
    throw invalid(source, offset, error)
  }
  throw invalid(source, offset, undefined)
}

/** Tried first, because `{ a: 1 }` is an object here and not a block. */
function wholeExpression(source: string): Expression | undefined {
  try {
    const expression = parseExpressionAt(source, 0, OPTIONS)
    const rest = source.slice(expression.end)
    return REST.test(rest) ? expression : undefined
  } catch {
    return undefined
  }
}

/** Only blanks, comments, and `;` may follow. */
const REST = /^(?:\s|;|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/

function invalid(source: string, offset: number, error: unknown): ExpressionFailure {
  const position = error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number' ? error.pos : 0
  const name = METHOD_CALL.test(source) ? 'ExpressionExtensionError' : 'Error'
  const description = error instanceof Error ? error.message : undefined
  return new ExpressionFailure(name, 'invalid syntax', {
    place: { offset: offset + position },
    ...(description === undefined ? {} : { description }),
  })
}

/** Every direct child node. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = []
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const each of value) pushNode(children, each)
    else pushNode(children, value)
  }
  return children
}

function pushNode(children: AnyNode[], value: unknown): void {
  if (value !== null && typeof value === 'object' && 'type' in value && typeof value.type === 'string') children.push(value as AnyNode)
}
