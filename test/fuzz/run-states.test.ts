/**
 * The run room against a small model of it: random commands (start, let through, park, go on, cancel, break, fail, tell, restart), and after each the
 * state of every run must be one that the model allows, and its journal must hold each step once. Bodies are real threads; what a run does next is
 * decided by the gate, which here is the test.
 */
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { isTerminal, type RunState } from '#contract/plain'
import type { GateAnswer } from '../../extensions/engine/run/mod.ts'
import { closeBenches, until } from '../engine/run/bench.ts'
import { closeServers, type JournalStage, openStage, post, stageOn } from '../engine/run/journal-stage.ts'

afterEach(async () => {
  await closeBenches()
  await closeServers()
})

/** What the model knows of a run: where it stands, and which effects it has had. */
interface Known {
  readonly id: string
  state: RunState
  effects: number
}

class Model {
  readonly runs: Known[] = []
}

class Real {
  stage: JournalStage
  /** What the gate says to the next tool call of a run; it parks while nothing is said. */
  readonly said = new Map<string, GateAnswer>()

  constructor(stage: JournalStage) {
    this.stage = stage
    this.listen()
  }

  listen(): void {
    this.stage.gate = ({ run, kind }) => {
      if (kind !== 'tool') return { kind: 'go' }
      const answer = this.said.get(run.id)
      this.said.delete(run.id)
      return answer ?? { kind: 'park', reason: { code: 'approval', message: 'May it?' } }
    }
  }

  async settled(id: string): Promise<RunState> {
    return await until(async () => {
      const { run } = await this.stage.runs.get(id)
      return run.state === 'parked' || isTerminal(run.state) ? run.state : undefined
    })
  }
}

type Cmd = fc.AsyncCommand<Model, Real>
const pick = (model: Model, at: number, states: readonly RunState[]): Known | undefined => {
  const fit = model.runs.filter(({ state }) => states.includes(state))
  return fit[at % Math.max(1, fit.length)]
}

class Start implements Cmd {
  check = (model: Model) => model.runs.length < 6
  async run(model: Model, real: Real): Promise<void> {
    const { id } = await real.stage.run()
    model.runs.push({ id, state: await real.settled(id), effects: 0 })
    expect(model.runs.at(-1)?.state).toBe('parked')
  }
  toString = () => 'start'
}

/** The gate lets one call through, denies it, or parks again; the third call through lets the run end. */
class GoOn implements Cmd {
  readonly at: number
  readonly how: 'go' | 'deny' | 'park'
  constructor(at: number, how: 'go' | 'deny' | 'park') {
    this.at = at
    this.how = how
  }
  check = (model: Model) => pick(model, this.at, ['parked']) !== undefined
  async run(model: Model, real: Real): Promise<void> {
    const known = pick(model, this.at, ['parked']) as Known
    if (this.how === 'go') real.said.set(known.id, { kind: 'go' })
    if (this.how === 'deny') real.said.set(known.id, { kind: 'deny', reason: 'No.' })
    await real.stage.runs.goOn(known.id)
    known.state = await real.settled(known.id)
    if (this.how === 'go') known.effects++
    const { steps } = await real.stage.runs.get(known.id)
    const tools = steps.filter(({ kind }) => kind === 'tool')
    expect(tools.filter(({ state }) => state === 'done')).toHaveLength(known.effects)
    expect(known.state).toBe(tools.length >= CALLS ? 'succeeded' : 'parked')
  }
  toString = () => `goOn(${this.at}, ${this.how})`
}

class Cancel implements Cmd {
  readonly at: number
  constructor(at: number) {
    this.at = at
  }
  check = (model: Model) => model.runs.length > 0
  async run(model: Model, real: Real): Promise<void> {
    const known = pick(model, this.at, ['parked', 'succeeded', 'cancelled']) as Known
    if (known.state === 'parked') {
      await real.stage.runs.cancel(known.id)
      known.state = await real.settled(known.id)
      expect(known.state).toBe('cancelled')
    } else {
      // A terminal state is never left.
      await expect(real.stage.runs.cancel(known.id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
      await expect(real.stage.runs.goOn(known.id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    }
  }
  toString = () => `cancel(${this.at})`
}

/** The engine ends without a word, and another one begins on what lies on the disk. */
class Crash implements Cmd {
  check = () => true
  async run(model: Model, real: Real): Promise<void> {
    const before = real.stage
    real.stage = await stageOn(before.model, before.counter, { copyOf: before.folder })
    real.listen()
    await before.close()
    await real.stage.runs.warm()
    // It is the same persona for all; the new bench has none yet.
    for (const known of model.runs) expect(await real.settled(known.id)).toBe(known.state)
  }
  toString = () => 'crash'
}

class Look implements Cmd {
  check = (model: Model) => model.runs.length > 0
  async run(model: Model, real: Real): Promise<void> {
    const total = model.runs.reduce((sum, { effects }) => sum + effects, 0)
    expect(real.stage.counter.effects).toHaveLength(total)
    expect(new Set(real.stage.counter.effects.map(({ key }) => key)).size).toBe(total)
    for (const known of model.runs) {
      const { run, steps } = await real.stage.runs.get(known.id)
      expect(run.state).toBe(known.state)
      expect((run.reason === null) === !(run.state === 'parked' || isTerminal(run.state))).toBe(true)
      const keys = steps.map(({ key, attempt }) => `${key}#${attempt}`)
      expect(keys).toEqual([...new Set(keys)])
    }
    expect(real.stage.runs.counts()).toMatchObject({ running: 0, queued: 0 })
  }
  toString = () => 'look'
}

const CALLS = 3

it('[RUN100] [RUN112] [RUN113] [RUN118] the run room does what a small model of it does, whatever the order of commands', async () => {
  const commands = [
    fc.constant(new Start()),
    fc.tuple(fc.nat(5), fc.constantFrom('go' as const, 'deny' as const, 'park' as const)).map(([at, how]) => new GoOn(at, how)),
    fc.tuple(fc.nat(5), fc.constantFrom('go' as const, 'deny' as const)).map(([at, how]) => new GoOn(at, how)),
    fc.nat(5).map((at) => new Cancel(at)),
    fc.constant(new Crash()),
    fc.constant(new Look()),
  ]
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 14 }), async (sequence) => {
      const stage = await openStage((counter) => (asked) => {
        const tools = (asked.body.messages as { role: string }[]).filter(({ role }) => role === 'tool').length
        return tools < CALLS ? post(counter, `call ${tools}`) : { text: 'Done.' }
      })
      const real = new Real(stage)
      try {
        await fc.asyncModelRun(() => ({ model: new Model(), real }), sequence)
        // Each effect was settled as often as it was let through.
        const done = real.stage.settles.filter(({ outcome }) => outcome === 'unknown')
        expect(done).toEqual([])
      } finally {
        await real.stage.close()
        await closeServers()
      }
    }),
    { numRuns: 12, endOnFailure: false },
  )
})
