/** Real programs with bad habits, and what becomes of each. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { SERVICE_LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import { systemClock } from '#core/node'
import { atEnd, folder, freePort, living, odd, stage } from './stage.ts'

/** A clock that leaps over the waits of the restart policy: a twentieth of them passes, and the rest is said to have passed. */
function leapingClock() {
  let leapt = 0
  return {
    now: () => systemClock.now() + leapt,
    after(delayMs: number, task: () => void) {
      if (delayMs < 850 || delayMs > 20_000) return systemClock.after(delayMs, task)
      return systemClock.after(delayMs / 20, () => {
        leapt += Math.ceil((delayMs * 19) / 20)
        task()
      })
    },
  }
}

const READY = { readiness: { kind: 'line', text: 'ready to serve' } } as const

test('[SU6] [SU7] [SU16] one that crashes at once is tried six times, given up with its last words, and told', async () => {
  const { up, told, mark } = await stage({ clock: leapingClock() })
  const row = await up(odd('crash-at-once', READY), 'failed')
  expect(row.standing).toMatchObject({ reason: 'gave-up', starts: 6, message: expect.stringContaining('no configuration') })
  expect(told).toEqual([{ id: 'odd', title: 'Odd failed', text: expect.stringContaining('6 times within 60 s') }])
  expect(living(mark)).toEqual([])
})

test('[SU5] one that crashes late is started again; a restart by hand forgets its ends', async () => {
  const { up, room, is } = await stage()
  await up(odd('crash-late', READY, '150'))
  await is('odd', 'waiting')
  expect(room.get('odd').standing).toMatchObject({ reason: 'ended', message: expect.stringContaining('exit code 4'), ends: 1 })
  room.restart('odd')
  expect((await is('odd', 'ready')).standing).toMatchObject({ starts: 2, ends: 0 })
})

test('[SU5] on-failure: one that ends well is stopped, and what needs it goes on', async () => {
  const { up, room, is } = await stage()
  await room.save(odd('end-well', { id: 'first', restart: 'on-failure' }))
  await up(odd('plain', { ...READY, needs: ['first'] }))
  expect((await is('first', 'stopped')).standing.reason).toBe('done')
})

test('[SU4] one that hangs on its start is ended in time', async () => {
  const { up, mark } = await stage()
  const row = await up(odd('hang-on-start', { ...READY, readySeconds: 0.3, restart: 'never' }), 'failed')
  expect(row.standing).toMatchObject({ reason: 'not-ready', message: 'It was not ready within 0.3 s.', pid: null })
  expect(living(mark)).toEqual([])
})

test('[SU11] one that ignores SIGTERM is killed after its wait, and was asked before', async () => {
  const { up, room, mark } = await stage()
  await up(odd('ignore-sigterm', { ...READY, stopSeconds: 0.5 }))
  const { standing } = await room.stop('odd')
  expect(standing).toMatchObject({ state: 'stopped', reason: 'asked' })
  expect(living(mark)).toEqual([])
  const { lines } = await room.logs('odd', { limit: 100 })
  expect(lines.map(({ text }) => text)).toContain('I would rather not')
})

test('[SU11] grandchildren go with it, also those in a session of their own whose parent is gone', async () => {
  const { up, room, mark } = await stage()
  await up(odd('grandchildren', { ...READY, stopSeconds: 0.2 }))
  await vi.waitFor(() => expect(living(mark).length).toBe(3), 10_000)
  await room.stop('odd')
  expect(living(mark)).toEqual([])
})

test('[SU11] what would not end is reported as such', async () => {
  const { up, room } = await stage({ endTree: async () => ({ left: [4711] }) })
  const row = await up(odd('plain', READY))
  atEnd(async () => process.kill(row.standing.pid ?? 0, 'SIGKILL'))
  await expect(room.stop('odd')).rejects.toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining('4711') })
  expect(room.get('odd').standing).toMatchObject({ state: 'failed', reason: 'would-not-stop' })
  expect(await room.close()).toEqual(['odd'])
})

