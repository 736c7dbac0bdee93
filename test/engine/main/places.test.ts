import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectInfo, findLayout, findPlaces, makePlaces, parseEngineOptions, readLastDoor, removeAddress, writeAddress } from '#core/node'
import { openLogFile } from '../../../extensions/engine/core/node/log-file.ts'

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'troupe-places-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

const INFO = { pid: 1, port: 4242, socketPath: '/s', version: '0', startedAt: 0 }

describe('[PL1] places', () => {
  it('come from the option, then from TROUPE_DATA, then from the platform', async () => {
    const top = await folder()
    expect(findPlaces({ data: join(top, 'a'), env: { TROUPE_DATA: join(top, 'b') } }).dataDir).toBe(join(top, 'a'))
    expect(findPlaces({ env: { TROUPE_DATA: join(top, 'b') } }).dataDir).toBe(join(top, 'b'))
    expect(findPlaces({ env: {} }).dataDir).toMatch(/troupe/)
    expect(findPlaces({ env: {}, root: top }).dataDir).toMatch(/troupe$/)
    mkdirSync(join(top, 'troupe-data'))
    expect(findPlaces({ env: {}, root: top }).dataDir).toBe(join(top, 'troupe-data'))
    expect(findPlaces({ env: { TROUPE_DATA: join(top, 'b') }, root: top }).dataDir).toBe(join(top, 'b'))
  })
  it('are the same by whatever name or link the data folder is reached, and others for another', async () => {
    const top = await folder()
    mkdirSync(join(top, 'real'))
    symlinkSync(join(top, 'real'), join(top, 'link'))
    const env = { XDG_RUNTIME_DIR: top }
    const real = findPlaces({ data: join(top, 'real', 'data'), env })
    expect(findPlaces({ data: join(top, 'link', 'data'), env })).toEqual(real)
    expect(findPlaces({ data: join(top, 'real', '..', 'real', 'data'), env })).toEqual(real)
    expect(findPlaces({ data: join(top, 'real', 'data2'), env }).runtimeDir).not.toBe(real.runtimeDir)
  })
  it('lie in XDG_RUNTIME_DIR when it is there and short enough for a socket’s path', async () => {
    const top = await folder()
    expect(findPlaces({ data: top, env: { XDG_RUNTIME_DIR: top } }).runtimeDir).toMatch(new RegExp(`^${top}/troupe-[0-9a-f]{12}$`))
    const long = join(top, 'x'.repeat(100))
    mkdirSync(long)
    for (const XDG_RUNTIME_DIR of [long, 'relative', join(top, 'not there'), '', undefined]) {
      const { runtimeDir, socketPath } = findPlaces({ data: top, env: { XDG_RUNTIME_DIR } })
      expect(runtimeDir).toMatch(/\/troupe-\d+-[0-9a-f]{12}$/)
      expect(Buffer.byteLength(socketPath)).toBeLessThanOrEqual(107)
    }
  })
  it('[PL2] are made for this user alone, and refused when they are open, a link, or no folder', async () => {
    const top = await folder()
    const places = findPlaces({ data: join(top, 'data'), env: { XDG_RUNTIME_DIR: top } })
    makePlaces(places)
    for (const path of [places.dataDir, places.storeDir, places.runsDir, places.runtimeDir]) expect(statSync(path).mode & 0o777).toBe(0o700)
    chmodSync(places.runtimeDir, 0o750)
    expect(() => makePlaces(places)).toThrow(expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining('750') }))
    rmSync(places.runtimeDir, { recursive: true })
    const elsewhere = join(top, 'elsewhere')
    mkdirSync(elsewhere, { mode: 0o700 })
    symlinkSync(elsewhere, places.runtimeDir)
    expect(() => makePlaces(places)).toThrow(expect.objectContaining({ code: 'REFUSED', message: expect.stringContaining('not a folder') }))
  })
  it('[PL2] a token is not read from a folder that others may write', async () => {
    const top = await folder()
    const places = findPlaces({ data: join(top, 'data'), env: { XDG_RUNTIME_DIR: top } })
    makePlaces(places)
    expect(connectInfo(places)).toBeUndefined()
    writeAddress(places, INFO, 'test-token', 'p'.repeat(43))
    expect(connectInfo(places)).toEqual({ ...INFO, token: 'test-token' })
    expect(statSync(places.tokenPath).mode & 0o777).toBe(0o600)
    chmodSync(places.runtimeDir, 0o777)
    expect(() => connectInfo(places)).toThrow(expect.objectContaining({ code: 'REFUSED' }))
  })
  it('[MA8] the last door outlives the address, for this user only, and is only a door', async () => {
    const top = await folder()
    const places = findPlaces({ data: join(top, 'data'), env: { XDG_RUNTIME_DIR: top } })
    makePlaces(places)
    const none = { port: 0, pagePath: undefined }
    const path = 'p'.repeat(43)
    expect(readLastDoor(places)).toEqual(none)
    writeAddress(places, INFO, 'test-token', path)
    expect(statSync(places.doorPath).mode & 0o777).toBe(0o600)
    removeAddress(places)
    expect(existsSync(places.infoPath)).toBe(false)
    expect(existsSync(places.tokenPath)).toBe(false)
    expect(readLastDoor(places)).toEqual({ port: 4242, pagePath: path })
    for (const wrong of ['', 'x', '-1', '70000', '1.5', `70000\n${path}`]) {
      writeFileSync(places.doorPath, wrong)
      expect(readLastDoor(places), wrong).toEqual(none)
    }
    for (const wrong of ['', '..', 'short', `${path}/..`]) {
      writeFileSync(places.doorPath, `4242\n${wrong}\n`)
      expect(readLastDoor(places), wrong).toEqual({ port: 4242, pagePath: undefined })
    }
  })
})

