/**
 * Functions stop at 80 lines, closures counted whole, in engine, window, programs and build. Data tables do not count: a function
 * that only returns an object or array literal is one. Run by `npm run check`; prints each break and ends with 1.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import ts from 'typescript'

const MAX_LINES = 80

export interface LongFunction {
  readonly name: string
  readonly line: number
  readonly lines: number
}

/** The functions of one file that are longer than `most`, outermost first. */
export function longFunctions(path: string, text: string, most = MAX_LINES): readonly LongFunction[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)
  const found: LongFunction[] = []
  const lineOf = (at: number): number => source.getLineAndCharacterOfPosition(at).line + 1
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = lineOf(node.getStart(source))
      const lines = lineOf(node.end) - line + 1
      if (lines > most && !isTable(node.body)) found.push({ name: nameOf(node, source), line, lines })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isTable(body: ts.Node): boolean {
  const [only, ...more] = ts.isBlock(body) ? body.statements : []
  const value = only === undefined ? body : ts.isReturnStatement(only) && more.length === 0 ? only.expression : undefined
  if (value === undefined) return false
  const bare = ts.isParenthesizedExpression(value) ? value.expression : value
  return (ts.isObjectLiteralExpression(bare) || ts.isArrayLiteralExpression(bare)) && !holdsFunction(bare)
}

function holdsFunction(node: ts.Node): boolean {
  return ts.forEachChild(node, (child) => ts.isFunctionLike(child) || holdsFunction(child) || undefined) ?? false
}

function nameOf(node: ts.Node, source: ts.SourceFile): string {
  const named = ts.getNameOfDeclaration(node as ts.Declaration) ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined)
  return named?.getText(source) ?? 'a function without a name'
}

if (import.meta.main) {
  const folders = ['src', 'extensions', 'build', 'resources/programs']
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...folders], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && existsSync(path))
  const breaks = files.flatMap((path) =>
    longFunctions(path, readFileSync(path, 'utf8')).map(
      ({ name, line, lines }) => `${path}:${line}: ${name} has ${lines} lines; the limit is ${MAX_LINES}. Split it by decision.`,
    ),
  )
  for (const line of breaks) console.error(line)
  console.log(`functions: ${files.length} files, ${breaks.length} breaks`)
  process.exitCode = breaks.length > 0 ? 1 : 0
}
