import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { packApp } from '../../../build/make/pack.ts'
import { cachePlaces, type Packed, unpack } from '../../../extensions/engine/unpack/mod.ts'

const APP = new Map([
  ['package.json', { bytes: Buffer.from('{}') }],
  ['dist/engine/main.js', { bytes: Buffer.from('main') }],
  ['bin/core', { bytes: Buffer.from('#!'), runs: true as const }],
])
const DAY = 24 * 3_600_000

function packed(app = APP): Packed {
  const { index, pack } = packApp(app, '1.2.3', 5)
  return { index, pack: () => pack }
}

let cache: string
beforeEach(async () => {
  const top = await mkdtemp(join(tmpdir(), 'troupe-unpack-'))
  onTestFinished(() => rm(top, { recursive: true, force: true }))
  cache = join(top, 'cache')
})
const places = (...folders: string[]) => folders.map((folder) => ({ folder, why: 'a test' }))

describe('unpacking', () => {
  it('[UP1] puts every file into a folder named by the index, for this user alone', () => {
    const folder = unpack(packed(), places(cache), Date.now())
    expect(folder).toMatch(/\/app-[0-9a-f]{32}$/)
    expect(readFileSync(join(folder, 'dist/engine/main.js'), 'utf8')).toBe('main')
    expect(statSync(cache).mode & 0o777).toBe(0o700)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'package.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'bin/core')).mode & 0o777).toBe(0o700)
    const other = unpack(packed(new Map([...APP, ['new', { bytes: Buffer.from('x') }]])), places(cache), Date.now())
    expect(other).not.toBe(folder)
    expect(readdirSync(cache).sort()).toEqual([folder, other].map((path) => path.slice(cache.length + 1)).sort())
  })
  it.each(['open to others', 'a link', 'a file'])('[UP1] [UP5] passes over a cache that is %s, and takes the next', (kind) => {
    const bad = `${cache}-bad`
    if (kind === 'a file') writeFileSync(bad, '')
    else if (kind === 'a link') {
      mkdirSync(`${bad}-real`, { mode: 0o700 })
      symlinkSync(`${bad}-real`, bad)
    } else {
      mkdirSync(bad)
      chmodSync(bad, 0o750)
    }
    expect(unpack(packed(), places(bad, cache), Date.now()).startsWith(`${cache}/`)).toBe(true)
    expect(() => unpack(packed(), places(bad), Date.now())).toThrow(/no folder to unpack itself to[\s\S]*-bad: /)
    if (kind === 'a link') expect(readdirSync(`${bad}-real`)).toEqual([])
  })
  it.each(['changed', 'changed and as long', 'missing', 'a link'])('[UP2] is done anew when a file is %s', (kind) => {
    const folder = unpack(packed(), places(cache), Date.now())
    const main = join(folder, 'dist/engine/main.js')
    if (kind === 'changed') writeFileSync(main, 'evil code')
    if (kind === 'changed and as long') writeFileSync(main, 'evil')
    if (kind === 'missing') rmSync(main)
    if (kind === 'a link') {
      rmSync(main)
      writeFileSync(`${cache}/same`, 'main')
      symlinkSync(`${cache}/same`, main)
    }
    expect(unpack(packed(), places(cache), Date.now())).toBe(folder)
    expect(readFileSync(main, 'utf8')).toBe('main')
    expect(statSync(main).isFile()).toBe(true)
    expect(readdirSync(cache).filter((name) => name.startsWith('.'))).toEqual([])
  })
  it('[UP2] reads the pack only when something is to be unpacked', () => {
    const { index, pack } = packed()
    unpack({ index, pack }, places(cache), Date.now())
    const never = () => {
      throw new Error('the pack was read')
    }
    expect(() => unpack({ index, pack: never }, places(cache), Date.now())).not.toThrow()
  })
  it('[UP3] takes no notice of what a killed one left, and sweeps it away when it is old', () => {
    mkdirSync(join(cache, '.new-dead'), { recursive: true, mode: 0o700 })
    mkdirSync(join(cache, '.new-alive'))
    utimesSync(join(cache, '.new-dead'), 0, 0)
    const folder = unpack(packed(), places(cache), Date.now())
    expect(readdirSync(cache).sort()).toEqual(['.new-alive', folder.slice(cache.length + 1)])
  })
  it('[UP4] refuses a pack that does not agree with its index, and leaves nothing of it', () => {
    const { index } = packed()
    const other = packApp(new Map([...APP, ['dist/engine/main.js', { bytes: Buffer.from('evil') }]]), '1.2.3', 5).pack
    expect(() => unpack({ index, pack: () => other }, places(cache), Date.now())).toThrow(/main\.js is damaged/)
    expect(() => unpack({ index, pack: () => other.subarray(0, 9) }, places(cache), Date.now())).toThrow(/no folder/)
    expect(readdirSync(cache)).toEqual([])
  })
  it.each(['../out', '/etc/out', 'a/../../out', 'a//b', 'C:\\out', 'a\\..\\out', '.', ''])(
    '[UP4] refuses an index that names %j',
    (path) => {
      const index = Buffer.from(JSON.stringify({ version: '1', files: [{ path, bytes: 0, sha256: '' }] }))
      expect(() => unpack({ index, pack: packed().pack }, places(cache), Date.now())).toThrow(/outside its folder/)
      expect(existsSync(cache)).toBe(false)
    },
  )
  it('[UP6] removes versions that nobody started for a month', () => {
    const now = Date.now()
    const old = unpack(packed(new Map([...APP, ['old', { bytes: Buffer.from('') }]])), places(cache), now - 31 * DAY)
    const used = unpack(packed(new Map([...APP, ['used', { bytes: Buffer.from('') }]])), places(cache), now - 29 * DAY)
    unpack(packed(), places(cache), now)
    expect([existsSync(old), existsSync(used)]).toEqual([false, true])
  })
})

describe('[UP5] the places for it', () => {
  const facts = { platform: 'linux', env: { XDG_CACHE_HOME: '/x/cache' }, portable: false } as const
  it('are beside the program when troupe-data is there or asked for, then the system’s', () => {
    mkdirSync(cache)
    const folders = (portable: boolean) => cachePlaces({ ...facts, portable, programFolder: cache }).map(({ folder }) => folder)
    expect(folders(false)).toEqual(['/x/cache/troupe', expect.stringContaining('troupe-cache-')])
    expect(folders(true)[0]).toBe(join(cache, 'troupe-data/cache'))
    mkdirSync(join(cache, 'troupe-data'))
    expect(folders(false)[0]).toBe(join(cache, 'troupe-data/cache'))
  })
})
