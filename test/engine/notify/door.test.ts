import { describe, expect, it } from 'vitest'
import type { CredentialRow, RunRow } from '#contract'
import { makeLogger, Scope, SecretBook } from '#core'
import { systemChance } from '#core/node'
import { notifyDoor } from '../../../extensions/engine/notify-door.ts'
import { openTheStore, TurnedClock } from './stage.ts'

const HOUR = 3_600_000
const page = { unread: false, offset: 0, limit: 100 }

async function door(facts: { credentials?: CredentialRow[]; runs?: RunRow[] } = {}) {
  const store = await openTheStore()
  const clock = new TurnedClock()
  const scope = new Scope()
  const log: string[] = []
  const reads: string[] = []
  const { credentials = [], runs = [] } = facts
  const announced: string[] = []
  const announce = (topic: string, id: string, what: string) => void announced.push(`${topic} ${id} ${what}`)
  const notices = notifyDoor(
    {
      ...{ store, clock, chance: systemChance, announce, env: {}, book: new SecretBook(), scope, startedAt: clock.now() },
      log: makeLogger('notify', ({ message }) => void log.push(message)),
      openWindow: async () => ({ window: 'none' }),
    },
    () => ({
      personas: { nameOf: async () => 'Anna' },
      credentials: async () => ({
        list: async () => {
          reads.push('credentials')
          return credentials
        },
      }),
      runs: {
        get: async (id) => ({ run: runs.find((run) => run.id === id) as RunRow }),
        list: async ({ filter }) => ({ rows: runs.filter(({ state }) => filter.states?.includes(state)) }),
      },
    }),
  )
  clock.settle = async () => {
    // The room is loaded with the first announcement; then the store answers in turn.
    await notices.room()
    for (let turn = 0; turn < 10; turn += 1) {
      await store.read('SELECT 1').catch(() => undefined)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const titles = async () => (await (await notices.room()).list(page)).rows.map(({ title }) => title).sort()
  return { notices, clock, scope, log, reads, titles, announced }
}

const credential = (more: object) =>
  ({
    id: 'cred_1',
    name: 'hub',
    expiresAt: null,
    rotateAt: null,
    secretChangedAt: 0,
    health: { state: 'unchecked', detail: '', at: null },
    oauth: null,
    revokedAt: null,
    ...more,
  }) as CredentialRow
const run = (id: string, state: string, code: string, endedAt: number | null = null) =>
  ({ id, personaId: 'per_1', personaName: 'Anna', state, reason: { code, message: 'So it was.' }, endedAt }) as unknown as RunRow

describe('[NT14] what is due is looked for', () => {
  it('soon after the start and each hour, and each thing is said once', async () => {
    const due = new TurnedClock().now() + 2 * HOUR
    const { notices, clock, reads, titles } = await door({ credentials: [credential({ rotateAt: due })] })
    notices.begin()
    expect(reads).toEqual([])
    await clock.turn(20_000)
    expect(reads).toHaveLength(1)
    expect(await titles()).toEqual([])
    for (let n = 0; n < 4; n += 1) await clock.turn(HOUR)
    expect(reads.length).toBeGreaterThanOrEqual(4)
    expect(await titles()).toEqual(['hub is due for a new value'])
  })
  it('runs that a crashed engine left are told, those of an older crash are not', async () => {
    const now = new TurnedClock().now()
    const left = [run('run_1', 'incomplete', 'engine-crashed', now + 5), run('run_2', 'incomplete', 'engine-crashed', now - HOUR)]
    const { notices, clock, titles } = await door({ runs: left })
    notices.begin()
    await clock.turn(20_000)
    expect(await titles()).toEqual(['A run of Anna was cut off'])
  })
})

describe('[NT15] the run room is listened to', () => {
  it('its own announcements go on as they were, and its ends become notifications', async () => {
    const { notices, clock, titles, announced } = await door({
      runs: [run('run_1', 'failed', 'exit-code'), run('run_2', 'running', 'done')],
    })
    const hear = notices.hear((topic, id, what) => void announced.push(`${topic} ${id} ${what}`))
    hear('run', 'run_2', 'running')
    hear('run', 'run_1', 'failed')
    await expect.poll(titles).toEqual(['Anna failed'])
    expect(announced.slice(0, 2)).toEqual(['run run_2 running', 'run run_1 failed'])
    await clock.settle()
  })
  it('what ends with the engine is no news', async () => {
    const { notices, scope, clock, titles } = await door({ runs: [run('run_1', 'failed', 'exit-code')] })
    notices.begin()
    const room = await notices.room()
    await scope.stop()
    notices.hear(() => undefined)('run', 'run_1', 'failed')
    await notices.announce({ kind: 'failed', title: 'late', text: '', subject: null, href: '/runs' })
    await clock.settle()
    expect((await room.list(page)).total).toBe(0)
    expect(await titles()).toEqual([])
  })
})
