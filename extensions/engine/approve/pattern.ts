/**
 * Patterns of rules: `tool(argument pattern)`.
 *
 *   tool                        any arguments            file_write
 *   tool(*)                     any arguments            file_*(*)
 *   tool(pattern)               the call's one line      run_command(git push *)
 *   tool(name: p, name: p)      arguments by name        http_request(method: GET, url: https://example.org/*)
 *
 * A comma within a named pattern is written `\,`, a star or question mark that stands for itself `\*` and `\?`.
 */
import { TroupeError } from '#core'
import { asRecord, callLine, plainAddress, plainPath, textOf } from './call-line.ts'

export interface RulePattern {
  readonly tool: string
  /** null: any arguments. */
  readonly args: null | { readonly line: string } | { readonly named: readonly { readonly name: string; readonly glob: string }[] }
}

export interface Call {
  readonly tool: string
  readonly args: unknown
}

const SHAPE = /^([^\s()]+)(?:\(([\s\S]*)\))?$/
const NAMED = /^([A-Za-z_][\w.-]{0,79}):\s+([\s\S]+)$/

/** INVALID with what is expected. */
export function readPattern(text: string): RulePattern {
  const [, tool, inside] = SHAPE.exec(text.trim()) ?? []
  if (tool === undefined) {
    throw new TroupeError('INVALID', `"${text}" is no pattern of a rule.`, {
      hint: 'It is written tool(argument pattern), for example run_command(git push *) or file_write(notes/*).',
    })
  }
  const args = inside?.trim() ?? '*'
  if (args === '' || args === '*') return { tool, args: null }
  const parts = splitAtCommas(args).map((part) => NAMED.exec(part.trim()))
  if (parts.every((part) => part !== null)) {
    return { tool, args: { named: parts.map((part) => ({ name: part[1] ?? '', glob: (part[2] ?? '').trim() })) } }
  }
  return { tool, args: { line: args } }
}

/** `strict` for allow: the whole line, or every named argument. Otherwise also any one text within the arguments. */
export function fits(pattern: RulePattern, call: Call, strict: boolean): boolean {
  if (!globFits(pattern.tool, call.tool)) return false
  const { args } = pattern
  if (args === null) return true
  if ('line' in args) {
    if (globFits(args.line, callLine(call.tool, call.args))) return true
    return !strict && textsWithin(call.args).some((text) => globFits(args.line, text))
  }
  const given = asRecord(call.args)
  return args.named.every(({ name, glob }) => Object.hasOwn(given, name) && globFits(glob, plainArgument(call.tool, name, given[name])))
}

/** Why an allow of this pattern would let more through than it looks; null: it does not. */
export function whyTooWide({ args }: RulePattern): string | null {
  const globs = args === null ? [] : 'line' in args ? [args.line] : args.named.map(({ glob }) => glob)
  // `https://example.org*` is also https://example.org.elsewhere.net: a host is written out, or begins with `*.`
  const open = globs.find((glob) =>
    [...glob.matchAll(/https?:\/\/([^/\s]*)/gi)].some(([, host = '']) => host !== '*' && /[*?]/.test(host.replace(/^\*\./, ''))),
  )
  return open === undefined
    ? null
    : `"${open}" would also let through hosts that only begin like this one. Write the host out, and a slash behind it.`
}

function plainArgument(tool: string, name: string, value: unknown): string {
  const text = textOf(value)
  if (tool.startsWith('file_') && name === 'path') return plainPath(text)
  return tool === 'http_request' && name === 'url' ? plainAddress(text) : text
}

/** Linear in the text for each star: no pattern of a person can hold up the engine, as a regular expression could. */
export function globFits(glob: string, text: string): boolean {
  const signs = readGlob(glob)
  let at = 0
  let from = 0
  let star = -1
  let back = 0
  while (at < text.length) {
    const sign = signs[from]
    if (sign === ANY) {
      star = from++
      back = at
    } else if (sign !== undefined && (sign === ONE || sign === text[at])) {
      from++
      at++
    } else if (star >= 0) {
      from = star + 1
      at = ++back
    } else return false
  }
  while (signs[from] === ANY) from++
  return from === signs.length
}

const ANY = Symbol('any')
const ONE = Symbol('one')

function readGlob(glob: string): readonly (string | symbol)[] {
  const signs: (string | symbol)[] = []
  for (let at = 0; at < glob.length; at++) {
    const sign = glob[at] as string
    const next = glob[at + 1]
    if (sign === '\\' && next !== undefined && '*?\\,'.includes(next)) {
      signs.push(next)
      at++
    } else if (sign === '*') {
      if (signs.at(-1) !== ANY) signs.push(ANY)
    } else signs.push(sign === '?' ? ONE : sign)
  }
  return signs
}

function splitAtCommas(text: string): readonly string[] {
  return text.split(/(?<!\\),/)
}

/** Every text, number and truth value within, and none of the names. */
function textsWithin(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (value === null || typeof value !== 'object' || depth > 20) return []
  return Object.values(value).flatMap((inner) => textsWithin(inner, depth + 1))
}
