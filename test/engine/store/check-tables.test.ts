import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Runs the check over rooms given as room name → source. */
function check(rooms: Readonly<Record<string, string>>): { readonly code: number | null; readonly errors: readonly string[] } {
  const root = mkdtempSync(join(tmpdir(), 'troupe-rooms-'))
  try {
    for (const [room, source] of Object.entries(rooms)) {
      mkdirSync(join(root, room))
      writeFileSync(join(root, room, 'sql.ts'), source)
    }
    const ended = spawnSync(process.execPath, ['build/check-tables.ts', root], { encoding: 'utf8' })
    return { code: ended.status, errors: ended.stderr.trim() === '' ? [] : ended.stderr.trim().split('\n') }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const cats = "export const migration = 'CREATE TABLE IF NOT EXISTS cat (id INTEGER PRIMARY KEY)'\n"

test('[ST15] a room may name its own tables, the names of its WITH, and anything in plain English', () => {
  const dogs = [
    "export const migration = 'CREATE TABLE dog (id INTEGER)'",
    "export const own = 'SELECT * FROM dog JOIN sqlite_schema'",
    "export const local = 'WITH RECURSIVE cat(x) AS (SELECT 1) SELECT x FROM cat'",
    "export const english = 'Update the dog from the cat, into cat and table cat.'",
  ]
  expect(check({ cats: `${cats}export const q = 'DELETE FROM cat WHERE id = ?'`, dogs: dogs.join('\n') })).toEqual({ code: 0, errors: [] })
})

test.each([
  ["'SELECT * FROM cat'", 'names the table cat'],
  ["'update or ignore cat set id = 1'", 'names the table cat'],
  [`\`SELECT * FROM \${"x"} LEFT JOIN cat ON 1\``, 'names the table cat'],
  ["' JOIN cat ON cat.id = x'", 'names the table cat'],
  ['\'INSERT INTO "cat" VALUES (1)\'', 'names the table cat'],
  ["'CREATE TABLE dog (id INTEGER REFERENCES cat (id))'", 'names the table cat'],
  ["'CREATE TABLE cat (id INTEGER)'", 'creates the table cat'],
])('[ST15] another room may not: %s', (sql, said) => {
  const { code, errors } = check({ cats, dogs: `export const q = ${sql}` })
  expect(code).toBe(1)
  expect(errors[0]).toContain(`dogs/sql.ts:1: dogs ${said}, which cats owns`)
})
