/** The desktop's side: a real session bus with a real server on it, and the two systems that cannot be tried here by their arguments. */
import { describe, expect, it } from 'vitest'
import { makeLogger } from '#core'
import { connectSessionBus, sessionBusAddress } from '#core/node'
import { type DesktopNote, openDesktop } from '../../../extensions/engine/notify/mod.ts'
import { asker, forgeClick, missing, startBus, startServer, why } from './session.ts'
import { TurnedClock } from './stage.ts'

const OWN = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' }

const note = (more: Partial<DesktopNote> = {}): DesktopNote => ({
  tag: 'n_1',
  title: 'Disk guardian failed',
  text: 'a <b> & c',
  urgent: false,
  ...more,
})

function desktopOf(address: string | undefined, platform: NodeJS.Platform = 'linux') {
  const logged: string[] = []
  const clock = new TurnedClock()
  const ran: { program: string; args: readonly string[]; env: Readonly<Record<string, string>> }[] = []
  const desktop = openDesktop({
    platform,
    clock,
    log: makeLogger('notify', ({ message, facts }) => void logged.push(`${message} ${JSON.stringify(facts ?? {})}`)),
    connectBus: async () => (address === undefined ? undefined : await connectSessionBus(address)),
    run: async (program, args, env) => {
      ran.push({ program, args, env })
      return { code: 0, said: '' }
    },
  })
  return { desktop, clock, logged, ran }
}

describe.skipIf(missing)(`[NT11] Linux, on a real session bus${why}`, () => {
  it('shows title and text, with no markup of ours read as such, and a click comes back', async () => {
    const { address } = await startBus()
    const server = await startServer(address)
    const { desktop } = desktopOf(address)
    expect(await desktop.look()).toEqual({ state: 'shows', way: 'D-Bus (testd 1.0)', opens: true, detail: '' })
    let clicks = 0
    expect(await desktop.show(note({ urgent: true }), () => clicks++)).toEqual({
      state: 'shows',
      way: 'D-Bus (testd 1.0)',
      opens: true,
      detail: '',
    })
    expect(server.notes).toEqual([
      { id: 1, replaces: 0, title: 'Disk guardian failed', text: 'a &lt;b&gt; &amp; c', actions: ['default', 'Open'], urgency: 2 },
    ])
    server.click(1)
    await expect.poll(() => clicks).toBe(1)
    server.click(1)
    desktop.stop()
    expect(clicks).toBe(1)
  })
  it('the next of the same tag takes the place of the one before, unless that was closed', async () => {
    const { address } = await startBus()
    const server = await startServer(address, ['body'])
    const { desktop } = desktopOf(address)
    await desktop.show(note(), () => undefined)
    await desktop.show(note({ title: 'Disk guardian failed (2 times)' }), () => undefined)
    await desktop.show(note({ tag: 'n_2' }), () => undefined)
    expect(server.notes.map(({ replaces }) => replaces)).toEqual([0, 1, 0])
    expect(server.notes[0]).toMatchObject({ text: 'a <b> & c', actions: [] })
    server.close(1)
    await expect
      .poll(async () => {
        await desktop.show(note(), () => undefined)
        return server.notes.at(-1)?.replaces
      })
      .toBe(0)
    desktop.stop()
  })
  it('another program’s word about a click counts for nothing', async () => {
    const { address } = await startBus()
    const server = await startServer(address)
    const { desktop } = desktopOf(address)
    let clicks = 0
    await desktop.show(note(), () => clicks++)
    await forgeClick(address, 1)
    expect(clicks).toBe(0)
    server.click(1)
    await expect.poll(() => clicks).toBe(1)
    desktop.stop()
  })
  it('[NT12] without a server that is said once, and when one comes it shows again', async () => {
    const { address } = await startBus()
    const { desktop, clock, logged } = desktopOf(address)
    for (let n = 0; n < 3; n += 1) {
      expect(await desktop.show(note(), () => undefined)).toMatchObject({
        state: 'cannot',
        detail: expect.stringContaining('No program shows notifications'),
      })
      await clock.turn(31_000)
    }
    expect(logged).toHaveLength(1)
    const server = await startServer(address)
    expect(await desktop.show(note(), () => undefined)).toMatchObject({ state: 'shows' })
    server.stop()
    await expect.poll(async () => (await desktop.show(note({ tag: 'test' }), () => undefined)).state).toBe('cannot')
    expect(logged).toHaveLength(2)
    desktop.stop()
  })
  it('[NT12] a bus that goes away is told, and the next bus is found', async () => {
    const first = await startBus()
    await startServer(first.address)
    let { address } = first
    const { desktop, clock } = desktopOf(undefined)
    expect(await desktop.look()).toMatchObject({ state: 'cannot', detail: expect.stringContaining('no session bus') })
    desktop.stop()
    const moving = openDesktop({
      platform: 'linux',
      clock: {
        now: clock.now,
        after: (ms, task) => {
          const timer = setTimeout(task, Math.min(ms, 500))
          return () => clearTimeout(timer)
        },
      },
      log: makeLogger('notify', () => undefined),
      connectBus: () => connectSessionBus(address),
      run: async () => ({ code: 0, said: '' }),
    })
    expect(await moving.show(note(), () => undefined)).toMatchObject({ state: 'shows' })
    first.stop()
    await expect.poll(async () => (await moving.show(note({ tag: 'test' }), () => undefined)).state).toBe('cannot')
    const second = await startBus()
    const server = await startServer(second.address)
    ;({ address } = second)
    await expect.poll(async () => (await moving.show(note({ tag: 'test' }), () => undefined)).state).toBe('shows')
    expect(server.notes).toHaveLength(1)
    moving.stop()
  })
})

