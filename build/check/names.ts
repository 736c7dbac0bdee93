/**
 * House rules that no linter knows: file size, forbidden names, one place for each outside protocol, no muted types.
 * Run by `npm run check`; prints each break and ends with 1.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const MAX_LINES = 400
const FORBIDDEN = /(^|[/-])(utils?|helpers?|manager|common|misc)(\.|\/|$)/i
const NEUTRALINO_FILES = new Set(['extensions/engine/host.ts', 'src/link/host.ts'])

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'extensions', 'build', 'resources/programs'],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && existsSync(path))

const breaks: string[] = []
for (const path of files) {
  const text = readFileSync(path, 'utf8')
  const lines = text.split('\n').length - 1
  if (lines > MAX_LINES) breaks.push(`${path}: ${lines} lines; the limit is ${MAX_LINES}. Split it by decision.`)
  if (FORBIDDEN.test(path)) breaks.push(`${path}: this name says nothing. Name the file for its one decision.`)
  if (/\b(TODO|FIXME|XXX)\b/.test(text) && !path.startsWith('build/check/'))
    breaks.push(`${path}: an open end. Decide it, or write it into DECISIONS.md.`)
  if (/@ts-ignore|@ts-nocheck/.test(text) && !path.startsWith('build/check/')) breaks.push(`${path}: a muted type.`)
  const product = path.startsWith('src/') || path.startsWith('extensions/')
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  if (product && /@neutralinojs\/lib|NL_(PORT|TOKEN)|nlConnectToken/.test(code) && !NEUTRALINO_FILES.has(path)) {
    breaks.push(`${path}: speaks Neutralino's protocol; only ${[...NEUTRALINO_FILES].join(' and ')} may.`)
  }
}

for (const line of breaks) console.error(line)
console.log(`names: ${files.length} files, ${breaks.length} breaks`)
process.exitCode = breaks.length > 0 ? 1 : 0
