/**
 * What a text of the list's search field asks for. SQLite here has FTS4 (no FTS5, so no trigrams): its index finds words and their
 * beginnings. Each part between blanks must be found; letters and digits as the beginning of a word (in any case, with or without
 * accents), a part with other signs in it also literally as it stands. A text without any letter or digit, or in a script that writes no blanks
 * between words, is looked for literally in every row.
 */
import type { SqlValue } from './ports.ts'

export interface Condition {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** `indexed`: an index answers it. Otherwise every row is looked at, and the caller does that in slices. */
export interface TextCondition extends Condition {
  readonly indexed: boolean
}

const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu
const NO_BLANKS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const ID = /^run_[0-9a-z]{1,16}$/i
const COLUMNS = ['persona_name', 'input_preview', 'result_preview', 'reason_message'] as const

export function textCondition(text: string): TextCondition {
  const asked = text.trim()
  if (ID.test(asked)) {
    const id = asked.toLowerCase()
    return { sql: 'id >= ? AND id < ?', params: [id, `${id}~`], indexed: true }
  }
  const parts = asked.split(/\s+/)
  const phrases = parts.flatMap((part) => phraseOf(part) ?? [])
  if (phrases.length === 0 || NO_BLANKS.test(asked)) return { ...literally(asked), indexed: false }
  const literal = parts.filter((part) => part.replaceAll(WORD, '') !== '').map(literally)
  const found = 'num IN (SELECT docid FROM run_text WHERE run_text MATCH ?)'
  return {
    sql: [found, ...literal.map(({ sql }) => sql)].join(' AND '),
    params: [phrases.join(' '), ...literal.flatMap(({ params }) => params)],
    indexed: true,
  }
}

/** The words of one part behind each other, the last one open at its end. Only letters and digits enter the query's own language. */
function phraseOf(part: string): string | undefined {
  const words = part.match(WORD)
  return words === null ? undefined : `"${words.join(' ')}*"`
}

function literally(part: string): Condition {
  const like = `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  return { sql: `(${COLUMNS.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`, params: COLUMNS.map(() => like) }
}