describe('the engine’s options', () => {
  it('are read as they are documented, and refused by name otherwise', () => {
    expect(parseEngineOptions(['--data', '/d', '--port', '0', '--headless'])).toEqual({
      data: '/d',
      port: 0,
      headless: true,
      neutralino: false,
      announce: false,
      safeMode: true,
    })
    expect(parseEngineOptions(['--no-safe-mode'])).toMatchObject({ safeMode: false })
    for (const args of [['--port', '70000'], ['--port', 'x'], ['--port'], ['--what'], ['word']])
      expect(() => parseEngineOptions(args), args.join(' ')).toThrow(expect.objectContaining({ code: 'INVALID' }))
  })
})

describe('the layout', () => {
  it('finds the project from any module of it', () => {
    const layout = findLayout(new URL('../../../extensions/engine/main.ts', import.meta.url).href)
    expect(existsSync(join(layout.root, 'package.json'))).toBe(true)
    expect(layout.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(existsSync(layout.module('store/thread.ts'))).toBe(true)
  })
})

describe('[LO1] the log', () => {
  it('is lines of JSON for this user alone, turned over by size, never more than four files', async () => {
    const at = await folder()
    const log = openLogFile(at)
    const text = 'x'.repeat(15_000)
    for (let n = 0; n < 1_400; n += 1) log.sink({ level: 'info', room: 'test', message: text, facts: { n } })
    log.sink({ level: 'debug', room: 'test', message: 'not kept' })
    log.sink({ level: 'error', room: 'test', message: 'y'.repeat(50_000), facts: { huge: 'z'.repeat(50_000) } })
    log.close()
    const names = ['engine.log', 'engine.1.log', 'engine.2.log', 'engine.3.log']
    for (const name of names) expect(statSync(join(at, name)).size, name).toBeLessThan(4.2 * 1024 * 1024)
    expect(existsSync(join(at, 'engine.4.log'))).toBe(false)
    expect(statSync(join(at, 'engine.log')).mode & 0o777).toBe(0o600)
    const lines = readFileSync(join(at, 'engine.log'), 'utf8').trim().split('\n')
    const last = JSON.parse(lines.at(-1) ?? '') as Record<string, string>
    expect(last).toMatchObject({ level: 'error', room: 'test', time: expect.stringMatching(/^\d{4}-/) })
    expect(last.msg?.length).toBeLessThan(17_000)
    expect(last.huge?.length).toBeLessThan(17_000)
  })
  it('a folder that cannot be written stops nobody', () => {
    const log = openLogFile('/dev/null/nowhere')
    log.sink({ level: 'error', room: 'test', message: 'lost' })
    log.close()
  })
})
