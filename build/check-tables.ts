/**
 * A database table has one owning room: the room whose migrations create it. This reads every room's migrations and SQL, and fails
 * when a room creates another's table, or when its SQL names one. SQL is every string that begins with an SQL verb; a string that
 * is put together from parts is seen part by part.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

const root = process.argv[2] ?? join(import.meta.dirname, '..', 'extensions', 'engine')

interface Found {
  readonly room: string
  readonly where: string
  readonly sql: string
}

/** Whole statements in either case, and fragments in capitals; anything looser would take plain English for SQL. */
const WHOLE =
  /^\s*(?:--[^\n]*\n\s*)*(?:select\b[\s\S]*\bfrom\b|insert\s+(?:or\s+\w+\s+)?into|update\s+(?:or\s+\w+\s+)?\w+\s+set|delete\s+from|(?:create|drop|alter)\s+(?:unique\s+|virtual\s+|temp\w*\s+)?(?:table|index|view|trigger))/i
const PART = /^\s*(?:WITH|REPLACE|FROM|JOIN|LEFT|INNER|WHERE|AND|OR|EXISTS|UNION|VALUES)\b|\b(?:SELECT|FROM|JOIN)\b/
const CREATES = /\bcreate\s+(?:virtual\s+|temp(?:orary)?\s+)?(?:table|view)\s+(?:if\s+not\s+exists\s+)?["`[]?(\w+)/gi
const NAMES = /\b(?:from|join|into|update|table|references|on)\s+(?:or\s+\w+\s+)?(?:if\s+(?:not\s+)?exists\s+)?["`[]?(\w+)/gi
/** A name that a WITH gives to its own SELECT stands before a table's in that statement. */
const LOCAL = /["`[]?(\w+)["`\]]?\s*(?:\([^()]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s+)?\(/gi

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

function sqlIn(path: string, room: string): Found[] {
  const found: Found[] = []
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node): void => {
    // A template with holes is read with a lone _ in each hole.
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' _ ')
        : null
    if (text !== null && (WHOLE.test(text) || PART.test(text))) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push({ room, where: `${relative(root, path)}:${line + 1}`, sql: text })
    }
    node.forEachChild(visit)
  }
  visit(source)
  return found
}

const rooms = readdirSync(root, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && !['contract', 'core'].includes(entry.name),
)
const all = rooms.flatMap((room) => sourcesOf(join(root, room.name)).flatMap((path) => sqlIn(path, room.name)))

const owners = new Map<string, string>()
const wrong: string[] = []
for (const { room, where, sql } of all) {
  for (const match of sql.matchAll(CREATES)) {
    const table = (match[1] as string).toLowerCase()
    const owner = owners.get(table) ?? room
    owners.set(table, owner)
    if (owner !== room) wrong.push(`${where}: ${room} creates the table ${table}, which ${owner} owns`)
  }
}
for (const { room, where, sql } of all) {
  const local = new Set([...sql.matchAll(LOCAL)].map((match) => (match[1] as string).toLowerCase()))
  for (const match of sql.matchAll(NAMES)) {
    if (local.has((match[1] as string).toLowerCase())) continue
    const owner = owners.get((match[1] as string).toLowerCase())
    if (owner !== undefined && owner !== room) wrong.push(`${where}: ${room} names the table ${match[1]}, which ${owner} owns`)
  }
}

for (const line of wrong) console.error(line)
console.log(`${owners.size} tables, each with one owning room; ${all.length} pieces of SQL read, ${wrong.length} wrong.`)
process.exitCode = wrong.length > 0 ? 1 : 0
