/** A call in one line, as rules and people see it. What a tool's main argument is, is said here for Troupe's own tools. */
import { posix } from 'node:path'
import { canonicalJson } from '#core'

const LINE_CHARS = 4000

/** Other tools (of MCP servers and agent CLIs) have no main argument that anybody declared: all of them, as canonical JSON. */
export function callLine(tool: string, args: unknown): string {
  const named = asRecord(args)
  if (tool === 'run_command') return commandLine(named)
  if (tool === 'http_request') return `${textOf(named.method) || 'GET'} ${plainAddress(textOf(named.url))}`
  if (tool.startsWith('file_')) return plainPath(textOf(named.path))
  if (tool === 'ask') return textOf(named.question)
  return Object.keys(named).length === 0 ? '' : canonicalJson(args)
}

/** For lists: one line that ends with an ellipsis when it is cut. Never what a rule is held against. */
export function shortLine(line: string, chars = LINE_CHARS): string {
  const flat = line.replace(/\s+/g, ' ')
  return flat.length <= chars ? flat : `${flat.slice(0, chars - 1)}…`
}

/** One argument that has blanks or quotes is written as JSON, so that two arguments never look like one. */
function commandLine({ program, args, stdin }: Readonly<Record<string, unknown>>): string {
  const words = [textOf(program), ...(Array.isArray(args) ? args.map(textOf) : [])]
  const line = words.map((word) => (word !== '' && /^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
  const input = textOf(stdin)
  return input === '' ? line : `${line} < ${JSON.stringify(input)}`
}

/** `a/../b` is `b`; what leaves the folder keeps its dots, and no pattern without them fits it. */
export function plainPath(path: string): string {
  if (path === '') return ''
  const plain = posix.normalize(path.replaceAll('\\', '/'))
  return plain === '.' ? '' : plain.replace(/^\.\//, '').replace(/\/$/, '')
}

/** As a request would be sent: a host in small letters, no dots between slashes, no user in front of the host. */
export function plainAddress(address: string): string {
  return URL.parse(address)?.href ?? address
}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : canonicalJson(value)

export const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
