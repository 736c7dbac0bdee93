/** Finds the file traffic of a sql.js build by what its imports do, and proves that nothing of it goes unseen. */
import type { SqlJsStatic } from 'sql.js'
import type { Connection } from './connection.ts'
import { applyDelta, DeltaEncoder } from './delta.ts'
import { PAGE_BYTES, PageImage } from './image.ts'
import type { PageFile } from './page-file.ts'
import { type Call, type ImportNames, type Taps, unexpected } from './taps.ts'

/** Finds the five imports by what they do; throws unless exactly one import fits each. Works on Emscripten's own files. */
export function calibrate(sql: SqlJsStatic, taps: Taps, pragmas: string): ImportNames {
  const db = new sql.Database()
  const marker = 'troupe calibration marker'
  const whole = (call: Call): boolean =>
    call.args.length === 4 && call.result === 0 && call.buffer?.length === PAGE_BYTES && call.out === PAGE_BYTES
  const written = taps.record(() => {
    db.exec(`${pragmas}; CREATE TABLE one (a); INSERT INTO one VALUES (zeroblob(50000)); INSERT INTO one VALUES ('${marker}')`)
  })
  const write = only('write', written, (call) => whole(call) && startsWith(call.buffer, 'SQLite format 3\0'))
  const seek = only(
    'seek',
    written,
    (call, next) => next?.name === write && next.args[0] === call.args[0] && typeof call.args[1] === 'bigint' && call.args[2] === 0,
  )
  const read = only(
    'read',
    taps.record(() => db.exec('PRAGMA shrink_memory; SELECT a FROM one')),
    (call) => call.name !== write && whole(call) && Buffer.from(call.buffer as Uint8Array).includes(marker),
  )
  const shrunk = taps.record(() => db.exec('DELETE FROM one WHERE length(a) = 50000; VACUUM'))
  const pages = Number(db.exec('PRAGMA page_count')[0]?.values[0]?.[0])
  const truncate = only(
    'truncate',
    shrunk,
    (call) => call.args.length === 2 && call.result === 0 && call.args[1] === BigInt(pages * PAGE_BYTES),
  )
  const bytes = db.export()
  db.close()
  const stat = findStat(sql, taps, bytes)
  const names = { seek, read, write, truncate, stat }
  if (new Set(Object.values(names)).size !== 5) throw unexpected('two kinds of file traffic share an import')
  return names
}

/** The one that is asked of an open file and answers with its size. */
function findStat(sql: SqlJsStatic, taps: Taps, bytes: Uint8Array): string {
  const again: { db?: { close(): void } } = {}
  const calls = taps.record(() => {
    const db = new sql.Database(bytes)
    db.exec('SELECT count(*) FROM one')
    again.db = db
  })
  again.db?.close()
  return only(
    'stat',
    calls,
    ({ args, result, size }) => args.length === 2 && (args[0] as number) < 100 && result === 0 && size === BigInt(bytes.length),
  )
}

function only(what: string, calls: readonly Call[], fits: (call: Call, next: Call | undefined) => boolean): string {
  const names = new Set(calls.filter((call, at) => fits(call, calls[at + 1])).map((call) => call.name))
  const [name] = names
  if (names.size !== 1 || name === undefined) throw unexpected(`${names.size} imports behave like ${what}`)
  return name
}

/** A database that grows, shrinks, rolls back and is vacuumed must be rebuilt from its page deltas alone, and be whole. */
export function verify(open: (image: PageImage) => { readonly db: Connection; readonly file: PageFile }): void {
  const { db, file } = open(new PageImage())
  const mirror = new PageImage()
  const encoder = new DeltaEncoder()
  const follow = (sql: string): void => {
    db.exec(sql)
    const group = file.group()
    const content = group && encoder.encode(group)
    if (content) applyDelta(mirror, content, unexpected)
    file.settle()
    if (!samePages(mirror, file.image)) throw unexpected(`pages were written unseen by: ${sql.slice(0, 60)}`)
  }
  follow('CREATE TABLE one (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX by_a ON one (a)')
  follow(
    `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200) INSERT INTO one SELECT x, hex(zeroblob(x % 300)) FROM n`,
  )
  follow('PRAGMA cache_size=4; BEGIN; UPDATE one SET a = a || id; DELETE FROM one WHERE id % 3 = 0; ROLLBACK; PRAGMA cache_size=-2000')
  follow('UPDATE one SET a = id || a WHERE id % 7 = 0; DELETE FROM one WHERE id > 100')
  follow('VACUUM')
  follow('INSERT INTO one (a) VALUES (zeroblob(40000))')
  follow(`BEGIN; INSERT INTO one (a) VALUES ('x'); COMMIT`)
  const before = db.scalar('SELECT group_concat(id || a) FROM one')
  db.close()
  const again = open(mirror)
  const check = ['PRAGMA integrity_check', 'SELECT count(*) FROM one'].map((sql) => again.db.scalar(sql))
  const after = again.db.scalar('SELECT group_concat(id || a) FROM one')
  again.db.close()
  if (check[0] !== 'ok' || check[1] !== 102 || before !== after)
    throw unexpected(`the rebuilt calibration database says ${check.join(', ')}`)
}

function samePages(one: PageImage, other: PageImage): boolean {
  if (one.pageCount !== other.pageCount) return false
  for (let page = 0; page < one.pageCount; page++) if (Buffer.compare(one.page(page), other.page(page)) !== 0) return false
  return true
}

function startsWith(bytes: Uint8Array | null, text: string): boolean {
  return bytes !== null && Buffer.from(bytes).subarray(0, text.length).toString('latin1') === text
}
