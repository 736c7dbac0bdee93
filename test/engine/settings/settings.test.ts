import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LIMITS, SETTINGS_DEFAULTS } from '#contract'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openSettings, settingsMigrations } from '../../../extensions/engine/settings/mod.ts'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'

const silent = makeLogger('test', () => undefined)

async function openTheStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-settings-'))
  const store = await openStore({ folder, migrations: [...settingsMigrations], clock: systemClock, log: silent })
  onTestFinished(async () => {
    await store.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return store
}

async function opened(store?: Store, warned: string[] = []) {
  const announced: string[] = []
  const log = makeLogger('settings', ({ message }) => void warned.push(message))
  const room = await openSettings({
    store: store ?? (await openTheStore()),
    clock: systemClock,
    log,
    announce: (topic, _id, what) => void announced.push(`${topic} ${what}`),
  })
  return { room, announced }
}

describe('[SE1] settings', () => {
  it('are the defaults until they are set, one by one, and stay set', async () => {
    const store = await openTheStore()
    const { room, announced } = await opened(store)
    expect(room.current).toEqual(SETTINGS_DEFAULTS)
    expect(await room.set({ theme: 'dark', maxRuns: 3 })).toEqual({ ...SETTINGS_DEFAULTS, theme: 'dark', maxRuns: 3 })
    expect(await room.set({ motion: 'reduced' })).toMatchObject({ theme: 'dark', maxRuns: 3, motion: 'reduced' })
    expect(announced).toEqual(['settings set', 'settings set'])
    expect((await opened(store)).room.current).toEqual({ ...SETTINGS_DEFAULTS, theme: 'dark', maxRuns: 3, motion: 'reduced' })
  })
  it('an empty patch changes and announces nothing', async () => {
    const { room, announced } = await opened()
    expect(await room.set({})).toEqual(SETTINGS_DEFAULTS)
    expect(announced).toEqual([])
  })
  it('tell who listens, until that is stopped', async () => {
    const { room } = await opened()
    const heard: number[] = []
    const stop = room.onChange(({ maxRuns }) => heard.push(maxRuns))
    await room.set({ maxRuns: 5 })
    stop()
    await room.set({ maxRuns: 6 })
    expect(heard).toEqual([5])
  })
  it('[SE2] a value of another build is passed over with a warning, and its row is kept', async () => {
    const store = await openTheStore()
    await store.write([
      {
        sql: "INSERT INTO setting (key, value) VALUES ('theme', '\"neon\"'), ('hologram', 'true'), ('maxRuns', '7'), ('contrast', 'not json')",
      },
    ])
    const warned: string[] = []
    expect((await opened(store, warned)).room.current).toEqual({ ...SETTINGS_DEFAULTS, maxRuns: 7 })
    expect(warned).toHaveLength(3)
    expect(await store.read('SELECT key FROM setting')).toHaveLength(4)
  })
})

describe('[SE3] what the window remembers', () => {
  it('is kept, changed and forgotten by key', async () => {
    const { room } = await opened()
    await room.remember('panes', '{"left":200}')
    await room.remember('panes', '{"left":300}')
    await room.remember('filter', 'x')
    expect(await room.remembered()).toEqual({ panes: '{"left":300}', filter: 'x' })
    await room.remember('filter', null)
    await room.remember('never there', null)
    expect(await room.remembered()).toEqual({ panes: '{"left":300}' })
  })
  it('[SE4] is bounded, though many write at the same time; what is there may still change', async () => {
    const { room } = await opened()
    const tries = await Promise.allSettled(Array.from({ length: LIMITS.memoryKeys + 20 }, (_, n) => room.remember(`k${n}`, 'v')))
    const refused = tries.filter((each) => each.status === 'rejected')
    expect(refused).toHaveLength(20)
    for (const each of refused) expect(each.reason).toMatchObject({ code: 'FULL' })
    expect(Object.keys(await room.remembered())).toHaveLength(LIMITS.memoryKeys)
    const there = Object.keys(await room.remembered())[0] ?? ''
    await room.remember(there, 'changed')
    expect((await room.remembered())[there]).toBe('changed')
    await room.remember(there, null)
    await room.remember('new', 'v')
  })
  it('can be read back whole when all of it is as large as it may be', async () => {
    const { room } = await opened()
    for (let n = 0; n < 40; n += 1) await room.remember(`${n}`.padEnd(LIMITS.memoryKeyChars, 'k'), 'ü'.repeat(LIMITS.memoryValueChars))
    expect(Object.values(await room.remembered()).every((value) => value.length === LIMITS.memoryValueChars)).toBe(true)
  })
})
