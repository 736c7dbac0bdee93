import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectInfo } from '#core/node'
import { StandInCore } from '../../fixtures/core/core.ts'
import { connect as dialSocket } from '../../helpers/engine.ts'
import { type Client, until } from '../serve/doors.ts'
import { leftBehind, temporaryData, type Watched, watch } from './child.ts'

const BREAKER = fileURLToPath(new URL('./break-on-signal.mjs', import.meta.url))

async function clientOf(engine: Watched): Promise<Client> {
  await engine.listening
  const socket = await dialSocket(engine.places)
  onTestFinished(() => socket.terminate())
  return createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
}

/** Ended by itself: nothing had to be cut off. */
function endedInOrder(engine: Watched): void {
  const messages = engine.log().map(({ msg }) => msg)
  expect(messages.filter((message) => /left behind|would not stop|took more than/.test(message))).toEqual([])
  expect(messages.at(-1)).toBe('stopped')
  expect(leftBehind(engine)).toEqual([])
}

describe('[MA1] a start', () => {
  it('announces where it listens, writes it down for this user only, and answers', async () => {
    const engine = watch({ data: await temporaryData() })
    const { port, pid, socketPath } = await engine.listening
    const { places } = engine
    expect(connectInfo(places)).toMatchObject({ port, pid, socketPath, token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) })
    expect(pid).toBe(engine.child.pid)
    for (const path of [places.infoPath, places.tokenPath, places.socketPath]) expect(statSync(path).mode & 0o777, path).toBe(0o600)
    for (const path of [places.dataDir, places.runtimeDir, places.logDir]) expect(statSync(path).mode & 0o777, path).toBe(0o700)
    const client = await clientOf(engine)
    expect(await client.engine.status({})).toMatchObject({
      pid,
      port,
      dataFolder: places.dataDir,
      personas: 0,
      window: 'none',
      store: { state: 'ok' },
    })
    expect((await client.engine.licences({})).length).toBeGreaterThan(10)
    expect((await client.engine.preflight({})).map(({ id }) => id)).toContain('disk')
  })
  it('keeps its port, so that an open page finds it again', async () => {
    const data = await temporaryData()
    const first = watch({ data })
    const { port } = await first.listening
    first.child.kill('SIGTERM')
    await first.ended
    const second = watch({ data })
    expect((await second.listening).port).toBe(port)
  })
  it('with options that it does not know, or a folder that cannot be, says so and ends with 1', async () => {
    const unknown = watch({ data: await temporaryData(), args: ['--colour'] })
    expect(await unknown.ended).toMatchObject({ code: 1, errors: expect.stringContaining('--colour') })
    const impossible = watch({ data: `${BREAKER}/data` })
    expect(await impossible.ended).toMatchObject({ code: 1, errors: expect.stringContaining(`${BREAKER}/data`) })
  })
})

describe('[MA2] one engine for each data folder', () => {
  it('a second one is refused, naming the first, which goes on', async () => {
    const data = await temporaryData()
    const first = watch({ data })
    const { pid } = await first.listening
    const second = watch({ data })
    expect(await second.ended).toMatchObject({ code: 1, errors: expect.stringContaining(`process ${pid}`) })
    expect(connectInfo(first.places)).toMatchObject({ pid })
    const client = await clientOf(first)
    expect(await client.engine.status({})).toMatchObject({ pid })
  })
  it('after a kill the next one starts as if nothing had been, with what was acknowledged', async () => {
    const data = await temporaryData()
    const first = watch({ data })
    const client = await clientOf(first)
    await client.settings.set({ theme: 'dark' })
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(first.places.socketPath)).toBe(true)
    const second = watch({ data })
    expect(await (await clientOf(second)).settings.get({})).toMatchObject({ theme: 'dark' })
  })
})

