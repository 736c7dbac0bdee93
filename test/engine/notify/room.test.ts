import { describe, expect, it } from 'vitest'
import { LIMITS } from '#contract'
import { openTheStore, stage, TurnedClock } from './stage.ts'

const MINUTE = 60_000
const page = { unread: false, offset: 0, limit: 100 }

describe('[NT1] an announcement', () => {
  it('is in the list when the clients hear of it, with the place that it opens', async () => {
    const { room, failed, told, shown } = await stage()
    await failed('per_a')
    const { rows, unread, total } = await room.list(page)
    expect(rows).toMatchObject([{ kind: 'failed', title: 'per_a failed', text: 'It broke.', href: '/runs/r_1', count: 1, readAt: null }])
    expect({ unread, total }).toEqual({ unread: 1, total: 1 })
    expect(told[0]).toBe('notification new id')
    expect(shown).toMatchObject([{ title: 'per_a failed', text: 'It broke.', urgent: false }])
  })
  it('that the store refuses is logged, and harms nobody', async () => {
    const store = await openTheStore()
    const { failed, log, shown } = await stage({ store })
    await store.stop()
    await failed('per_a')
    expect(log).toEqual(['A notification could not be kept.'])
    expect(shown).toEqual([])
  })
})

describe('[NT2] what stays secret', () => {
  it('title, text and key pass the redactor before they are kept or shown', async () => {
    const { room, failed, book, shown } = await stage()
    book.hold([{ mask: '{{credential.x.token}}', value: 'tok-7f3a9c51d2' }])
    await failed('per_a', {
      title: 'tok-7f3a9c51d2 failed',
      text: `said ${Buffer.from('tok-7f3a9c51d2').toString('base64')}`,
      key: 'tok-7f3a9c51d2',
    })
    const kept = JSON.stringify([await room.list(page), shown])
    expect(kept).toContain('{{credential.x.token}} failed')
    expect(kept).not.toContain('tok-7f3a9c51d2')
    expect(kept).not.toContain(Buffer.from('tok-7f3a9c51d2').toString('base64'))
  })
  it('long texts are cut at their limits', async () => {
    const { room, failed } = await stage()
    await failed('per_a', { title: 'x'.repeat(500), text: 'y'.repeat(5000) })
    const [row] = (await room.list(page)).rows
    expect([row?.title.length, row?.text.length]).toEqual([LIMITS.notificationTitleChars, LIMITS.notificationTextChars])
  })
})