test('[SU10] one that leaks memory is started anew, stopped or told of, as its document says', async () => {
  const { up, room, is } = await stage()
  const limits = { ...READY, memoryMb: 150, limitSeconds: 0.1 }
  const stopped = await up(odd('leak', { ...limits, limitAction: 'stop' }), 'failed')
  expect(stopped.standing).toMatchObject({ reason: 'limit', message: expect.stringMatching(/takes \d+ MB of memory; 150 MB are allowed/) })
  expect(stopped.standing.looks.length).toBeGreaterThan(0)
  await room.save(odd('leak', { ...limits, limitAction: 'restart' }))
  room.start('odd')
  await is('odd', 'waiting')
  await room.save(odd('leak', { ...limits, limitAction: 'warn' }))
  room.start('odd')
  expect((await is('odd', 'degraded')).standing.reason).toBe('limit')
})

test('[SU10] one that takes a whole processor is stopped', async () => {
  const { up } = await stage()
  const row = await up(odd('busy', { ...READY, cpuPercent: 10, limitSeconds: 0.3, limitAction: 'stop' }), 'failed')
  expect(row.standing).toMatchObject({ reason: 'limit', message: expect.stringMatching(/% of a processor; 10 % are allowed/) })
})

test('[SU21] [SU22] a flood of 100 MB is kept in bounds, what was dropped is counted, and the engine stays awake', async () => {
  const { up, room, dir } = await stage()
  const megabytes = process.env.SLOW ? 100 : 30
  let longest = 0
  let last = performance.now()
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  await up(odd('flood', { readiness: { kind: 'line', text: 'the flood is over' }, readySeconds: 60 }, String(megabytes)))
  clearInterval(beat)
  const dropped = await vi.waitFor(async () => {
    const { lines } = await room.logs('odd', { text: 'were not kept', limit: 1000 })
    const said = lines.reduce((sum, { text }) => sum + Number(/^(\d+) lines/.exec(text)?.[1] ?? 0), 0)
    expect(said).toBe(room.get('odd').standing.droppedLines)
    return said
  }, 10_000)
  const kept = await room.logs('odd', { text: 'flood flood', limit: 1000 })
  expect(kept.lines.length).toBeGreaterThan(0)
  // Every line was kept or counted.
  expect(dropped).toBeGreaterThan((megabytes * 1024 * 1024) / 97 - 60 * SERVICE_LIMITS.linesPerSecond)
  await room.stop('odd')
  const sizes = [0, 1, 2, 3].map((n) => {
    try {
      return readFileSync(join(dir, 'services/odd/log', `${n}.log`)).length
    } catch {
      return 0
    }
  })
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(SERVICE_LIMITS.logFiles * SERVICE_LIMITS.logFileBytes * 1.5)
  console.log(`flood: ${megabytes} MB, ${dropped} lines dropped, longest pause of the main thread ${Math.round(longest)} ms`)
}, 120_000)

test('[SU14] a port that another program has is named, and tried again until it is free', async () => {
  const { up, is } = await stage()
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const doc = odd('port', { ports: [port], readiness: { kind: 'port', port } }, String(port))
  const row = await up(doc, 'waiting')
  expect(row.standing).toMatchObject({ reason: 'port-taken', message: `Port ${port} is taken by another program.` })
  await new Promise((resolve) => other.close(resolve))
  await is('odd', 'ready')
})

test('[SU2] [SU11] a child that holds the port after its parent has ended goes before the next start', async () => {
  const { up, is, room } = await stage({ clock: leapingClock() })
  const port = await freePort()
  await up(
    odd('leave-port', { ports: [port], readiness: { kind: 'port', port }, healthTimeoutSeconds: 60, stopSeconds: 0.5 }, String(port)),
  )
  const again = await vi.waitFor(async () => {
    const row = await is('odd', 'ready')
    expect(row.standing.starts).toBeGreaterThan(1)
    return row
  }, 15_000)
  expect(again.standing.lastFailure?.reason).toBe('ended')
  const { lines } = await room.logs('odd', { text: 'is taken', limit: 10 })
  expect(lines).toEqual([])
})

