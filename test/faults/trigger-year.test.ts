/**
 * A year of triggers of all kinds, with sleeps, clocks that jump both ways, zones that change and engines that crash in the middle of
 * their work. At its end the ledger accounts for every due time exactly once, whatever the policy; no fire has two runs and no run two fires.
 * With SLOW=1 1,000 triggers, and three years of other chances; otherwise 40.
 */
import { describe, expect, it } from 'vitest'
import type { FireRow, TriggerDocInput } from '#contract'
import { nextDue } from '../../extensions/engine/schedule/mod.ts'
import { DAY, HOUR, MINUTE, openStage, START, type Stage } from '../engine/trigger/stage.ts'
import { seeded } from './store-disk.ts'

const ZONES = ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']
const CRON = ['0 9 * * 1', '30 2 * * 0', '0 0 1 * *', '15 14 1,15 * *', '0 12 L * *', '0 6 * * 2#1', '45 1,2,3 * * 0', '0 22 * * 5']
const POLICIES: readonly TriggerDocInput['missed'][] = [
  { policy: 'skip' },
  { policy: 'coalesce' },
  { policy: 'catch-up', most: 3, windowMs: 10 * DAY },
]
const OVERLAPS = ['skip', 'queue-one', 'cancel', 'all'] as const

/** All of them take some minutes on two busy cores. */
const COUNT = process.env.SLOW === '1' ? 1_000 : 40

type Random = (below: number) => number
const of = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T

function scheduleDoc(random: Random, at: number): Partial<TriggerDocInput> & Pick<TriggerDocInput, 'when'> {
  const rule =
    random(5) === 0
      ? ({ how: 'interval', everyMs: (2 + random(20)) * DAY + random(HOUR) } as const)
      : random(12) === 0
        ? ({ how: 'once', at: START + random(300) * DAY } as const)
        : ({ how: 'cron', expression: at % 60 === 0 ? '0 */3 * * *' : of(random, CRON) } as const)
  return {
    when: { kind: 'schedule', rule },
    zone: random(6) === 0 ? '' : of(random, ZONES),
    missed: of(random, POLICIES),
    overlap: of(random, OVERLAPS),
    jitterMs: random(4) === 0 ? random(20) * MINUTE : 0,
    ...(random(15) === 0 && { quietHours: [{ from: '01:00', to: '08:00' }] }),
    ...(random(20) === 0 && { expiresAt: START + (30 + random(300)) * DAY }),
  }
}

function otherDoc(random: Random, at: number, ids: readonly string[]): Partial<TriggerDocInput> & Pick<TriggerDocInput, 'when'> {
  const whens: readonly TriggerDocInput['when'][] = [
    { kind: 'manual' },
    { kind: 'event', types: [`kind${at % 7}.*`] },
    { kind: 'chain', personaId: `per_${at % 5}`, outcome: 'failed' },
    { kind: 'composite', mode: at % 2 === 0 ? 'all' : 'any', of: [of(random, ids), of(random, ids)] },
    { kind: 'webhook' },
    { kind: 'file', folder: '/nowhere' },
    { kind: 'poll', url: 'https://example.org/', everyMs: HOUR },
    { kind: 'clipboard' },
    { kind: 'focus', app: 'x' },
  ]
  return { when: whens[at % whens.length] ?? { kind: 'manual' }, overlap: of(random, OVERLAPS) }
}

async function makeAll(stage: Stage, random: Random): Promise<string[]> {
  const ids: string[] = []
  for (let at = 0; at < COUNT; at += 1)
    ids.push(
      await stage.add({
        name: `t${at}`,
        personaId: at < COUNT * 0.6 ? `per_${at % 20}` : `per_x${at}`,
        ...(at < COUNT * 0.6 ? scheduleDoc(random, at) : otherDoc(random, at, ids)),
      }),
    )
  return ids
}

async function aStep(stage: Stage, random: Random, ids: readonly string[]): Promise<Stage> {
  const kind = random(20)
  if (kind < 10) stage.clock.jump(random(80) * HOUR + random(HOUR))
  else if (kind < 12) stage.clock.jump(-random(30) * HOUR)
  else if (kind === 12) stage.clock.jump(random(2) === 0 ? -random(20) * MINUTE : random(30) * DAY)
  else if (kind === 13) stage.zone.now = of(random, ZONES)
  else if (kind === 14) await stage.bus.emit({ type: `kind${random(7)}.x`, subject: '', key: '', data: { n: random(100) } })
  else if (kind === 15) await stage.triggers.fire(of(random, ids), { by: 'hand' }, random(3) * MINUTE).catch(() => undefined)
  else if (kind === 16) {
    // In the middle of whatever it does: nothing is awaited.
    stage.clock.jump(random(30) * HOUR)
    void stage.triggers.look().catch(() => undefined)
    for (let at = random(12); at > 0; at -= 1) await new Promise((resolve) => setImmediate(resolve))
    return stage.crash()
  }
  await stage.pass(MINUTE + random(3 * MINUTE))
  return stage
}

