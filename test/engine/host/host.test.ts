import { PassThrough } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type LogSink, makeLogger } from '#core'
import { systemClock } from '#core/node'
import { HOST_EVENTS, openHost } from '../../../extensions/engine/host.ts'
import { StandInCore } from '../../fixtures/core/core.ts'
import { until } from '../serve/doors.ts'

async function plugged(options: { callMs?: number } = {}) {
  const core = await StandInCore.start()
  onTestFinished(() => core.close())
  const logged: Parameters<LogSink>[0][] = []
  const stdin = new PassThrough()
  stdin.end(core.handshake)
  const host = await openHost({ clock: systemClock, log: makeLogger('host', (line) => void logged.push(line)), stdin, ...options })
  return { core, host, logged }
}

function withInput(feed: (stdin: PassThrough) => void) {
  const stdin = new PassThrough()
  feed(stdin)
  return openHost({ clock: systemClock, log: makeLogger('host', () => undefined), stdin, handshakeMs: 200 })
}

describe('[HO1] the handshake', () => {
  it('connects with what came on standard input, and knows where the page comes from', async () => {
    const { core, host } = await plugged()
    expect(core.connected).toBe(true)
    expect(host.origin).toBe(`http://127.0.0.1:${core.port}`)
  })
  it('takes it in pieces, and without the end of the stream', async () => {
    const core = await StandInCore.start()
    onTestFinished(() => core.close())
    await withInput((stdin) => {
      stdin.write(core.handshake.slice(0, 20))
      setTimeout(() => stdin.write(core.handshake.slice(20)), 20)
    })
    expect(core.connected).toBe(true)
  })
  it('gives up when nothing comes, when it ends early, and when something else comes', async () => {
    await expect(withInput(() => undefined)).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(withInput((stdin) => stdin.end())).rejects.toMatchObject({ code: 'INVALID' })
    await expect(withInput((stdin) => stdin.end('{"nlPort":"1"}'))).rejects.toMatchObject({ code: 'INVALID' })
    await expect(withInput((stdin) => stdin.write('x'.repeat(70_000)))).rejects.toMatchObject({ code: 'INVALID' })
  })
  it('a wrong token or a core that is gone is UNREACHABLE', async () => {
    const core = await StandInCore.start()
    const wrong = core.handshake.replace(`"nlConnectToken":"${core.connectToken}"`, '"nlConnectToken":"wrong"')
    await expect(withInput((stdin) => stdin.end(wrong))).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const { handshake } = core
    await core.close()
    await expect(withInput((stdin) => stdin.end(handshake))).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('[HO2] calls', () => {
  it('carry the access token and come back with the value', async () => {
    const { core, host } = await plugged()
    core.emit('appClientConnect')
    core.answers.set('window.isVisible', { value: true })
    expect(await host.call('window.isVisible', undefined)).toBe(true)
    expect(core.calls[0]).toMatchObject({ method: 'window.isVisible', accessToken: core.token })
  })
  it('time out each by itself, since the core never answers what it cannot read', async () => {
    const { core, host } = await plugged({ callMs: 50 })
    core.answers.set('app.exit', 'nothing').set('app.killProcess', 'garbage')
    await expect(host.call('app.exit', { code: 0 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(host.call('app.killProcess', undefined)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await host.call('app.broadcast', { event: 'x', data: 1 })).toBeNull()
  })
  it('the core’s refusal is REFUSED, with its words', async () => {
    const { core, host } = await plugged()
    core.answers.set('app.broadcast', { error: { code: 'NE_RT_NATPRME', message: 'not allowed' } })
    await expect(host.call('app.broadcast', { event: 'x', data: 1 })).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('not allowed'),
    })
  })
  it('[HO3] of window.* wait until there is a window: before that they would crash the core', async () => {
    const { core, host } = await plugged()
    const shown = host.showWindow()
    await host.call('app.broadcast', { event: 'x', data: 1 })
    expect(core.calls.map(({ method }) => method)).toEqual(['app.broadcast'])
    core.emit('appClientConnect')
    await shown
    expect(core.calls.map(({ method }) => method)).toEqual([
      'app.broadcast',
      'window.show',
      'window.unminimize',
      'window.focus',
      'window.show',
    ])
    expect(core.crashed).toBe(false)
  })
  it('all fail when the core goes, and the host says so', async () => {
    const { core, host } = await plugged()
    core.answers.set('app.broadcast', 'nothing')
    const calls = [host.call('app.broadcast', { event: 'x', data: 1 }), host.call('window.show', undefined)]
    const failed = calls.map((call) => expect(call).rejects.toMatchObject({ code: 'UNREACHABLE' }))
    await until(() => core.calls.length === 1)
    await core.close()
    await Promise.all(failed)
    expect(await host.gone).toContain('closed')
    await expect(host.call('app.exit', { code: 0 })).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('[HO4] the page asks how to reach the engine', () => {
  it('and is told by broadcast; the same question gets the same token, another another', async () => {
    const { core, host } = await plugged()
    let tokens = 0
    host.answerPage(() => ({ port: 4242, token: `token-${++tokens}` }))
    const nonce = 'nonce-0001'
    core.emit(HOST_EVENTS.ask, { nonce })
    core.emit(HOST_EVENTS.ask, { nonce })
    await until(() => core.broadcasts(HOST_EVENTS.tell).length === 2)
    core.emit(HOST_EVENTS.ask, { nonce: 'nonce-0002' })
    await until(() => core.broadcasts(HOST_EVENTS.tell).length === 3)
    const told = { nonce, port: 4242, token: 'token-1' }
    expect(core.broadcasts(HOST_EVENTS.tell)).toEqual([told, told, { nonce: 'nonce-0002', port: 4242, token: 'token-2' }])
  })
  it('anything else is passed over: other events, questions without a nonce, frames that are none', async () => {
    const { core, host, logged } = await plugged()
    host.answerPage(() => ({ port: 1, token: 't' }))
    core.emit('windowFocus')
    core.emit(HOST_EVENTS.ask)
    core.emit(HOST_EVENTS.ask, { nonce: 7 })
    core.raw('not json')
    core.raw('[1]')
    core.emit(HOST_EVENTS.ask, { nonce: 'nonce-0003' })
    await until(() => core.broadcasts(HOST_EVENTS.tell).length === 1)
    expect(logged.filter(({ message }) => message.includes('not understood'))).toHaveLength(2)
  })
  it('the words are the window’s own', async () => {
    const page = await import('../../../src/link/host.ts')
    expect(HOST_EVENTS).toEqual({ ask: page.ASK, tell: page.TELL })
  })
})

describe('[HO5] the end', () => {
  it('with a window is app.exit; without one app.killProcess, or a core without a window would stay for ever', async () => {
    const withWindow = await plugged()
    withWindow.core.emit('appClientConnect')
    await withWindow.host.call('window.show', undefined)
    await withWindow.host.close()
    expect(withWindow.core.calls.at(-1)?.method).toBe('app.exit')
    const without = await plugged()
    await without.host.close()
    expect(without.core.calls.at(-1)?.method).toBe('app.killProcess')
  })
})

describe('[HO6] the window', () => {
  it('is brought back though it is minimised: the core’s loop is turned after it was asked', async () => {
    const { core, host } = await plugged()
    core.emit('appClientConnect')
    await host.showWindow()
    expect(core.raised).toBe(true)
  })
  it('is told from a dead picture: its page went, and no other came', async () => {
    const { core, host } = await plugged()
    expect(host.pageEnded()).toBe(false)
    core.emit('appClientConnect')
    await host.call('window.show', undefined)
    expect(host.pageEnded()).toBe(false)
    core.emit('appClientDisconnect')
    await until(() => host.pageEnded())
    core.emit('appClientConnect')
    await until(() => !host.pageEnded())
  })
})
