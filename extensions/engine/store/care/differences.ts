/** What a restore would change: every table of two databases compared by its primary key. */
import type { Database } from 'sql.js'
import { countOf, quoted, rowsOf, tablesOf } from './plain.ts'

export interface TableDifference {
  readonly table: string
  readonly rows: number
  readonly rowsThen: number
  /** Rows that are there now and not then. */
  readonly lost: number
  /** Rows that are there then and not now. */
  readonly back: number
  /** Rows of both that read otherwise then. */
  readonly changed: number
}

/** The store's own records are no person's data. */
const OWN = /^store_/

/** `main` is how it would be; `present` is attached, and how it is. Only tables that differ. */
export function differences(db: Database, tell: (step: string) => void): readonly TableDifference[] {
  const then = tablesOf(db)
  const now = tablesOf(db, 'present')
  const all = [...new Set([...then, ...now])].filter((table) => !OWN.test(table)).sort()
  return all
    .map((table): TableDifference => {
      tell(`Comparing ${table}`)
      if (!then.includes(table)) return onlyIn(db, table, 'present')
      if (!now.includes(table)) return onlyIn(db, table, 'main')
      return compared(db, table)
    })
    .filter(({ lost, back, changed }) => lost + back + changed > 0)
}

function onlyIn(db: Database, table: string, schema: 'main' | 'present'): TableDifference {
  const rows = countOf(db, `${schema}.${quoted(table)}`)
  return schema === 'main'
    ? { table, rows: 0, rowsThen: rows, lost: 0, back: rows, changed: 0 }
    : { table, rows, rowsThen: 0, lost: rows, back: 0, changed: 0 }
}

function compared(db: Database, table: string): TableDifference {
  const name = quoted(table)
  const columns = (schema: string) =>
    rowsOf(db, `SELECT name, pk FROM pragma_table_info('${table.replaceAll("'", "''")}', '${schema}')`).map(([column, pk]) => ({
      column: String(column),
      key: Number(pk) > 0,
    }))
  const here = columns('main')
  const there = columns('present')
  const keys = here.filter(({ key }) => key).map(({ column }) => quoted(column))
  const same = (keys.length > 0 ? keys : ['rowid']).map((key) => `a.${key} IS b.${key}`).join(' AND ')
  const missing = (a: string, b: string) =>
    countOf(db, `${a}.${name} AS a WHERE NOT EXISTS (SELECT 1 FROM ${b}.${name} AS b WHERE ${same})`)
  const both = here
    .map(({ column }) => column)
    .filter((column) => there.some((other) => other.column === column))
    .map(quoted)
  const differs = both.map((column) => `a.${column} IS NOT b.${column}`).join(' OR ')
  return {
    table,
    rows: countOf(db, `present.${name}`),
    rowsThen: countOf(db, `main.${name}`),
    lost: missing('present', 'main'),
    back: missing('main', 'present'),
    changed: countOf(db, `main.${name} AS a JOIN present.${name} AS b ON ${same} WHERE ${differs || '0'}`),
  }
}
