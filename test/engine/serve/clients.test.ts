import { describe, expect, it } from 'vitest'
import { LIMITS } from '#contract'
import type { CallContext, Clock } from '#core'
import { dial, firstFrame, knock, link, onceToken, openDoors, temporaryFolder, until } from './doors.ts'

/** A clock that only this test moves; timers fire when it passes them. */
function testClock(): Clock & { pass(ms: number): void } {
  let now = 1_700_000_000_000
  const timers = new Set<{ at: number; task: () => void }>()
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass(ms) {
      now += ms
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer)
        timer.task()
      }
    },
  }
}

/** The other limits of a connection, out of the way of a clock that leaps. */
const FOREVER = { pingMs: LIMITS.sessionTtlMs * 10, helloMs: LIMITS.sessionTtlMs * 10 }

const EVERYTHING: CallContext = { clientId: 'cli', clientName: 'troupe', scopes: ['*'] }

describe('[SV6] a window’s session', () => {
  it('replaces the one-time link, lives through a restart of the engine, and is kept as a hash only', async () => {
    const data = await temporaryFolder()
    const first = await openDoors({ data })
    const { hello } = await link(first, onceToken(first))
    const rows = await first.store.read<{ token_sha256: string }>('SELECT * FROM client')
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(hello.session)
    expect(rows[0]?.token_sha256).toMatch(/^[0-9a-f]{64}$/)
    await first.serve.stop()
    await first.store.stop()
    await first.lock.release()

    const second = await openDoors({ data })
    const again = await link(second, hello.session ?? '')
    expect(await again.client.settings.get({})).toMatchObject({ theme: 'system' })
  })
  it('runs out when it is not used, and lives on when it is', async () => {
    const clock = testClock()
    const doors = await openDoors({ clock, ...FOREVER })
    const { hello, client, socket } = await link(doors, onceToken(doors))
    await client.settings.get({})
    clock.pass(LIMITS.sessionTtlMs - 1000)
    await client.settings.get({})
    clock.pass(LIMITS.sessionTtlMs - 1000)
    await client.settings.get({})
    socket.close()
    clock.pass(LIMITS.sessionTtlMs + 1000)
    expect(await knock(doors, { token: hello.session ?? '' })).toBe('')
  })
  it('closes its connection when it runs out', async () => {
    const clock = testClock()
    const doors = await openDoors({ clock, ...FOREVER })
    const { closed } = await link(doors, onceToken(doors))
    clock.pass(LIMITS.sessionTtlMs + 1)
    expect(await closed).toBe(4001)
  })
  it('keeps a bounded number of sessions: those unused for longest make room', async () => {
    const clock = testClock()
    const doors = await openDoors({ clock })
    const tokens: string[] = []
    for (let n = 0; n < 103; n += 1) {
      const socket = dial(doors, onceToken(doors))
      tokens.push(((await firstFrame(socket)).troupe as { session: string }).session)
      socket.terminate()
      clock.pass(1000)
      await until(() => doors.serve.connected === 0)
    }
    expect(doors.serve.clients.list()).toHaveLength(100)
    expect(await knock(doors, { token: tokens[2] ?? '' })).toBe('')
    expect(await knock(doors, { token: tokens[3] ?? '' })).toContain('101 Switching Protocols')
  })
})

describe('[SV7] named tokens', () => {
  it('are granted, listed, used on both doors, and told only once', async () => {
    const doors = await openDoors()
    const { client } = await link(doors, onceToken(doors))
    const { token, client: row } = await client.engine.grantClient({ name: 'backup script', scopes: ['settings.get'] })
    expect(row).toMatchObject({ name: 'backup script', scopes: ['settings.get'], expiresAt: null, connected: false })
    const named = await link(doors, token)
    expect(await named.client.settings.get({})).toMatchObject({ theme: 'system' })
    const socket = await link(doors, token, 'socket')
    expect(await socket.client.settings.get({})).toMatchObject({ theme: 'system' })
    const listed = await client.engine.clients({})
    expect(listed.find(({ id }) => id === row.id)).toMatchObject({ name: 'backup script', connected: true })
    expect(JSON.stringify(listed)).not.toContain(token)
  })
  it('[SV8] allow the methods of their scopes and no other, on both doors', async () => {
    const doors = await openDoors()
    const { token } = await doors.serve.clients.grant({ name: 'reader', scopes: ['settings.get'], ttlMs: null }, EVERYTHING)
    for (const at of ['tcp', 'socket'] as const) {
      const { client } = await link(doors, token, at)
      expect(await client.settings.get({})).toMatchObject({ theme: 'system' })
      for (const refused of [
        () => client.settings.set({ theme: 'dark' }),
        () => client.engine.clients({}),
        () => client.engine.stop({}),
        () => client.engine.link({}),
      ])
        await expect(refused()).rejects.toMatchObject({ code: 'FORBIDDEN', status: 403 })
    }
    expect(doors.stops()).toBe(0)
  })
  it('cannot give more than they have', async () => {
    const doors = await openDoors()
    const { token } = await doors.serve.clients.grant(
      { name: 'half', scopes: ['engine.grantClient', 'settings.get'], ttlMs: null },
      EVERYTHING,
    )
    const { client } = await link(doors, token)
    await expect(client.engine.grantClient({ name: 'more', scopes: ['*'] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(client.engine.grantClient({ name: 'more', scopes: ['settings.get', 'settings.set'] })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect((await client.engine.grantClient({ name: 'less', scopes: ['settings.get'] })).client.name).toBe('less')
  })
  it('end at their time, an open connection with them', async () => {
    const clock = testClock()
    const doors = await openDoors({ clock })
    const { token } = await doors.serve.clients.grant({ name: 'short', scopes: ['*'], ttlMs: 5000 }, EVERYTHING)
    const { closed } = await link(doors, token)
    clock.pass(5000)
    expect(await closed).toBe(4001)
    expect(await knock(doors, { token })).toBe('')
  })
  it('[SV9] revoked: the open connection ends with its own code, its stream too, and the token is worth nothing', async () => {
    const doors = await openDoors()
    const admin = await link(doors, onceToken(doors))
    const { token, client: row } = await admin.client.engine.grantClient({ name: 'lost laptop', scopes: ['*'] })
    const { closed, client } = await link(doors, token)
    const changes = await client.engine.changes({})
    expect((await changes.next()).value).toMatchObject({ changes: [] })
    await admin.client.engine.revokeClient({ id: row.id })
    expect(await closed).toBe(4001)
    expect(await knock(doors, { token })).toBe('')
    await expect(admin.client.engine.revokeClient({ id: row.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await doors.store.read('SELECT * FROM client WHERE id = ?', [row.id])).toEqual([])
  })
})