test('[SU9] one that is alive and unhealthy is degraded, then started anew; when it is well again it is ready', async () => {
  const { up, is, dir } = await stage({ clock: leapingClock() })
  const port = await freePort()
  const sick = join(dir, 'sick')
  const url = `http://127.0.0.1:${port}/`
  const health = {
    health: { kind: 'http', url, text: 'fine' },
    healthEverySeconds: 0.3,
    healthTimeoutSeconds: 60,
    healthFailures: 4,
  } as const
  await up(odd('port', { readiness: { kind: 'http', url }, ...health }, `${port},${sick}`))
  await writeFile(sick, '')
  expect((await is('odd', 'degraded')).standing).toMatchObject({ reason: 'unhealthy', message: expect.stringContaining('status 500') })
  expect((await is('odd', 'waiting', 'starting')).standing.lastFailure).toMatchObject({
    reason: 'unhealthy',
    message: expect.stringContaining('4 times'),
  })
  const { rm } = await import('node:fs/promises')
  await rm(sick)
  expect((await is('odd', 'ready')).standing.starts).toBeGreaterThan(1)
})

test('[SU4] a program says READY=1 and its status at the notify descriptor', async () => {
  const { up } = await stage()
  const row = await up(odd('notify', { readiness: { kind: 'notify' } }))
  expect(row.standing.status).toBe('warming up')
})

test('[SU15] [SU20] the environment is built from nothing; what is lent is masked in the log, and given back', async () => {
  process.env.TROUPE_TEST_KEY = 'not for services'
  let ended = 0
  const value = 'a value that must not be seen'
  const { up, room, book, is } = await stage({
    lend: async () => ({ lent: { env: { LENT: value } }, end: async () => void ended++ }),
  })
  const release = book.hold([{ mask: '{{credential.odd.value}}', value }])
  await up(odd('environment', { credentials: ['odd'], env: { OWN: 'yes' }, readiness: { kind: 'line', text: '{' } }))
  delete process.env.TROUPE_TEST_KEY
  const { lines } = await room.logs('odd', { text: 'TROUPE_ENGINE', limit: 1 })
  const env = JSON.parse(lines[0]?.text ?? '{}') as Record<string, string>
  expect(env).toMatchObject({ OWN: 'yes', LENT: '{{credential.odd.value}}', TROUPE_SERVICE: 'odd' })
  const allowed = /^(PATH|HOME|LANG|LANGUAGE|TMPDIR|TERM|USER|LOGNAME|SHELL|TZ|LC_.*|OWN|LENT|TROUPE_RUN|TROUPE_ENGINE|TROUPE_SERVICE)$/
  expect(Object.keys(env).filter((name) => !allowed.test(name))).toEqual([])
  await room.stop('odd')
  expect(ended).toBe(1)
  release()
  await is('odd', 'stopped')
})

test('[SU15] a locked vault is waited for; a credential that cannot be lent is a failure', async () => {
  let locked = true
  const { up, room, is } = await stage({
    lend: async () => {
      if (locked) throw new TroupeError('SEALED', 'The vault is locked.')
      return { lent: { env: {} }, end: async () => undefined }
    },
  })
  expect((await up(odd('plain', { ...READY, credentials: ['key'] }), 'waiting')).standing.reason).toBe('sealed')
  locked = false
  room.unlocked()
  await is('odd', 'ready')
  const other = await stage({
    lend: async () => {
      throw new TroupeError('NOT_FOUND', 'There is no credential "key".')
    },
  })
  expect((await other.up(odd('plain', { ...READY, credentials: ['key'] }), 'failed')).standing.reason).toBe('credential')
})

test('a program that is not there fails at once, and says what to do', async () => {
  const { room, is } = await stage()
  await room.save({ ...odd('plain'), program: 'no-such-program' })
  room.start('odd')
  expect((await is('odd', 'failed')).standing).toMatchObject({
    reason: 'cannot-start',
    message: expect.stringContaining('no-such-program'),
    starts: 1,
  })
  expect(await folder()).toBeTruthy()
})