/** Each due time of a zone that stands is in exactly one line; the lines of one that follows the machine do not overlap. */
async function checkLedger(stage: Stage, id: string): Promise<number> {
  const { doc } = await stage.triggers.get(id)
  if (doc.when.kind !== 'schedule') return 0
  const { rule } = doc.when
  const [row] = await stage.store.read<{ accounted_to: number; ahead: string }>(
    'SELECT accounted_to, ahead FROM trigger_schedule WHERE trigger_id = ?',
    [id],
  )
  const ahead = JSON.parse(row?.ahead ?? '[]') as number[]
  const lines: FireRow[] = []
  for (let before: number | undefined; ; ) {
    const page = await stage.triggers.fires({ triggerId: id, limit: 500, before })
    lines.push(...page.filter(({ cause }) => cause === 'schedule' || cause === 'catch-up'))
    if (page.length < 500) break
    before = page.at(-1)?.seq
  }
  const end = Math.max(row?.accounted_to ?? 0, ...ahead)
  if (doc.zone === '') {
    const sorted = lines.sort((a, b) => a.dueFrom - b.dueFrom)
    for (const [at, line] of sorted.entries())
      if (at > 0) expect(line.dueFrom, `${id} ${JSON.stringify(rule)}`).toBeGreaterThan(sorted[at - 1]!.due)
    return lines.length
  }
  const dues: number[] = []
  for (
    let due = nextDue(rule, doc.zone, START);
    due && due.at <= Math.min(end, doc.expiresAt ?? end);
    due = nextDue(rule, doc.zone, due.at)
  )
    if (due.at <= (row?.accounted_to ?? 0) || ahead.includes(due.at)) dues.push(due.at)
  const covered = lines.flatMap(({ dueFrom, due }) => dues.filter((one) => one >= dueFrom && one <= due)).sort((a, b) => a - b)
  expect(covered, `${id} ${JSON.stringify(doc)}`).toEqual(dues)
  for (const { dueFrom, due, count } of lines)
    if (count !== null) expect(dues.filter((one) => one >= dueFrom && one <= due)).toHaveLength(count)
  return dues.length
}

describe.each(process.env.SLOW === '1' ? [1, 2, 3] : [1])('a simulated year (chance %i)', (seed) => {
  it('[SC10] [SC15] [TR10] every due time is accounted for exactly once, no fire has two runs, nothing is left pending', {
    timeout: 600_000,
  }, async () => {
    const random = seeded(seed)
    let stage = await openStage({ instant: true, seed })
    const ids = await makeAll(stage, random)
    let crashes = 0
    while (stage.clock.now() < START + 365 * DAY) {
      const before = stage
      stage = await aStep(stage, random, ids)
      if (stage !== before) crashes += 1
    }
    await stage.pass(2 * HOUR)
    let dues = 0
    for (const id of ids.slice(0, COUNT * 0.6)) dues += await checkLedger(stage, id)
    expect(dues).toBeGreaterThan(COUNT * 5)
    expect(crashes).toBeGreaterThan(5)

    const started = await stage.store.read<{ run_id: string }>(
      "SELECT run_id FROM trigger_fire WHERE run_id IS NOT NULL AND state IN ('started', 'ended')",
      [],
      { maxRows: 1_000_000 },
    )
    const runs = stage.runs.map(({ id }) => id)
    expect(new Set(runs).size).toBe(runs.length)
    expect(new Set(started.map(({ run_id }) => run_id)).size).toBe(started.length)
    const known = new Set(started.map(({ run_id }) => run_id))
    expect(runs.filter((id) => !known.has(id))).toEqual([])
    expect(
      await stage.store.read("SELECT state, count(*) AS n FROM trigger_fire WHERE state IN ('starting', 'started') GROUP BY state"),
    ).toEqual([])
    expect(await stage.store.read("SELECT event_seq FROM bus_delivery WHERE state = 'pending'")).toEqual([])
    const reasonless = await stage.store.read(
      "SELECT id, state FROM trigger_fire WHERE state IN ('skipped', 'missed', 'failed') AND why IS NULL",
    )
    expect(reasonless).toEqual([])
    console.log(`a year: ${dues} due times, ${runs.length} runs, ${crashes} crashes`)
  })
})