describe('[NT3] levels', () => {
  it('done is off unless it is asked for; a persona’s own level goes before everyone’s', async () => {
    const { room, failed, shown } = await stage()
    await failed('per_a', { kind: 'done' })
    expect((await room.list(page)).total).toBe(0)
    expect(room.wants('done', 'per_a')).toBe(false)
    await room.setPreferences({ persona: { id: 'per_a', levels: { done: 'desktop', failed: 'window' } } })
    await failed('per_a', { kind: 'done', title: 'a is done' })
    await failed('per_b', { kind: 'done', title: 'b is done' })
    await failed('per_a')
    expect((await room.list(page)).rows.map(({ title }) => title).sort()).toEqual(['a is done', 'per_a failed'])
    expect(shown.map(({ title }) => title)).toEqual(['a is done'])
    expect(await room.preferences()).toMatchObject({
      levels: { failed: 'desktop', done: 'off' },
      personas: [{ personaId: 'per_a', personaName: 'Name of per_a', levels: { done: 'desktop', failed: 'window' } }],
    })
  })
  it('are kept across a restart, and a persona that is as the others has none of its own', async () => {
    const store = await openTheStore()
    const first = await stage({ store })
    await first.room.setPreferences({ levels: { done: 'window' }, quiet: { from: 60, to: 120 }, coalesceMinutes: 3 })
    await first.room.setPreferences({ persona: { id: 'per_a', levels: { failed: 'off' } } })
    expect(await (await stage({ store })).room.preferences()).toMatchObject({
      levels: { done: 'window', failed: 'desktop' },
      quiet: { from: 60, to: 120 },
      coalesceMinutes: 3,
      personas: [{ personaId: 'per_a', levels: { failed: 'off' } }],
    })
    await first.room.setPreferences({ persona: { id: 'per_a', levels: {} }, quiet: null })
    expect(await (await stage({ store })).room.preferences()).toMatchObject({ quiet: null, personas: [] })
  })
  it('of a persona that is none are refused', async () => {
    const { room } = await stage()
    await expect(room.setPreferences({ persona: { id: 'nobody', levels: {} } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('[NT4] like ones', () => {
  it('become one with a count, and the newest words stand', async () => {
    const { room, failed, clock, told } = await stage()
    await failed('per_a')
    await clock.turn(9 * MINUTE)
    await failed('per_a', { text: 'It broke again.', href: '/runs/r_2' })
    await failed('per_b')
    expect((await room.list(page)).rows).toMatchObject([
      { personaId: expect.any(String), count: expect.any(Number) },
      { personaId: expect.any(String), count: expect.any(Number) },
    ])
    const { rows } = await room.list(page)
    expect(rows.find((row) => row.personaId === 'per_a')).toMatchObject({ count: 2, text: 'It broke again.', href: '/runs/r_2' })
    expect(told.filter((word) => word !== 'notification desktop')).toEqual([
      'notification new id',
      'notification again id',
      'notification new id',
    ])
  })
  it('stay apart when the last is older than that, was read, or nothing is to be one', async () => {
    const { room, failed, clock } = await stage()
    await failed('per_a')
    await clock.turn(11 * MINUTE)
    await failed('per_a')
    await room.mark(undefined, false)
    await failed('per_a')
    expect((await room.list(page)).total).toBe(3)
    await room.setPreferences({ coalesceMinutes: 0 })
    await failed('per_a')
    expect((await room.list(page)).rows.map(({ count }) => count)).toEqual([1, 1, 1, 1])
  })
  it('a thousand at once are one row that counts all of them', async () => {
    const { room, failed, shown } = await stage()
    await Promise.all(Array.from({ length: 1000 }, () => failed('per_a')))
    expect((await room.list(page)).rows).toMatchObject([{ count: 1000 }])
    expect(shown).toHaveLength(1)
  })
})

describe('[NT5] [NT6] the desktop is not flooded', () => {
  it('the same one is shown at most once in 10 s, then with its count, in place of the one before', async () => {
    const { failed, clock, shown } = await stage()
    for (let n = 0; n < 4; n += 1) await failed('per_a')
    expect(shown).toHaveLength(1)
    await clock.turn(10_000)
    expect(shown.map(({ title }) => title)).toEqual(['per_a failed', 'per_a failed (4 times)'])
    expect(new Set(shown.map(({ tag }) => tag)).size).toBe(1)
    await clock.turn(MINUTE)
    expect(shown).toHaveLength(2)
  })
  it('five different ones a minute; the others in one sum, without those that were read meanwhile', async () => {
    const { room, failed, clock, shown, settle } = await stage()
    for (let n = 0; n < 9; n += 1) await failed(`per_${n}`, { href: `/runs/r_${n}` })
    expect(shown).toHaveLength(5)
    const { rows } = await room.list(page)
    await room.mark(
      rows.filter(({ personaId }) => personaId === 'per_8').map(({ id }) => id),
      false,
    )
    await clock.turn(MINUTE)
    expect(shown.at(-1)).toMatchObject({ title: '3 more notifications', text: '3 failed' })
    shown.at(-1)?.click()
    await settle()
    expect(room.take()).toBe('/notifications')
  })
})

describe('[NT7] quiet hours', () => {
  it('hold what comes, over midnight too, and tell it in one sum when they end', async () => {
    const { room, failed, clock, shown } = await stage()
    await room.setPreferences({ quiet: { from: 12 * 60, to: 13 * 60 } })
    await failed('per_a')
    await failed('per_b', { kind: 'needs-you', title: 'b asks' })
    await clock.turn(59 * MINUTE)
    expect(shown).toEqual([])
    expect((await room.list(page)).unread).toBe(2)
    await clock.turn(2 * MINUTE)
    expect(shown).toMatchObject([{ title: '2 notifications from the quiet hours', text: '1 waiting for you, 1 failed', urgent: true }])
    await room.setPreferences({ quiet: { from: 23 * 60, to: 14 * 60 } })
    await failed('per_c')
    await clock.turn(30 * MINUTE)
    expect(shown).toHaveLength(1)
    await clock.turn(31 * MINUTE)
    expect(shown.at(-1)).toMatchObject({ title: 'per_c failed' })
  })
  it('with equal ends are none', async () => {
    const { room, failed, shown } = await stage()
    await room.setPreferences({ quiet: { from: 720, to: 720 } })
    await failed('per_a')
    expect(shown).toHaveLength(1)
  })
})

describe('[NT8] a click', () => {
  it('reads the notification, shows a window, and hands its place to the first that asks', async () => {
    const { room, failed, shown, opened, told, settle } = await stage()
    await failed('per_a')
    shown[0]?.click()
    await settle()
    expect(opened).toHaveLength(1)
    expect((await room.list(page)).unread).toBe(0)
    expect(told).toContain('notification open id')
    expect([room.take(), room.take()]).toEqual(['/runs/r_1', null])
  })
  it('leaves the place to a window that was opened anew, and forgets it after a minute', async () => {
    const clock = new TurnedClock()
    const { room, failed, shown, told, settle } = await stage({ newWindow: true, clock })
    await failed('per_a')
    shown[0]?.click()
    await settle()
    expect(told).not.toContain('notification open id')
    await clock.turn(MINUTE)
    expect(room.take()).toBe(null)
  })
  it('on one that is gone leads to the centre', async () => {
    const { room, failed, shown, settle } = await stage()
    await failed('per_a')
    await room.clear((await room.list(page)).rows.map(({ id }) => id))
    shown[0]?.click()
    await settle()
    expect(room.take()).toBe('/notifications')
    await expect(room.open('n_none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('[NT9] what is kept', () => {
  it('the newest rows, and none older than its days', async () => {
    const { room, failed, clock } = await stage()
    await room.setPreferences({ coalesceMinutes: 0, levels: { failed: 'window' } })
    for (let n = 0; n < LIMITS.notifications.rows + 3; n += 1) await failed('per_a')
    expect((await room.list(page)).total).toBe(LIMITS.notifications.rows)
    await clock.turn((LIMITS.notifications.days + 1) * 24 * 60 * MINUTE)
    await failed('per_b')
    expect((await room.list(page)).rows).toMatchObject([{ personaId: 'per_b' }])
  })
  it('is marked, unmarked and removed by id or as a whole', async () => {
    const { room, failed } = await stage()
    await failed('per_a')
    await failed('per_b')
    const [first] = (await room.list(page)).rows
    await room.mark([first?.id ?? ''], false)
    expect(await room.list({ ...page, unread: true })).toMatchObject({ unread: 1, total: 1 })
    await room.mark([first?.id ?? ''], true)
    expect((await room.list(page)).unread).toBe(2)
    expect(await room.clear(undefined)).toBe(0)
    await room.mark(undefined, false)
    expect(await room.clear(undefined)).toBe(2)
  })
})

describe('[NT10] a place', () => {
  it.each(['https://example.org/', '//example.org/x', 'javascript:alert(1)', '/runs/../../etc', '/a b', '/vault#x', ''])(
    'that is none of the window (%s) becomes the centre',
    async (href) => {
      const { room, failed, log } = await stage()
      await failed('per_a', { href })
      expect((await room.list(page)).rows[0]?.href).toBe('/notifications')
      expect(log).toHaveLength(1)
    },
  )
})

describe('[NT13] what is said once', () => {
  it('is not said again: not when it was removed, and not after a restart', async () => {
    const store = await openTheStore()
    const { room, failed } = await stage({ store })
    const reminder = { kind: 'reminder', title: 'github is due', key: 'rotate:1', once: true } as const
    await failed('per_a', reminder)
    await failed('per_a', reminder)
    await room.mark(undefined, false)
    expect(await room.clear(undefined)).toBe(1)
    const after = await stage({ store })
    await after.failed('per_a', reminder)
    expect((await after.room.list(page)).total).toBe(0)
    await after.failed('per_a', { ...reminder, key: 'rotate:2' })
    expect((await after.room.list(page)).total).toBe(1)
  })
})
