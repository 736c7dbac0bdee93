/** What a text of the runs' search field asks for: an id or its beginning, or words (core's word-search.ts says how they are found). */
import { literally, wordSearch } from '#core'
import type { SqlValue } from './ports.ts'

export interface Condition {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** `indexed`: an index answers it. Otherwise every row is looked at, and the caller does that in slices. */
export interface TextCondition extends Condition {
  readonly indexed: boolean
}

const ID = /^run_[0-9a-z]{1,16}$/i
const COLUMNS = ['persona_name', 'input_preview', 'result_preview', 'reason_message'] as const

export function textCondition(text: string): TextCondition {
  const asked = text.trim()
  if (ID.test(asked)) {
    const id = asked.toLowerCase()
    return { sql: 'id >= ? AND id < ?', params: [id, `${id}~`], indexed: true }
  }
  const search = wordSearch(asked)
  const literal = literally(COLUMNS, search)
  if (search.match === null) return { ...literal, indexed: false }
  const found = 'num IN (SELECT docid FROM run_text WHERE run_text MATCH ?)'
  return {
    sql: literal.sql === '' ? found : `${found} AND ${literal.sql}`,
    params: [search.match, ...literal.params],
    indexed: true,
  }
}
