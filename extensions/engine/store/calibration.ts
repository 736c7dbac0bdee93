/** Finds the file traffic of a sql.js build by what its imports do, and proves that nothing of it goes unseen. */
import type { Database, SqlJsStatic } from 'sql.js'
import { applyDelta, encodeDelta } from './delta.ts'
import { PageImage } from './image.ts'
import { PAGE_BYTES, type PageFile } from './page-file.ts'
import { type Call, type ImportNames, type Taps, unexpected } from './taps.ts'

/** Finds the four imports by what they do; throws unless exactly one import fits each. */
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
  db.close()
  const names = { seek, read, write, truncate }
  if (new Set(Object.values(names)).size !== 4) throw unexpected('two kinds of file traffic share an import')
  return names
}

function only(what: string, calls: readonly Call[], fits: (call: Call, next: Call | undefined) => boolean): string {
  const names = new Set(calls.filter((call, at) => fits(call, calls[at + 1])).map((call) => call.name))
  const [name] = names
  if (names.size !== 1 || name === undefined) throw unexpected(`${names.size} imports behave like ${what}`)
  return name
}

/** A database that grows, shrinks, rolls back and is vacuumed must be rebuilt from its tapped pages alone. */
export function verify(open: (bytes: Uint8Array | null) => { readonly db: Database; readonly file: PageFile }): void {
  const { db, file } = open(null)
  const mirror = new PageImage()
  const follow = (sql: string): void => {
    db.exec(sql)
    const group = file.takeGroup()
    if (group) applyDelta(mirror, encodeDelta(group), unexpected)
    if (Buffer.compare(mirror.bytes, file.copy()) !== 0) throw unexpected(`pages were written unseen by: ${sql.slice(0, 60)}`)
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
  db.close()
  const again = open(mirror.bytes)
  const check = again.db.exec('PRAGMA integrity_check; SELECT count(*) FROM one').map((answer) => answer.values[0]?.[0])
  again.db.close()
  if (check[0] !== 'ok' || check[1] !== 102) throw unexpected(`the rebuilt calibration database says ${check.join(', ')}`)
}

function startsWith(bytes: Uint8Array | null, text: string): boolean {
  return bytes !== null && Buffer.from(bytes).subarray(0, text.length).toString('latin1') === text
}
