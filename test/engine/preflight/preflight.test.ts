import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock, systemMachine } from '#core/node'
import { type Machine, preflight } from '../../../extensions/engine/preflight/mod.ts'

const NOTHING: Machine = {
  platform: 'linux',
  hasEnv: () => false,
  findProgram: async () => undefined,
  loopbackStatus: async () => undefined,
  freeBytes: async () => 500 * 1024 ** 3,
  folderAccess: async () => ({ mode: 0o700, ours: true, writable: true }),
  busNames: async () => 'no-bus',
  listens: async () => Promise.reject(new Error('EACCES')),
  newestChange: async () => 0,
  now: () => Date.UTC(2026, 10, 25),
  connects: async () => undefined,
  fileExists: async () => false,
}

interface Options {
  readonly timeoutMs?: number
  readonly dataDir?: string
  readonly keyring?: 'yes' | 'locked' | 'no'
  readonly providers?: readonly { label: string; url: string }[]
  readonly ids?: readonly string[]
}

async function look(machine: Partial<Machine>, options: Options = {}) {
  const items = await preflight(
    {
      machine: { ...NOTHING, ...machine },
      keyring: async () => ({ available: options.keyring ?? 'no', detail: 'as the test says' }),
      providers: async () => options.providers ?? [],
      dataDir: options.dataDir ?? '/data',
      neutralinoPath: '/app/bin/neutralino',
      browsers: ['chromium', 'chrome'],
      after: systemClock.after,
      timeoutMs: options.timeoutMs ?? 2_000,
    },
    options.ids,
  )
  return Object.fromEntries(items.map((item) => [item.id, item]))
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'troupe-preflight-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

describe('[PF1] every finding', () => {
  it('that is missing says what to do; nothing found is green', async () => {
    const items = Object.values(await look({}))
    expect(items.length).toBeGreaterThanOrEqual(14)
    for (const { id, state, todo, found } of items) {
      if (!['data-folder', 'disk', 'clock'].includes(id)) expect(state, id).not.toBe('ok')
      if (state === 'missing' || state === 'warning' || state === 'blocked') expect(todo, id).not.toBe('')
      expect(found, id).not.toBe('')
    }
  })
  it('that is there says where', async () => {
    const machine: Partial<Machine> = {
      findProgram: async (name) => `/usr/bin/${name}`,
      fileExists: async () => true,
      loopbackStatus: async () => 200,
      busNames: async () => ({ owned: ['org.freedesktop.secrets'], startable: [] }),
    }
    const found = await look(machine, { keyring: 'yes' })
    expect(found['agent-claude']).toMatchObject({ state: 'ok', found: '/usr/bin/claude', todo: '' })
    expect(found.browser).toMatchObject({ state: 'ok', found: '/usr/bin/chromium' })
    expect(found.ollama).toMatchObject({ state: 'ok', found: 'answers on port 11434' })
    expect(found.keyring).toMatchObject({ state: 'ok' })
  })
  it('[PF2] that took too long, or broke, is not-checked, and holds nobody up', async () => {
    const found = await look(
      {
        busNames: () => new Promise(() => undefined),
        freeBytes: async () => {
          throw new Error('no such device')
        },
      },
      { timeoutMs: 30 },
    )
    expect(found.keyring).toMatchObject({ state: 'not-checked', found: 'no answer within 30 ms' })
    expect(found.disk).toMatchObject({ state: 'not-checked', found: expect.stringContaining('no such device') })
    expect(found.git).toMatchObject({ state: 'missing' })
  })
  it('of the keyring is never green when it was not asked', async () => {
    for (const platform of ['darwin', 'win32'] as const) {
      expect((await look({ platform })).keyring).toMatchObject({ state: 'missing', found: 'as the test says' })
      expect((await look({ platform }, { keyring: 'yes' })).keyring).toMatchObject({ state: 'ok' })
    }
    for (const keyring of ['locked', 'no'] as const)
      expect(
        (await look({ busNames: async () => ({ owned: ['org.freedesktop.secrets'], startable: [] }) }, { keyring })).keyring,
      ).toMatchObject({
        state: keyring === 'no' ? 'missing' : 'warning',
      })
    expect((await look({ busNames: async () => 'silent' })).keyring).toMatchObject({ state: 'not-checked' })
    expect((await look({ busNames: async () => ({ owned: [], startable: [] }) })).keyring).toMatchObject({ state: 'missing' })
  })
  it('[PF3] of keys has names and never values', async () => {
    const env = { ANTHROPIC_API_KEY: 'test-key', OPENAI_API_KEY: '  ' }
    const found = await look({ hasEnv: systemMachine(env).hasEnv })
    expect(found.keys).toMatchObject({ state: 'ok', found: 'ANTHROPIC_API_KEY' })
    expect(JSON.stringify(found)).not.toContain('test-key')
  })
  it('a port that answers otherwise is a warning, a nearly full disk and an open folder too', async () => {
    const found = await look({
      loopbackStatus: async () => 404,
      freeBytes: async () => 300 * 1024 ** 2,
      folderAccess: async () => ({ mode: 0o755, ours: true, writable: true }),
    })
    expect(found.ollama).toMatchObject({ state: 'warning', found: expect.stringContaining('404') })
    expect(found.disk).toMatchObject({ state: 'warning', found: '300 MiB free for the data folder' })
    expect(found['data-folder']).toMatchObject({ state: 'warning', todo: 'Close it: chmod 700 /data' })
  })
})

describe('[PF4] this machine', () => {
  it('finds programs that may be run, in the order of the PATH, and nothing else', async () => {
    const [first, second] = [join(await folder(), 'a'), join(await folder(), 'b')]
    for (const at of [first, second]) await mkdir(at)
    await writeFile(join(first, 'codex'), '')
    await writeFile(join(second, 'codex'), '#!/bin/sh\n')
    await chmod(join(second, 'codex'), 0o755)
    await mkdir(join(first, 'goose'))
    const { findProgram } = systemMachine({ PATH: `.:relative:${first}:${second}` })
    expect(await findProgram('codex')).toBe(join(second, 'codex'))
    expect(await findProgram('goose')).toBeUndefined()
    expect(await findProgram('claude')).toBeUndefined()
  })
  it('asks loopback and hears who is there, who is not, and who does not answer', async () => {
    const server = createServer((request, response) => {
      if (request.url !== '/silent') response.writeHead(204).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const machine = systemMachine({})
    expect(await machine.loopbackStatus(port, '/', AbortSignal.timeout(5_000))).toBe(204)
    await expect(machine.loopbackStatus(port, '/silent', AbortSignal.timeout(50))).rejects.toThrow()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect(await machine.loopbackStatus(port, '/', AbortSignal.timeout(5_000))).toBeUndefined()
  })
  it('knows its disk and its folders', async () => {
    const machine = systemMachine({})
    const at = await folder()
    expect(await machine.freeBytes(at)).toBeGreaterThan(0)
    await chmod(at, 0o750)
    expect(await machine.folderAccess(at)).toEqual({ mode: 0o750, ours: true, writable: true })
    expect(await machine.busNames(AbortSignal.timeout(1_000))).toBe('no-bus')
  })
})

describe('[PF1] the desktop and the machine around it', () => {
  it('programs of the desktop are found by their names on the bus, running or startable', async () => {
    const names = { owned: ['org.kde.StatusNotifierWatcher'], startable: ['org.freedesktop.Notifications'] }
    const found = await look({ busNames: async () => names })
    expect(found['session-bus']).toMatchObject({ state: 'ok', found: 'it answers, with 1 names on it' })
    expect(found.tray).toMatchObject({ state: 'ok', found: 'a program for it runs' })
    expect(found.notifications).toMatchObject({ state: 'ok', found: 'a program for it is started when it is needed' })
    const none = await look({ busNames: async () => 'silent' })
    expect(none['session-bus']).toMatchObject({ state: 'warning' })
    expect(none.notifications).toMatchObject({ state: 'missing' })
  })
  it('no port is blocked, a clock that was set back is a warning', async () => {
    expect((await look({})).ports).toMatchObject({ state: 'blocked', found: expect.stringContaining('EACCES') })
    expect((await look({ listens: async () => undefined })).ports).toMatchObject({ state: 'ok' })
    const now = Date.UTC(2026, 10, 25)
    expect((await look({ newestChange: async () => now + 3_600_000 })).clock).toMatchObject({ state: 'warning' })
    expect((await look({ newestChange: async () => now + 1000 })).clock).toMatchObject({ state: 'ok' })
  })
  it('a connection to each provider is tried, and what fails is named', async () => {
    const asked: string[] = []
    const connects = async (host: string, port: number) => {
      asked.push(`${host}:${port}`)
      if (port === 9) throw new Error('connect ECONNREFUSED')
    }
    const providers = [
      { label: 'Far', url: 'https://far.test/v1' },
      { label: 'Near', url: 'http://127.0.0.1:9/v1' },
    ]
    expect((await look({ connects }, { providers })).network).toMatchObject({ state: 'warning', found: 'Near: connect ECONNREFUSED' })
    expect(asked).toEqual(['far.test:443', '127.0.0.1:9'])
    expect((await look({ connects })).network).toMatchObject({ state: 'not-checked' })
  })
  it('[PF5] one check is made again by itself', async () => {
    expect(Object.keys(await look({}, { ids: ['clock', 'nothing of that name'] }))).toEqual(['clock'])
  })
  it('this machine answers the questions itself', async () => {
    const machine = systemMachine({})
    await machine.listens()
    expect(await machine.busNames(AbortSignal.timeout(2_000))).toBe('no-bus')
    expect(await machine.newestChange(await folder())).toBe(0)
    await expect(machine.connects('127.0.0.1', 9, AbortSignal.timeout(2_000))).rejects.toThrow('ECONNREFUSED')
  })
})
