import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HEALING } from '../../../extensions/engine/heal/classes.ts'
import { type HealStage, openHealStage } from './stage.ts'

let stage: HealStage
beforeEach(async () => {
  stage = await openHealStage()
})
afterEach(() => stage.close())

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('retries', () => {
  test('[HE20] begin when they are due, and not before', async () => {
    const verdict = await stage.fail({ failure: { retryAfterMs: 90_000 } })
    expect(verdict).toMatchObject({ kind: 'retry' })
    const at = verdict.kind === 'retry' ? verdict.at : 0
    expect((await stage.status()).retries).toMatchObject([{ runId: 'run_1', class: 'provider-down', attempt: 2, dueAt: at }])
    await stage.clock.pass(at - stage.clock.now() - 1)
    expect(stage.resumed).toEqual([])
    await stage.clock.pass(1)
    expect(stage.resumed).toMatchObject([{ runId: 'run_1', change: 'none', attempt: 2, at }])
    expect((await stage.status()).retries).toEqual([])
  })

  test('[HE20] [HE22] survive a restart, begin at once when overdue, and once', async () => {
    await stage.fail()
    const begun = stage.clock.now()
    await stage.room.stop()
    // The engine is away longer than the retry's time.
    await stage.clock.pass(10 * MINUTE)
    expect(stage.resumed).toEqual([])
    await stage.crash()
    expect(stage.resumed).toMatchObject([{ runId: 'run_1', at: begun + 10 * MINUTE }])
    await stage.crash()
    await stage.clock.pass(DAY)
    expect(stage.resumed).toHaveLength(1)
  })

  test('[HE22] "now" and the timer do not begin it twice', async () => {
    await stage.fail()
    await Promise.all([stage.room.retryNow('run_1'), stage.room.retryNow('run_1').catch(() => undefined)])
    await stage.clock.pass(DAY)
    expect(stage.resumed).toHaveLength(1)
    await expect(stage.room.retryNow('run_1')).rejects.toMatchObject({ code: 'WRONG_STATE' })
  })

  test('[HE23] a cancelled run is never begun', async () => {
    await stage.fail()
    await stage.room.runEnded('run_1', 'cancelled')
    await stage.clock.pass(DAY)
    expect(stage.resumed).toEqual([])
    expect((await stage.status()).events[0]).toMatchObject({ outcome: 'cancelled' })
  })

  test('[HE21] a storm of them is spread: at most so many begin in a minute', async () => {
    for (let n = 0; n < 70; n++) await stage.fail({ runId: `run_${n}`, personaId: `per_${n}` })
    // In steps: twenty of them take longer to be written than the clock waits for by itself.
    for (let n = 0; n < 40; n++) {
      await stage.clock.pass(MINUTE / 4)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(stage.resumed).toHaveLength(70)
    const times = stage.resumed.map(({ at }) => at)
    for (const at of times)
      expect(times.filter((other) => other > at - MINUTE && other <= at).length).toBeLessThanOrEqual(HEALING.stormPerMinute)
  })

  test('[HE25] nothing is timed while nothing waits', async () => {
    expect(stage.clock.timers).toBe(0)
    await stage.fail()
    await stage.clock.pass(0)
    expect(stage.clock.timers).toBe(1)
    await stage.clock.pass(DAY)
    expect(stage.clock.timers).toBe(0)
  })
})

describe('the ladder', () => {
  const again = async (more: Parameters<HealStage['fail']>[0] = {}) => {
    const verdict = await stage.fail(more)
    await stage.clock.pass(DAY / 4)
    return verdict
  }

  test('[HE5] a tool that keeps breaking is switched off, then another model, then the person', async () => {
    const broken = { hasNextModel: true, failure: { class: 'tool-error', tool: 'mail__send', message: 'no route' } } as const
    for (let n = 0; n < 3; n++) await again(broken)
    expect(stage.resumed.map(({ change, about }) => [change, about])).toEqual([
      ['none', ''],
      ['switch-off-tool', 'mail__send'],
      ['next-model', ''],
    ])
    expect(await again(broken)).toMatchObject({ kind: 'ask', message: expect.stringContaining('A tool broke: no route') })
    expect(stage.told).toEqual(['Ada waits for you'])
  })

  test('[HE6] futile: the same failure without a step between; with steps between it goes on', async () => {
    for (let n = 0; n < 2; n++) expect((await again()).kind).toBe('retry')
    expect(await again()).toMatchObject({ kind: 'give-up', message: expect.stringContaining('in the same way each time') })
    for (let n = 0; n < 6; n++) expect((await again({ runId: 'run_2', progress: n * 2 })).kind).toBe('retry')
  })

  test('[HE7] a run is not healed for ever, and neither is a persona', async () => {
    for (let n = 0; (await again({ progress: n })).kind === 'retry'; n++) expect(n).toBeLessThan(HEALING.perRun)
    expect(stage.resumed).toHaveLength(HEALING.perRun)
  })

  test('[HE24] what was healed, how, and what was given up is kept', async () => {
    await again()
    await stage.room.runEnded('run_1', 'succeeded')
    await again({ runId: 'run_2', failure: { class: 'credential', message: 'no such key' } })
    const { events, today } = await stage.status()
    expect(events.map(({ runId, outcome }) => [runId, outcome])).toEqual([
      ['run_2', 'given-up'],
      ['run_1', 'healed'],
      ['run_1', 'waiting'],
    ])
    expect(events[1]?.message).toMatch(/^It succeeded at try 2/)
    expect(today).toEqual({ healed: 1, givenUp: 1, retries: 1 })
    expect(stage.told).toEqual(['Ada failed'])
  })
})

describe('breakers', () => {
  const key = 'provider:p'
  const break_ = () => {
    for (let n = 0; n < 5; n++) stage.room.report(key, `call ${n}`, false, { class: 'provider-down', message: '503 busy' })
  }

  test('[HE30] an open one refuses with its reason, and one probe goes after its time', async () => {
    expect(stage.room.refusal([key], 'a')).toBeNull()
    break_()
    expect(stage.room.refusal([key], 'a')).toMatchObject({
      message: 'p failed again and again and is left alone for a while. The last time: 503 busy',
    })
    expect((await stage.status()).breakers).toMatchObject([{ key, label: 'p', state: 'open' }])
    await stage.clock.pass(30_000)
    expect([1, 2, 3].map((n) => stage.room.refusal([key], `probe ${n}`) === null)).toEqual([true, false, false])
    stage.room.report(key, 'probe 1', true)
    expect(stage.room.refusal([key], 'b')).toBeNull()
    expect((await stage.status()).breakers).toEqual([])
  })

  test('[HE30] a call of which one breaker refuses takes no probe of the others', async () => {
    break_()
    await stage.clock.pass(20_000)
    for (let n = 0; n < 5; n++) stage.room.report('persona:per_1', `c${n}`, false, { class: 'network', message: 'x' })
    await stage.clock.pass(10_000)
    expect(stage.room.refusal([key, 'persona:per_1'], 'both')).not.toBeNull()
    expect(stage.room.refusal([key], 'alone')).toBeNull()
  })

  test('[HE32] is open after a restart', async () => {
    break_()
    await stage.clock.pass(0)
    await stage.store.write([{ sql: 'DELETE FROM heal_retry' }])
    await stage.crash()
    expect(stage.room.refusal([key], 'a')).not.toBeNull()
    stage.room.closeBreaker(key)
    expect(stage.room.refusal([key], 'a')).toBeNull()
    expect(() => stage.room.closeBreaker('provider:none')).toThrow(/no breaker/)
  })

  test('[HE33] a wrong key or a wrong argument says nothing about the provider', () => {
    for (let n = 0; n < 20; n++) stage.room.report(key, `c${n}`, false, { class: 'credential', message: '401' })
    expect(stage.room.refusal([key], 'a')).toBeNull()
  })

  test('[HE33] a probe that meets one gives its place to the next', async () => {
    break_()
    await stage.clock.pass(30_000)
    expect(stage.room.refusal([key], 'probe')).toBeNull()
    stage.room.report(key, 'probe', false, { class: 'credential', message: '401' })
    expect(stage.room.refusal([key], 'next')).toBeNull()
  })
})

describe('proposals', () => {
  const good = `Here it is:\n{"why": "It had no time.", "sections": [{"id": "s1", "text": "Do it slowly."}], "limits": {"timeoutMs": 900000}}`

  test('[HE40] [HE41] [HE43] [HE44] [HE45] waits as a diff, is applied, measured and reverted', async () => {
    await expect(stage.room.proposals.propose('per_1', '')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    stage.healWith = 'p/m'
    const { id } = await stage.room.proposals.propose('per_1', '')
    await expect(stage.room.proposals.propose('per_1', '')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    stage.answer = { ok: true, text: good }
    await stage.room.runEnded('run_proposer', 'succeeded')
    const proposed = await stage.room.proposals.get(id)
    expect(proposed).toMatchObject({
      state: 'proposed',
      why: 'It had no time.',
      baseRevision: 1,
      appliedRevision: null,
      measuredBefore: { runs: 10, succeeded: 4 },
    })
    expect(proposed.changes.map(({ label }) => label)).toHaveLength(2)
    expect(stage.revisions).toHaveLength(1)
    expect(await stage.room.proposals.apply(id)).toMatchObject({
      state: 'applied',
      appliedRevision: 2,
      measuredAfter: { runs: 20, succeeded: 8 },
    })
    expect(stage.revisions[1]).toMatchObject({ sections: [{ text: 'Do it slowly.' }], limits: { timeoutMs: 900000 } })
    expect(await stage.room.proposals.revert(id)).toMatchObject({ state: 'reverted' })
    expect(stage.revisions[2]).toEqual(stage.revisions[0])
    for (const move of ['apply', 'reject', 'revert'] as const) {
      await expect(stage.room.proposals[move](id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    }
  })

  test.each([
    ['no JSON', 'I would not change anything.'],
    ['a tool', '{"why": "more power", "sections": [{"id": "s1", "text": "Do it."}], "temperature": 0.5, "tools": {"files": "write"}}'],
    ['a name', '{"why": "x", "name": "Bob", "temperature": 0.5}'],
    ['a section that is not there', '{"why": "x", "sections": [{"id": "s9", "text": "y"}]}'],
    ['limits out of bounds', '{"why": "x", "limits": {"turns": 100000}}'],
    ['a program', '{"why": "x", "limits": {"concurrency": 64}}'],
  ])('[HE42] %s makes it fail, and changes nothing', async (_what, text) => {
    stage.healWith = 'p/m'
    const { id } = await stage.room.proposals.propose('per_1', '')
    stage.answer = { ok: true, text }
    await stage.room.runEnded('run_proposer', 'succeeded')
    expect(await stage.room.proposals.get(id)).toMatchObject({ state: 'failed', after: null })
    expect(stage.revisions).toHaveLength(1)
  })

  test('[HE43] over a persona that has changed since, nothing is saved', async () => {
    stage.healWith = 'p/m'
    const { id } = await stage.room.proposals.propose('per_1', '')
    stage.answer = { ok: true, text: good }
    await stage.room.runEnded('run_proposer', 'succeeded')
    stage.revisions.push({ ...stage.revisions[0]!, summary: 'Changed by hand.' })
    await expect(stage.room.proposals.apply(id)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(stage.revisions).toHaveLength(2)
    expect(await stage.room.proposals.reject(id)).toMatchObject({ state: 'rejected' })
  })

  test('[HE46] three alike within a day ask by themselves, once', async () => {
    stage.healWith = 'p/m'
    const wrong = { class: 'validation', message: 'no JSON', resumable: false } as const
    for (let n = 0; n < 5; n++) {
      await stage.fail({ runId: `run_${n}`, failure: wrong })
      await stage.clock.pass(MINUTE)
    }
    expect((await stage.status()).proposals).toHaveLength(1)
  })
})

describe('safe mode', () => {
  test('[HE51] [HE52] nothing is retried until it is left', async () => {
    await stage.fail()
    stage.safe = true
    await stage.crash()
    await stage.clock.pass(DAY)
    expect(stage.resumed).toEqual([])
    expect((await stage.status()).safeMode).toMatchObject({ on: true, why: 'It crashed.' })
    await expect(stage.room.retryNow('run_1')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    stage.room.leaveSafeMode()
    expect(stage.left).toBe(true)
    stage.safe = false
    await stage.crash()
    expect(stage.resumed).toHaveLength(1)
    expect(() => stage.room.leaveSafeMode()).toThrow(/not in safe mode/)
  })
})
