/** Who wants what, what survives, and what is left: nothing. */
import { readdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { anyToBeOn, loadSupervise } from '../../../extensions/engine/supervise/mod.ts'
import { freePort, living, odd, stage } from './stage.ts'

const READY = { readiness: { kind: 'line', text: 'ready to serve' } } as const

test('[SU3] what it needs is started before it, and ended after it', async () => {
  const { room, up, mark } = await stage()
  await room.save(odd('plain', { id: 'db', ...READY }))
  await room.save(odd('plain', { id: 'cache', needs: ['db'], ...READY }))
  await up(odd('plain', { id: 'app', needs: ['cache', 'db'], ...READY }))
  const [db, cache, app] = ['db', 'cache', 'app'].map((id) => room.get(id).standing)
  expect(db?.since).toBeLessThanOrEqual(cache?.startedAt ?? 0)
  expect(cache?.since).toBeLessThanOrEqual(app?.startedAt ?? 0)
  expect(db?.usedBy.toSorted()).toEqual(['app', 'cache'])
  await room.stop('db')
  await vi.waitFor(() => expect(room.get('app').standing).toMatchObject({ state: 'degraded', message: 'It needs db, which is stopped.' }))
  room.start('db')
  await vi.waitFor(() => expect(room.get('app').standing.state).toBe('ready'), 5_000)
  await room.stop('app')
  await vi.waitFor(() => expect(['db', 'cache'].map((id) => room.get(id).standing.state)).toEqual(['ready', 'stopped']), 5_000)
  expect(await room.close()).toEqual([])
  expect(living(mark)).toEqual([])
})

test('[SU3] needs in a circle, of nobody, and a removal of what is needed are refused', async () => {
  const { room } = await stage()
  await room.save(odd('plain', { id: 'a' }))
  await room.save(odd('plain', { id: 'b', needs: ['a'] }))
  await expect(room.save(odd('plain', { id: 'a', needs: ['b'] }))).rejects.toMatchObject({
    code: 'INVALID',
    message: expect.stringContaining('a → b → a'),
  })
  await expect(room.save(odd('plain', { id: 'a', needs: ['a'] }))).rejects.toMatchObject({ code: 'INVALID' })
  await expect(room.save(odd('plain', { id: 'c', needs: ['nobody'] }))).rejects.toMatchObject({ code: 'INVALID' })
  await expect(room.remove('a')).rejects.toMatchObject({ code: 'WRONG_STATE' })
  await expect(room.save(odd('plain', { id: 'a' }), true)).rejects.toMatchObject({ code: 'CONFLICT' })
  await room.remove('b')
  await room.remove('a')
  expect(room.list()).toEqual([])
})

test('[SU12] on demand: started by who needs it, kept while a connection is open, stopped when nobody uses it', async () => {
  const { room, is } = await stage()
  const port = await freePort()
  await room.save(odd('port', { desired: 'on-demand', ports: [port], readiness: { kind: 'port', port }, idleSeconds: 1 }, String(port)))
  const signal = new AbortController().signal
  const release = await room.need('odd', 'a test', signal)
  expect(room.get('odd').standing).toMatchObject({ state: 'ready', usedBy: ['a test'] })
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  release()
  await new Promise((resolve) => setTimeout(resolve, 1_600))
  expect(room.get('odd').standing.state).toBe('ready')
  socket.destroy()
  expect((await is('odd', 'stopped')).standing).toMatchObject({ reason: 'idle', message: 'Nobody used it for 1 s.' })
  await room.save(odd('crash-at-once', { ...READY, restart: 'never' }))
  await expect(room.need('odd', 'a test', signal)).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('[SU13] [SU17] what is to be on is on with the next opening, unless nothing is; the log goes on', async () => {
  const made = await stage()
  expect(await anyToBeOn(made.store)).toBe(false)
  await made.room.save(odd('plain', { ...READY, desired: 'on' }))
  await made.is('odd', 'ready')
  expect(await anyToBeOn(made.store)).toBe(true)
  const before = await made.room.logs('odd', { limit: 100 })
  await made.room.close()
  expect(living(made.mark)).toEqual([])
  await expect(async () => made.room.start('odd')).rejects.toMatchObject({ code: 'STOPPING' })
  const { systemClock, systemChance } = await import('#core/node')
  const { endTree } = await import('../../../extensions/engine/run/mod.ts')
  const again = await loadSupervise({
    ...{
      store: made.store,
      clock: systemClock,
      chance: systemChance,
      secrets: made.book,
      env: process.env,
      folder: `${made.dir}/services`,
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    ...{
      announce: () => undefined,
      marks: () => ({ TROUPE_ENGINE: made.mark }),
      lend: async () => ({ lent: { env: {} }, end: async () => undefined }),
    },
    endTree: (tree, end) => endTree(tree, { clock: systemClock, ...end }),
    ...{ taken: async () => new Map(), connections: async () => 0, tell: () => undefined },
  })
  await vi.waitFor(() => expect(again.get('odd').standing.state).toBe('ready'), 10_000)
  const after = await again.logs('odd', { limit: 1000 })
  expect(after.lines.length).toBeGreaterThan(before.lines.length)
  expect(after.lines.map(({ seq }) => seq)).toEqual(after.lines.map((_, n) => n + 1))
  await again.close()
  expect(living(made.mark)).toEqual([])
})

test('[SU24] lines are followed as they come, from where one left, and the end of the follower leaves nothing', async () => {
  const { room, up } = await stage()
  await up(odd('plain', READY))
  const abort = new AbortController()
  const seen: string[] = []
  const following = (async () => {
    for await (const { lines } of room.follow('odd', 1, abort.signal)) seen.push(...lines.map(({ text }) => text))
  })()
  await vi.waitFor(() => expect(seen).toContain('ready to serve'))
  room.restart('odd')
  await vi.waitFor(() => expect(seen.filter((text) => text === 'ready to serve').length).toBe(2), 10_000)
  abort.abort()
  await following
  const found = await room.logs('odd', { text: 'READY TO', limit: 1 })
  expect(found).toMatchObject({ lines: [{ text: 'ready to serve', from: 'out', level: 'info' }], more: true })
})

test('[SU2] [SU13] services that are started and stopped many times leave nothing behind', async () => {
  const { room, mark, is } = await stage()
  const [services, times] = process.env.SLOW ? [50, 100] : [6, 4]
  const ids = Array.from({ length: services }, (_, n) => `s${n}`)
  // A shell is a small program; every third has a child of its own.
  const doc = (id: string, n: number) => ({
    ...odd('plain', { id }),
    program: 'sh',
    args: ['-c', n % 3 === 0 ? 'sleep 600 & echo up; wait' : 'echo up; exec sleep 600'],
    readiness: { kind: 'line', text: 'up' } as const,
    readySeconds: 120,
  })
  for (const [n, id] of ids.entries()) await room.save(doc(id, n))
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap' || name === 'ProcessWrap').length
  const before = { files: readdirSync('/proc/self/fd').length, handles: timers() }
  for (let time = 0; time < times; time++) {
    for (const id of ids) room.start(id)
    for (const id of ids) await is(id, 'ready')
    await Promise.all(ids.map((id) => room.stop(id)))
  }
  expect(living(mark)).toEqual([])
  await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before.handles), 5_000)
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before.files + 3)
  for (const id of ids) expect(room.get(id).standing).toMatchObject({ state: 'stopped', starts: times, pid: null })
}, 3_600_000)