describe.skipIf(missing)(`[NT11] a session bus${why}`, () => {
  it('that is closed while another program asks something of us harms nobody', async () => {
    const { address } = await startBus()
    const bus = await connectSessionBus(address)
    const { body } = await bus.call({ ...OWN, member: 'ListNames' })
    const ours = (body[0] as string[]).find((name) => name.startsWith(':'))
    const send = await asker(address, ours ?? '')
    for (let n = 0; n < 50; n += 1) send()
    // The questions are written out, and reach our socket while this thread does nothing.
    await new Promise((resolve) => setImmediate(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    bus.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
  })
})

describe('[NT11] where the session bus is', () => {
  it('is what the session says, and none where it says nothing', () => {
    expect(sessionBusAddress({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' })).toBe('unix:path=/x')
    expect(sessionBusAddress({ XDG_RUNTIME_DIR: '/nowhere' })).toBe(undefined)
    expect(sessionBusAddress({})).toBe(undefined)
  })
})

describe('[NT11] systems that are not here', () => {
  const hostile = { title: `" & do shell script "touch /tmp/x`, text: `$(calc); '; \`x\`` }
  it('macOS: the texts are arguments, after the script and the end of options', async () => {
    const { desktop, ran } = desktopOf(undefined, 'darwin')
    expect(await desktop.show(note(hostile), () => undefined)).toMatchObject({ state: 'shows', opens: false })
    const [{ program, args } = { program: '', args: [] }] = ran
    expect(program).toBe('/usr/bin/osascript')
    expect(args.slice(-3)).toEqual(['--', hostile.title, hostile.text])
    expect(args.slice(0, -3).join(' ')).not.toContain('touch')
  })
  it('Windows: the script is the same whatever the texts are, which come by the environment', async () => {
    const { desktop, ran } = desktopOf(undefined, 'win32')
    await desktop.show(note(hostile), () => undefined)
    await desktop.show(note(), () => undefined)
    expect(ran[0]?.args).toEqual(ran[1]?.args)
    expect(ran[0]?.env).toMatchObject({ TROUPE_NOTE_TITLE: hostile.title, TROUPE_NOTE_TEXT: hostile.text })
    const script = Buffer.from(String(ran[0]?.args.at(-1)), 'base64').toString('utf16le')
    expect(script).toContain('CreateTextNode($env:TROUPE_NOTE_TEXT)')
  })
})