describe('[MA3] every end is an orderly stop that leaves nothing behind', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    it(signal, async () => {
      const engine = watch({ data: await temporaryData() })
      await engine.listening
      engine.child.kill(signal)
      expect(await engine.ended).toMatchObject({ code: 0, signal: null })
      endedInOrder(engine)
    })
  it('engine.stop, answered before it begins', async () => {
    const engine = watch({ data: await temporaryData() })
    const client = await clientOf(engine)
    expect(await client.engine.stop({})).toEqual({ done: true })
    expect(await engine.ended).toMatchObject({ code: 0 })
    endedInOrder(engine)
  })
  it('a signal while it is still starting', async () => {
    const engine = watch({ data: await temporaryData() })
    await until(() => existsSync(engine.places.socketPath))
    engine.child.kill('SIGTERM')
    expect(await engine.ended).toMatchObject({ code: 0, signal: null })
    expect(leftBehind(engine)).toEqual([])
  })
  it('[MA4] an error, or a promise, that nobody caught: exit code 1, and the log says what', async () => {
    for (const [signal, words] of [
      ['SIGUSR2', 'an error that nobody caught: broken on purpose'],
      ['SIGWINCH', 'a promise that nobody caught: a promise broken on purpose'],
    ] as const) {
      const engine = watch({ data: await temporaryData(), preload: BREAKER })
      await engine.listening
      await until(() => existsSync(join(engine.places.logDir, 'engine.log')) || true)
      engine.child.kill(signal)
      expect(await engine.ended).toMatchObject({ code: 1, signal: null })
      expect(engine.log()).toContainEqual(expect.objectContaining({ level: 'error', room: 'main', msg: words }))
      endedInOrder(engine)
    }
  })
  it('a run is under way: its process is ended, and the run says why', async () => {
    const data = await temporaryData()
    const engine = watch({ data })
    const client = await clientOf(engine)
    const doc = {
      name: 'Sleeper',
      sections: [],
      body: { kind: 'command' as const, program: process.execPath, args: ['-e', 'console.log(process.pid); setInterval(() => 0, 1000)'] },
    }
    const persona = await client.persona.create({ doc, message: '' } as never)
    const run = await client.run.start({ personaId: persona.id, input: '' })
    const printed = await firstOutput(client, run.id)
    engine.child.kill('SIGTERM')
    expect(await engine.ended).toMatchObject({ code: 0 })
    endedInOrder(engine)
    expect(() => process.kill(Number(printed), 0)).toThrow()
    const again = await clientOf(watch({ data }))
    expect((await again.run.get({ id: run.id })).run).toMatchObject({ state: 'incomplete', reason: { code: 'engine-stopped' } })
  })
  it('the reader of its output went away: it goes on', async () => {
    const engine = watch({ data: await temporaryData() })
    const client = await clientOf(engine)
    engine.child.stdout?.destroy()
    engine.child.stderr?.destroy()
    expect(await client.engine.status({})).toMatchObject({ pid: engine.child.pid })
    engine.child.kill('SIGTERM')
    await new Promise((resolve) => engine.child.once('exit', resolve))
    endedInOrder(engine)
  })
})

describe('[MA5] under Neutralino', () => {
  it('tells its page where it is, lets it in, and ends when the core goes', async () => {
    const core = await StandInCore.start()
    onTestFinished(() => core.close().catch(() => undefined))
    const engine = watch({ data: await temporaryData(), args: ['--neutralino'], stdin: core.handshake })
    const { port } = await engine.listening
    core.emit('appClientConnect')
    core.emit('troupe.where', { nonce: 'nonce-0001' })
    await until(() => core.broadcasts('troupe.here').length === 1)
    expect(core.broadcasts('troupe.here')[0]).toEqual({ nonce: 'nonce-0001', port, token: expect.any(String) })
    const client = await clientOf(engine)
    expect(await client.engine.status({})).toMatchObject({ window: 'neutralino' })
    expect(await client.engine.open({})).toMatchObject({ window: 'neutralino', url: null })
    expect(core.raised).toBe(true)
    core.emit('appClientDisconnect')
    await until(async () => (await client.engine.open({})).window !== 'neutralino')
    expect((await client.engine.open({})).why).toMatch(/^the page of its own window has ended; /)
    await core.close()
    expect(await engine.ended).toMatchObject({ code: 0 })
    endedInOrder(engine)
  })
  it('engine.stop ends the application too', async () => {
    const core = await StandInCore.start()
    onTestFinished(() => core.close().catch(() => undefined))
    const engine = watch({ data: await temporaryData(), args: ['--neutralino'], stdin: core.handshake })
    const client = await clientOf(engine)
    await client.engine.stop({})
    expect(await engine.ended).toMatchObject({ code: 0 })
    expect(core.calls.at(-1)?.method).toBe('app.killProcess')
    endedInOrder(engine)
  })
  it('with nothing on standard input it does not wait for ever', async () => {
    const engine = watch({ data: await temporaryData(), args: ['--neutralino'], stdin: '' })
    expect(await engine.ended).toMatchObject({ code: 1, errors: expect.stringContaining('Standard input') })
    expect(leftBehind(engine)).toEqual([])
  })
})

async function firstOutput(client: Client, id: string): Promise<string> {
  for await (const batch of await client.run.follow({ id, fromSeq: 1 }))
    for (const event of batch.events) if (event.kind === 'output') return event.text.trim()
  throw new Error('the run ended without output')
}

describe('the configuration of Neutralino', () => {
  const config = JSON.parse(readFileSync(new URL('../../../neutralino.config.json', import.meta.url), 'utf8')) as Record<string, never>
  it('[MA6] allows no native call that reads, writes or starts anything', () => {
    const list = config.nativeAllowList as unknown as string[]
    expect(
      list.filter(
        (name) =>
          /^(os\.(exec|spawn|open|getEnv)|filesystem|server|storage|updater|computer|clipboard|custom|\*)/.test(name) || name.includes('*'),
      ),
    ).toEqual([])
    expect(config).not.toHaveProperty('nativeBlockList')
    expect(config.port).toBe(0)
  })
  it('[MA7] gives the page its globals: without them it does not know that it stands in this window', () => {
    // Read by the core from the mode alone; beside `modes` it is passed over without a word.
    expect((config.modes as unknown as { window: object }).window).toMatchObject({ injectGlobals: true })
  })
  it('starts the engine without a shell that stays, under the id that the page asks for', async () => {
    const [extension] = config.extensions as unknown as Record<string, string>[]
    const page = await import('../../../src/link/host.ts')
    expect(extension?.id).toBe(page.EXTENSION)
    expect(extension?.commandLinux).toMatch(/^exec .*--neutralino$/)
    expect(extension?.commandDarwin).toMatch(/^exec .*--neutralino$/)
  })
})
