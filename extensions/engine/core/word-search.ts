/**
 * What a text of a list's search field asks for. SQLite here has FTS4 (no FTS5, so no trigrams): its index finds words and their
 * beginnings. Each part between blanks must be found; letters and digits as the beginning of a word (in any case, with or without
 * accents), a part with other signs in it also literally as it stands. A text without any letter or digit, or in a script that writes no blanks
 * between words, is looked for literally in every row.
 */
import type { SqlValue } from './sql.ts'

export interface WordSearch {
  /** For MATCH of an FTS4 table; null: no index answers it, and `literal` is all there is. */
  readonly match: string | null
  /** Patterns for LIKE … ESCAPE '\\', each of which must fit one of the columns. */
  readonly literal: readonly string[]
}

const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu
const NO_BLANKS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

export function wordSearch(text: string): WordSearch {
  const asked = text.trim()
  const parts = asked.split(/\s+/)
  const phrases = parts.flatMap((part) => phraseOf(part) ?? [])
  if (phrases.length === 0 || NO_BLANKS.test(asked)) return { match: null, literal: [pattern(asked)] }
  return { match: phrases.join(' '), literal: parts.filter((part) => part.replaceAll(WORD, '') !== '').map(pattern) }
}

/** The condition that each pattern fits one of the columns; no pattern, no condition. */
export function literally(
  columns: readonly string[],
  { literal }: WordSearch,
): { readonly sql: string; readonly params: readonly SqlValue[] } {
  const one = `(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`
  return { sql: literal.map(() => one).join(' AND '), params: literal.flatMap((like) => columns.map(() => like)) }
}

/** The words of one part behind each other, the last one open at its end. Only letters and digits enter the query's own language. */
function phraseOf(part: string): string | undefined {
  const words = part.match(WORD)
  return words === null ? undefined : `"${words.join(' ')}*"`
}

function pattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
}
