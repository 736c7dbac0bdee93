import { describe, expect, it } from 'vitest'
import { TroupeError } from '#core'
import { cron, DAY, every, HOUR, MINUTE, openStage, START } from './stage.ts'

describe('a schedule', () => {
  it('[TR10] [TR19] starts a run when it is due, and says so in a row', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 9 * * *'), input: 'Due {{fire.due}}' })
    expect((await stage.triggers.get(id)).nextAt).toBe(START + 2 * HOUR)
    await stage.pass(2 * HOUR - 1)
    expect(stage.runs).toEqual([])
    await stage.pass(1)
    expect(stage.runs).toMatchObject([{ personaId: 'per_a', input: 'Due 2026-03-02 09:00:00', at: START + 2 * HOUR, priority: 'normal' }])
    const [fire] = await stage.fires(id)
    expect(fire).toMatchObject({ state: 'started', due: START + 2 * HOUR, count: 1, cause: 'schedule', runId: stage.runs[0]?.id })
    await stage.end(stage.runs[0])
    expect((await stage.fires(id))[0]).toMatchObject({ state: 'ended', runState: 'succeeded' })
    expect((await stage.triggers.get(id)).nextAt).toBe(START + 26 * HOUR)
  })

  it('[SC20] [SC11] what was missed while the machine slept becomes one run, with the reason', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('*/30 * * * *') })
    await stage.pass(10 * MINUTE)
    stage.clock.jump(5 * HOUR)
    await stage.pass(30_000)
    expect(stage.runs).toHaveLength(1)
    expect(await stage.fires(id)).toMatchObject([
      { state: 'started', count: 10, whyText: expect.stringMatching(/^Stands for 10 due times: The machine was asleep 07:10–12:10/) },
    ])
  })

  it('[SC11] a trigger that skips what it missed has a row with the reason, and no run', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('*/30 * * * *'), missed: { policy: 'skip' } })
    stage.clock.jump(5 * HOUR + 10 * MINUTE)
    await stage.pass(30_000)
    expect(stage.runs).toEqual([])
    expect(await stage.fires(id)).toMatchObject([{ state: 'missed', why: 'asleep', count: 10 }])
  })

  it('[TR17] catches up one after the other, behind what a person asks for', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 * * * *'), overlap: 'all', missed: { policy: 'catch-up', most: 3, windowMs: DAY } })
    stage.clock.jump(5 * HOUR + 10 * MINUTE)
    await stage.pass(45_000)
    expect(stage.runs.map(({ priority, at }) => ({ priority, after: at - stage.runs[0]!.at }))).toEqual([
      { priority: 'low', after: 0 },
      { priority: 'low', after: 5_000 },
      { priority: 'low', after: 10_000 },
    ])
    expect(await stage.fires(id)).toMatchObject([
      { state: 'missed', count: 2, why: 'catch-up-limit' },
      { count: 1 },
      { count: 1 },
      { count: 1 },
    ])
  })

  it('[TR3] off, and on again: one line says what was not done', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 * * * *') })
    await stage.triggers.enable(id, false)
    await stage.pass(5 * HOUR + MINUTE)
    expect(stage.runs).toEqual([])
    await stage.triggers.enable(id, true)
    expect(await stage.fires(id)).toMatchObject([{ state: 'skipped', why: 'disabled', count: 5 }])
    await stage.pass(HOUR)
    expect(stage.runs).toHaveLength(1)
  })

  it('[TR3] paused, and resumed by itself', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 * * * *') })
    await stage.triggers.pause(START + 3 * HOUR + MINUTE)
    await stage.pass(4 * HOUR)
    expect(await stage.fires(id)).toMatchObject([
      { state: 'skipped', why: 'paused', count: 3 },
      { state: 'started', count: 1 },
    ])
    expect((await stage.triggers.status()).pausedUntil).toBeNull()
  })

  it('[SC13] the next one is skipped, and only that', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 * * * *'), overlap: 'all' })
    await stage.triggers.skipNext(id)
    await stage.pass(2 * HOUR)
    expect(await stage.fires(id)).toMatchObject([{ state: 'skipped', why: 'skip-next' }, { state: 'started' }])
  })

  it('[TR16] a full queue is asked again, and the fire fails in the end with the reason', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 9 * * *') })
    stage.refuse = new TroupeError('FULL', 'The queue is full.')
    await stage.pass(2 * HOUR)
    expect(await stage.fires(id)).toMatchObject([{ state: 'waiting', why: 'queue-full' }])
    await stage.pass(2 * MINUTE)
    stage.refuse = undefined
    await stage.pass(MINUTE)
    expect(await stage.fires(id)).toMatchObject([{ state: 'started', runId: stage.runs[0]?.id }])
    stage.refuse = new TroupeError('FULL', 'The queue is full.')
    await stage.end(stage.runs[0])
    await stage.pass(DAY + HOUR)
    expect((await stage.fires(id))[1]).toMatchObject({ state: 'failed', why: 'queue-full' })
  })

  it('[TR16] a persona that is asleep skips its fire', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 9 * * *') })
    stage.refuse = new TroupeError('WRONG_STATE', '"A" sleeps and takes no runs.')
    await stage.pass(2 * HOUR)
    expect(await stage.fires(id)).toMatchObject([{ state: 'skipped', why: 'persona', whyText: '"A" sleeps and takes no runs.' }])
  })

  it('[TR13] overlap: one waits, a further one is skipped; cancel ends the running one', async () => {
    const stage = await openStage()
    const queued = await stage.add({ when: every(HOUR) })
    await stage.pass(3 * HOUR)
    expect((await stage.fires(queued)).map(({ state, why }) => why ?? state)).toEqual(['started', 'queued', 'overlap'])
    await stage.end(stage.runs[0])
    await stage.settle()
    expect((await stage.fires(queued)).map(({ state }) => state)).toEqual(['ended', 'started', 'skipped'])
    await stage.triggers.remove(queued)
    const cancel = await stage.add({ when: every(HOUR), overlap: 'cancel' })
    await stage.pass(2 * HOUR)
    expect((await stage.fires(cancel)).map(({ runState, state }) => runState ?? state)).toEqual(['cancelled', 'started'])
  })

  it('[TR4] it stops after so many failures in a row, says so, and goes on when it is turned on', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: every(HOUR), stopAfterFailures: 2 })
    for (let at = 0; at < 2; at += 1) {
      await stage.pass(HOUR)
      await stage.end(stage.runs.at(-1), 'failed')
    }
    expect((await stage.triggers.get(id)).held).toBe('It stopped after 2 failed runs in a row.')
    expect(stage.told).toEqual(['A trigger stopped'])
    await stage.pass(3 * HOUR)
    expect(stage.runs).toHaveLength(2)
    await stage.triggers.enable(id, true)
    await stage.pass(HOUR)
    expect(stage.runs).toHaveLength(3)
  })

  it('[TR15] asks first, and starts with a yes', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 9 * * *'), unattended: 'ask' })
    await stage.pass(2 * HOUR)
    expect(stage.told).toEqual(['A trigger asks to run'])
    const [fire] = await stage.fires(id)
    await stage.triggers.answer(fire!.id, true)
    await stage.settle()
    expect(stage.runs).toHaveLength(1)
    await stage.end(stage.runs[0])
    await stage.pass(2 * DAY)
    expect((await stage.fires(id)).map(({ why, state }) => why ?? state)).toEqual(['ended', 'unanswered', 'ask'])
  })

  it('[TR12] quiet hours, active hours, cool-down: each is its reason', async () => {
    const stage = await openStage()
    const quiet = await stage.add({ when: cron('0 9 * * *'), quietHours: [{ from: '08:00', to: '10:00' }] })
    const weekend = await stage.add({ when: cron('0 9 * * *'), activeHours: [{ days: [6, 7], from: '00:00', to: '23:59' }] })
    const rests = await stage.add({ when: cron('0,10 9 * * *'), coolDownMs: HOUR, overlap: 'all' })
    await stage.pass(2 * HOUR + 20 * MINUTE)
    expect(await stage.fires(quiet)).toMatchObject([{ state: 'skipped', why: 'quiet-hours' }])
    expect(await stage.fires(weekend)).toMatchObject([{ state: 'skipped', why: 'outside-hours' }])
    expect(await stage.fires(rests)).toMatchObject([{ state: 'started' }, { state: 'skipped', why: 'cool-down' }])
  })

  it('[TR17] a backfill is told first, and runs for each due time of the past', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 9 * * *'), overlap: 'all' })
    const span = { triggerId: id, from: START - 3 * DAY, to: START }
    expect((await stage.triggers.backfill({ ...span, plan: true })).due).toHaveLength(3)
    expect(stage.runs).toEqual([])
    await stage.triggers.backfill({ ...span, plan: false })
    await stage.pass(MINUTE)
    expect(stage.runs.map(({ priority }) => priority)).toEqual(['low', 'low', 'low'])
  })

  it('run now, and in ten minutes', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: { kind: 'manual' }, input: 'Say {{data.word}}' })
    await stage.triggers.fire(id, { word: 'now' }, 0)
    await stage.triggers.fire(id, { word: 'then' }, 10 * MINUTE)
    await stage.pass(10 * MINUTE)
    expect(stage.runs.map(({ input, at }) => [input, at - START])).toEqual([
      ['Say now', 0],
      ['Say then', 10 * MINUTE],
    ])
  })

  it('[SC21] a schedule in the machine’s own zone follows it', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: cron('0 9 * * *') })
    await stage.pass(MINUTE)
    stage.zone.now = 'America/New_York'
    await stage.pass(MINUTE)
    expect((await stage.triggers.get(id)).nextAt).toBe(Date.parse('2026-03-02T14:00:00Z'))
  })

  it('[SC15] a clock that was wrong for a day swallows nothing and repeats no run', async () => {
    const stage = await openStage({ instant: true })
    const id = await stage.add({ when: cron('0 * * * *') })
    await stage.pass(HOUR)
    stage.clock.jump(DAY)
    await stage.pass(MINUTE)
    expect(stage.runs).toHaveLength(2)
    stage.clock.jump(-DAY)
    await stage.pass(3 * HOUR)
    expect(stage.runs).toHaveLength(5)
    const fires = await stage.fires(id)
    expect(fires.filter(({ runId }) => runId).map(({ due }) => (due - START) / HOUR)).toEqual([1, 25, 2, 3, 4])
  })
})
