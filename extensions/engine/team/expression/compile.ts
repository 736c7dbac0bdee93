/** A template, read once: what is text, what has a short way, and what the sandbox must run. Templates are kept by their text. */
import { splitTemplate, type TextChunk } from './chunks.ts'
import { ExpressionFailure } from './failure.ts'
import { METHODS } from './method-names.ts'
import { parseCode } from './parse.ts'
import { rewrite } from './rewrite.ts'
import { type ShortWay, shortWay } from './short-way.ts'

export interface CodeChunk {
  readonly kind: 'code'
  /** Its number in the sandbox. */
  readonly number: number
  readonly code: string
  readonly offset: number
  readonly short: ShortWay | undefined
  readonly mayChange: boolean
  readonly libraries: readonly LibraryName[]
}

export type LibraryName = 'luxon' | 'jmespath'

export interface Template {
  readonly chunks: readonly (TextChunk | CodeChunk)[]
  /** Exactly one code chunk and nothing else: its value keeps its type. */
  readonly typed: boolean
}

/** n8n refuses this spelling before it reads anything else. */
const CONSTRUCTOR_CALL = /\.\s*constructor/
const TIME_NAMES: ReadonlySet<string> = new Set([
  ...METHODS.Date.filter((name) => !['isEmpty', 'toBoolean', 'toInt', 'toJsonString'].includes(name)),
  ...['DateTime', 'Duration', 'Interval', '$now', '$today'],
])
const QUERY_NAMES: readonly string[] = ['$jmespath', '$jmesPath']

export function compileTemplate(template: string, nextNumber: () => number): Template {
  if (CONSTRUCTOR_CALL.test(template))
    throw new ExpressionFailure('ExpressionError', 'Expression contains invalid constructor function call')
  const chunks = splitTemplate(template).map((chunk): TextChunk | CodeChunk => {
    if (chunk.kind === 'text') return chunk
    const expression = parseCode(chunk.source, chunk.offset)
    const { code, mayChange, names } = rewrite(chunk.source, expression)
    const libraries: LibraryName[] = []
    if ([...names].some((name) => TIME_NAMES.has(name))) libraries.push('luxon')
    if (QUERY_NAMES.some((name) => names.has(name))) libraries.push('jmespath')
    return { kind: 'code', number: nextNumber(), code, offset: chunk.offset, short: shortWay(expression), mayChange, libraries }
  })
  return { chunks, typed: chunks.length === 1 && chunks[0]?.kind === 'code' }
}
