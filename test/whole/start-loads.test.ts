/** What a start costs is what it loads: held here, where it can be counted, and not as milliseconds, which are the machine's. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TELLER = join(ROOT, 'test/fixtures/engine/tell-loaded.ts')

/** The packages that an engine needs to listen. One more belongs here only if no start can do without it: see ARCHITECTURE, "A start loads little". */
const NEEDED = [
  '@noble/ciphers',
  '@noble/hashes',
  '@orpc/client',
  '@orpc/contract',
  '@orpc/server',
  '@orpc/shared',
  '@orpc/standard-server',
  '@orpc/standard-server-fetch',
  '@orpc/standard-server-peer',
  'env-paths',
  'is-safe-filename',
  'nanoid',
  'tokenx',
  'ws',
  'zod',
]

let data: string
let files: { readonly path: string; readonly text: string }[]

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'troupe-loads-'))
  const paths = await loadedPaths()
  files = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })))
}, 60_000)
afterAll(() => rm(data, { recursive: true, force: true }))

/** Our files and the packages' that the main thread of a built engine has loaded when it listens. */
function loadedPaths(): Promise<string[]> {
  const args = ['--import', TELLER, join(ROOT, 'dist/engine/main.js'), '--headless', '--announce', '--data', data]
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, (failed) => failed && reject(failed))
    let said = ''
    child.stderr?.on('data', (text: string) => {
      said += text
      const line = /^\{"loaded":.*\}$/m.exec(said)?.[0]
      if (line === undefined) return
      const { loaded } = JSON.parse(line) as { loaded: string[] }
      resolve(loaded.map((url) => fileURLToPath(url)).filter((path) => path.startsWith(ROOT) && path !== TELLER))
      child.kill('SIGTERM')
    })
  })
}

describe('a start loads little', () => {
  it('before it listens: only packages that no start can do without', () => {
    const inside = files.flatMap(({ text }) =>
      [...text.matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map((match) => match[1]),
    )
    const beside = files.map(({ path }) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    expect([...new Set([...inside, ...beside])].filter((name) => name !== undefined).sort()).toEqual(NEEDED)
  })

  it('before it listens: no routes and no methods, which are loaded with the doors open', () => {
    const sources = files.flatMap(({ text }) => [...text.matchAll(/^\/\/ (extensions\/engine\/.*)$/gm)].map((match) => match[1] ?? ''))
    expect(sources.filter((source) => /\/routes\.ts$|contract\/.*methods\.ts$/.test(source))).toEqual([])
  })

  it('before it listens: not more code than its budget', async () => {
    const budgets = JSON.parse(await readFile(join(ROOT, 'build/budgets.json'), 'utf8')) as Record<string, { most: number }>
    const kb = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1000
    expect(kb).toBeLessThan(budgets['engine code loaded before listening, kB']?.most ?? 0)
  })
})
