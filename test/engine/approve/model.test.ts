/** Any history of calls, decisions, rules, ends and crashes, against a map that knows the rules of SPEC.md and nothing of the room. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callDigest } from '../../../extensions/engine/approve/deciding.ts'
import { type ApprovalStage, openApprovalStage } from './stage.ts'

type State = 'waiting' | 'approved' | 'denied' | 'withdrawn'
interface Model {
  /** By run, step and content. */
  readonly asked: Map<string, { id: string; state: State; run: string; step: number; args: unknown }>
  readonly once: Set<string>
  ended: Set<string>
}
type Real = ApprovalStage

const argsOf = (content: number) => ({ path: `${content}.txt`, content: 'x' })
const keyOf = (run: string, step: number, content: number) => `${run} ${step} ${content}`

class Judge implements fc.AsyncCommand<Model, Real> {
  readonly runId: string
  readonly step: number
  readonly content: number

  constructor(runId: string, step: number, content: number) {
    this.runId = runId
    this.step = step
    this.content = content
  }
  check = (m: Readonly<Model>) => !m.ended.has(this.runId)
  async judge(m: Model, r: Real) {
    const key = keyOf(this.runId, this.step, this.content)
    const args = argsOf(this.content)
    const answer = await r.room.judge(r.call({ runId: this.runId, sessionId: this.runId, step: this.step, args }))
    const known = m.asked.get(key)
    if (known?.state === 'approved') return expect(answer.kind).toBe('go')
    if (known?.state === 'denied') return expect(answer.kind).toBe('deny')
    if (known?.state === 'waiting') return expect(answer).toMatchObject({ kind: 'park', itemId: known.id })
    const [once] = m.once
    if (once !== undefined) {
      m.once.delete(once)
      expect(answer.kind).toBe('go')
      m.asked.set(key, { id: '', state: 'approved', run: this.runId, step: this.step, args })
      return
    }
    expect(answer.kind).toBe('park')
    for (const one of m.asked.values())
      if (one.run === this.runId && one.step === this.step && one.state === 'waiting') one.state = 'withdrawn'
    m.asked.set(key, { id: answer.kind === 'park' ? answer.itemId : '', state: 'waiting', run: this.runId, step: this.step, args })
  }
  async run(m: Model, r: Real) {
    await this.judge(m, r)
    const waiting = [...m.asked.values()].filter(({ state }) => state === 'waiting')
    expect((await r.room.inbox()).map(({ id }) => id).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted())
  }
  toString = () => `judge ${keyOf(this.runId, this.step, this.content)}`
}

class Decide implements fc.AsyncCommand<Model, Real> {
  readonly which: number
  readonly approve: boolean
  readonly sawAnother: boolean

  constructor(which: number, approve: boolean, sawAnother: boolean) {
    this.which = which
    this.approve = approve
    this.sawAnother = sawAnother
  }
  check = (m: Readonly<Model>) => [...m.asked.values()].some(({ id }) => id !== '')
  async run(m: Model, r: Real) {
    const all = [...m.asked.values()].filter(({ id }) => id !== '')
    const one = all[this.which % all.length]
    if (!one) return
    const digest = this.sawAnother ? 'e'.repeat(64) : callDigest('file_write', one.args)
    const answer = await r.room.decide(one.id, this.approve ? { kind: 'approve' } : { kind: 'deny', reason: '' }, digest, 'Ada')
    if (one.state !== 'waiting') return expect(answer).toMatchObject({ ok: false, why: one.state === 'withdrawn' ? 'gone' : 'answered' })
    if (this.sawAnother) return expect(answer).toMatchObject({ ok: false, why: 'changed' })
    expect(answer.ok).toBe(true)
    one.state = this.approve ? 'approved' : 'denied'
  }
  toString = () => `decide ${this.which} ${this.approve}${this.sawAnother ? ' having seen another' : ''}`
}

class AllowOnce implements fc.AsyncCommand<Model, Real> {
  check = () => true
  async run(m: Model, r: Real) {
    const rule = { effect: 'allow', pattern: 'file_write', target: { kind: 'everywhere' }, lifetime: { kind: 'once' }, note: '' } as const
    m.once.add((await r.room.addRule(rule, 'Ada')).id)
  }
  toString = () => 'allow once'
}

class End implements fc.AsyncCommand<Model, Real> {
  readonly runId: string

  constructor(runId: string) {
    this.runId = runId
  }
  check = (m: Readonly<Model>) => !m.ended.has(this.runId)
  async run(m: Model, r: Real) {
    await r.room.runEnded(this.runId)
    m.ended.add(this.runId)
    for (const one of m.asked.values()) if (one.run === this.runId && one.state === 'waiting') one.state = 'withdrawn'
  }
  toString = () => `end ${this.runId}`
}

class Crash implements fc.AsyncCommand<Model, Real> {
  check = () => true
  run = (_m: Model, r: Real) => r.crash()
  toString = () => 'crash'
}

const run = fc.constantFrom('run_a', 'run_b')
const step = fc.integer({ min: 1, max: 2 })
const commands = fc.commands(
  [
    fc.tuple(run, step, fc.integer({ min: 1, max: 2 })).map((of) => new Judge(...of)),
    fc.tuple(run, step, fc.integer({ min: 1, max: 2 })).map((of) => new Judge(...of)),
    fc
      .tuple(
        fc.nat(),
        fc.boolean(),
        fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      )
      .map((of) => new Decide(...of)),
    fc.constant(new AllowOnce()),
    run.map((id) => new End(id)),
    fc.constant(new Crash()),
  ],
  { maxCommands: 30 },
)

test('[AP6] [AP8] [AP9] [AP12] [AP15] any history is that of the model', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const real = await openApprovalStage()
      try {
        await fc.asyncModelRun(() => ({ model: { asked: new Map(), once: new Set<string>(), ended: new Set<string>() }, real }), steps)
      } finally {
        await real.close()
      }
    }),
    { numRuns: process.env.SLOW ? 1000 : 60 },
  )
})
