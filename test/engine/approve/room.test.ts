import { afterEach, describe, expect, test } from 'vitest'
import type { InboxItem } from '#contract'
import { callDigest } from '../../../extensions/engine/approve/deciding.ts'
import { type ApprovalStage, openApprovalStage } from './stage.ts'

let stage: ApprovalStage
const opened: ApprovalStage[] = []
const open = async (...args: Parameters<typeof openApprovalStage>) => {
  stage = await openApprovalStage(...args)
  opened.push(stage)
  return stage
}
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const everywhere = { kind: 'everywhere' } as const
const always = { kind: 'always' } as const
const rule = (effect: 'allow' | 'ask' | 'deny', pattern: string, more: object = {}) =>
  stage.room.addRule({ effect, pattern, target: everywhere, lifetime: always, note: '', ...more }, 'Ada')
const only = async (): Promise<InboxItem> => {
  const [item, ...more] = await stage.room.inbox()
  expect(more).toEqual([])
  if (!item) throw new Error('nothing waits')
  return item
}

describe('rules', () => {
  test('[AP1] deny before ask before allow, in whatever order they came', async () => {
    await open()
    await rule('allow', 'file_write')
    expect(await stage.room.judge(stage.call())).toMatchObject({ kind: 'go' })
    await rule('ask', 'file_*')
    expect(await stage.room.judge(stage.call())).toMatchObject({ kind: 'park' })
    await rule('deny', 'file_write(a.txt)', { note: 'Not that file.' })
    await rule('allow', 'file_write(a.txt)')
    expect(await stage.room.judge(stage.call())).toEqual({
      kind: 'deny',
      reason: 'A rule forbids this call: file_write(a.txt). Not that file.',
    })
    expect(await stage.room.judge(stage.call({ args: { path: 'b.txt', content: '' } }))).toMatchObject({ kind: 'park' })
  })

  test('[AP2] a rule holds only where and while it holds', async () => {
    await open()
    const run = stage.call()
    await rule('allow', '*', { target: { kind: 'persona', id: 'per_2' } })
    await rule('allow', '*', { target: { kind: 'team', id: 'team_1' } })
    await rule('allow', '*', { lifetime: { kind: 'run', runId: 'run_other' } })
    await rule('allow', '*', { lifetime: { kind: 'session', sessionId: 'run_first' } })
    await rule('allow', '*', { lifetime: { kind: 'until', at: stage.clock.now() + 1000 }, target: { kind: 'persona', id: 'per_3' } })
    const kind = async (more: object) => (await stage.room.judge(stage.call(more))).kind
    expect((await stage.room.judge(run)).kind).toBe('park')
    expect(await kind({ personaId: 'per_2' })).toBe('go')
    expect(await kind({ teamId: 'team_1' })).toBe('go')
    expect(await kind({ runId: 'run_other' })).toBe('go')
    expect(await kind({ sessionId: 'run_first' })).toBe('go')
    expect(await kind({ personaId: 'per_3' })).toBe('go')
    await stage.clock.pass(1000)
    expect(await kind({ personaId: 'per_3' })).toBe('park')
    await stage.room.runEnded('run_other')
    expect(await kind({ runId: 'run_other' })).toBe('park')
    const all = await stage.room.rules(true)
    expect(all.filter(({ state }) => state === 'expired')).toHaveLength(2)
  })

  test('[AP2] without a rule the setting decides, and what cannot be repeated is not safe', async () => {
    await open()
    const kinds = async () =>
      Promise.all(
        (['read-only', 'idempotent', 'unsafe'] as const).map(async (safety) => (await stage.room.judge(stage.call({ safety }))).kind),
      )
    expect(await kinds()).toEqual(['park', 'park', 'park'])
    stage.fallback = 'ask-unsafe'
    expect(await kinds()).toEqual(['go', 'go', 'park'])
    stage.fallback = 'allow'
    expect(await kinds()).toEqual(['go', 'go', 'go'])
  })

  test('[AP9] a rule that holds once lets one call through, also when two ask at the same moment', async () => {
    await open()
    await rule('allow', 'file_write', { lifetime: { kind: 'once' } })
    const answers = await Promise.all([stage.room.judge(stage.call()), stage.room.judge(stage.call()), stage.room.judge(stage.call())])
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['go', 'park', 'park'])
  })

  test('[AP9] what it let through is known after a crash, and it lets nothing else through', async () => {
    await open()
    await rule('allow', 'file_write', { lifetime: { kind: 'once' } })
    const call = stage.call()
    expect((await stage.room.judge(call)).kind).toBe('go')
    await stage.crash()
    expect((await stage.room.judge(call)).kind).toBe('go')
    expect((await stage.room.judge(stage.call())).kind).toBe('park')
  })

  test('[AP5] [AP18] what is too wide is refused; a revoked rule holds no more, once', async () => {
    await open()
    await expect(rule('allow', 'http_request(GET https://example.org*)')).rejects.toMatchObject({ code: 'INVALID' })
    await expect(rule('allow', 'not a pattern')).rejects.toMatchObject({ code: 'INVALID' })
    await expect(rule('allow', '*', { lifetime: { kind: 'until', at: 1 } })).rejects.toMatchObject({ code: 'INVALID' })
    const { id } = await rule('allow', 'file_write')
    expect((await stage.room.judge(stage.call())).kind).toBe('go')
    expect(await stage.room.revokeRule(id)).toMatchObject({ state: 'revoked' })
    await expect(stage.room.revokeRule(id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    expect((await stage.room.judge(stage.call())).kind).toBe('park')
  })

  test('[AP17] is shown with what it matched', async () => {
    await open()
    await rule('allow', 'file_write')
    const call = stage.call()
    await stage.room.judge(call)
    await stage.room.judge(stage.call({ runId: call.runId, step: 2 }))
    const [shown] = await stage.room.rules(false)
    expect(shown).toMatchObject({ matches: 2, lastMatch: { runId: call.runId, call: 'a.txt', at: stage.clock.now() } })
    expect(stage.room.test('file_write', { path: 'x' }, {})).toMatchObject({ effect: 'allow', why: 'file_write fits.' })
    expect(stage.room.test('other', {}, {})).toMatchObject({ effect: 'ask', rules: [] })
  })
})

describe('what waits', () => {
  test('[AP6] [AP7] an approval holds for the run, the step and the exact call, and for what the person saw', async () => {
    await open()
    const call = stage.call()
    await stage.room.judge(call)
    const item = await only()
    expect(item).toMatchObject({
      kind: 'call',
      runId: call.runId,
      title: 'file_write a.txt',
      call: { digest: callDigest(call.tool, call.args) },
    })
    expect(stage.told).toEqual(['file_write a.txt'])
    expect(await stage.room.decide(item.id, { kind: 'approve' }, 'f'.repeat(64), 'Ada')).toMatchObject({ ok: false, why: 'changed' })
    expect(await stage.room.decide(item.id, { kind: 'approve' }, undefined, 'Ada')).toMatchObject({ ok: false, why: 'changed' })
    expect(await stage.room.decide(item.id, { kind: 'approve' }, item.call?.digest, 'Ada')).toEqual({ ok: true, id: item.id })
    expect(stage.resumed).toEqual([call.runId])
    expect(await stage.room.judge(call)).toEqual({ kind: 'go', args: call.args, edited: false, reply: null })
    // The same call at another step, other arguments at this one, another run: each is asked.
    for (const other of [{ ...call, step: 2, key: 'tool:2' }, { ...call, args: { path: 'a.txt', content: 'y' } }, stage.call()]) {
      expect((await stage.room.judge(other)).kind).toBe('park')
    }
  })

  test('[AP6] other arguments at the same step withdraw the question before', async () => {
    await open()
    const call = stage.call()
    await stage.room.judge(call)
    const first = await only()
    await stage.room.judge({ ...call, args: { path: 'b.txt', content: '' } })
    expect((await only()).title).toBe('file_write b.txt')
    expect(await stage.room.decide(first.id, { kind: 'approve' }, first.call?.digest, 'Ada')).toMatchObject({ ok: false, why: 'gone' })
    // And back again: it is asked anew.
    expect((await stage.room.judge(call)).kind).toBe('park')
    expect((await only()).title).toBe('file_write a.txt')
  })

  test('[AP8] the first answer wins, and the second is told who was first', async () => {
    await open()
    const call = stage.call()
    await stage.room.judge(call)
    const { id, call: asked } = await only()
    const answers = await Promise.all([
      stage.room.decide(id, { kind: 'deny', reason: 'Too dear.' }, asked?.digest, 'Ada'),
      stage.room.decide(id, { kind: 'approve' }, asked?.digest, 'Bob'),
    ])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    const refused = answers.find(({ ok }) => !ok)
    const [kept] = await stage.room.history(call.runId, 10)
    expect(refused).toMatchObject({ why: 'answered', message: expect.stringContaining(`${kept?.decidedBy} was first`) })
    expect(stage.resumed).toEqual([call.runId])
  })

  test('[AP10] edited arguments are what runs, unless a rule forbids them', async () => {
    await open()
    await rule('deny', 'file_write(etc/*)')
    const call = stage.call()
    await stage.room.judge(call)
    const { id, call: asked } = await only()
    const edit = (args: unknown) => stage.room.decide(id, { kind: 'approve', args }, asked?.digest, 'Ada')
    expect(await edit({ path: 'etc/passwd' })).toMatchObject({ ok: false, why: 'unfit' })
    expect(await edit('text')).toMatchObject({ ok: false, why: 'unfit' })
    expect(await edit({ path: 'b.txt', content: 'x' })).toMatchObject({ ok: true })
    expect(await stage.room.judge(call)).toEqual({ kind: 'go', args: { path: 'b.txt', content: 'x' }, edited: true, reply: null })
    expect((await stage.room.history(undefined, 10))[0]).toMatchObject({
      state: 'approved',
      said: 'with changed arguments: path',
      decidedBy: 'Ada',
    })
  })

  test('[AP11] a denial says why to the model', async () => {
    await open()
    const [one, two] = [stage.call(), stage.call()]
    for (const call of [one, two]) await stage.room.judge(call)
    const [first, second] = await stage.room.inbox()
    await stage.room.decide(first?.id ?? '', { kind: 'deny', reason: 'Write it to notes/.' }, first?.call?.digest, 'Ada')
    await stage.room.decide(second?.id ?? '', { kind: 'deny', reason: '' }, second?.call?.digest, 'Ada')
    const reasons = await Promise.all([one, two].map((call) => stage.room.judge(call)))
    expect(reasons.map((answer) => answer.kind === 'deny' && answer.reason).toSorted()).toEqual([
      'The person said no.',
      'The person said no: Write it to notes/.',
    ])
  })

  test('[AP12] the end of a run withdraws what it asked; time does not', async () => {
    await open()
    const call = stage.call()
    await stage.room.judge(call)
    await stage.clock.pass(400 * 24 * 3_600_000)
    expect(await stage.room.waiting()).toBe(1)
    await stage.room.runEnded(call.runId)
    expect(await stage.room.waiting()).toBe(0)
  })

  test('[AP15] waits over a crash, and what was decided is known after one', async () => {
    await open()
    const [one, two] = [stage.call(), stage.call()]
    for (const call of [one, two]) await stage.room.judge(call)
    const items = await stage.room.inbox()
    const first = items.find(({ runId }) => runId === one.runId)
    await stage.room.decide(first?.id ?? '', { kind: 'approve' }, first?.call?.digest, 'Ada')
    await stage.crash()
    stage.resumed.length = 0
    expect((await only()).runId).toBe(two.runId)
    expect((await stage.room.judge(one)).kind).toBe('go')
    expect((await stage.room.judge(two)).kind).toBe('park')
    expect(await stage.room.waiting()).toBe(1)
    await stage.room.recover([one.runId, two.runId])
    expect(stage.resumed).toEqual([one.runId])
  })

  test('[AP10] a rule is made with an approval, or neither', async () => {
    await open()
    const call = stage.call()
    await stage.room.judge(call)
    const { id, call: asked } = await only()
    const remember = (pattern: string) =>
      stage.room.decide(id, { kind: 'approve', remember: { pattern, target: everywhere, lifetime: always } }, asked?.digest, 'Ada')
    await expect(remember('http_request(https://a*)')).rejects.toMatchObject({ code: 'INVALID' })
    expect(await stage.room.waiting()).toBe(1)
    expect(await remember('file_write(a.txt)')).toMatchObject({ ok: true })
    expect((await stage.room.judge(stage.call())).kind).toBe('go')
  })

  test('[AP19] other rooms’ items stand beside its own, and one that cannot be read is said', async () => {
    const nothing = { step: null, personaId: null, call: null, question: null, ruleId: null }
    const sealed: InboxItem = { ...nothing, id: 'sealed:r', kind: 'sealed', runId: 'r', personaName: 'Bo', title: 't', why: 'w', since: 5 }
    await open([
      { name: 'the vault', list: async () => [sealed], count: async () => 1 },
      { name: 'budgets', list: () => Promise.reject(new Error('no')), count: () => Promise.reject(new Error('no')) },
    ])
    await stage.room.judge(stage.call())
    expect((await stage.room.inbox()).map(({ kind, title }) => [kind, title])).toEqual([
      ['sealed', 't'],
      ['call', 'file_write a.txt'],
      ['unknown-outcome', 'What waits for budgets could not be read.'],
    ])
    expect(await stage.room.waiting()).toBe(3)
  })
})

describe('questions of the model', () => {
  const ask = (more: object) => stage.call({ tool: 'ask', args: { question: 'Which one?', ...more }, safety: 'read-only' })
  const options = ['red', { label: 'blue', about: 'as the sky' }]

  test('[AP20] are asked whatever the rules allow; a deny holds', async () => {
    await open()
    await rule('allow', '*')
    expect((await stage.room.judge(ask({}))).kind).toBe('park')
    await rule('deny', 'ask')
    expect((await stage.room.judge(ask({}))).kind).toBe('deny')
  })

  test('[AP13] take one, several or words, and nothing that does not fit', async () => {
    await open()
    const call = ask({ options })
    await stage.room.judge(call)
    const { id, question } = await only()
    expect(question).toMatchObject({
      answer: 'one',
      ownWords: false,
      options: [
        { id: '1', label: 'red' },
        { id: '2', label: 'blue', about: 'as the sky' },
      ],
    })
    const say = (chosen: string[], text = '') => stage.room.decide(id, { kind: 'answer', chosen, text }, undefined, 'Ada')
    for (const wrong of [say([]), say(['1', '2']), say(['3']), say([], 'green')])
      expect(await wrong).toMatchObject({ ok: false, why: 'unfit' })
    expect(await stage.room.decide(id, { kind: 'approve' }, undefined, 'Ada')).toMatchObject({ ok: false, why: 'unfit' })
    expect(await say(['2'])).toMatchObject({ ok: true })
    expect(await stage.room.judge(call)).toMatchObject({ kind: 'go', reply: 'blue' })
  })

  test('[AP13] several, with words of one’s own; a proposed file is shown whole', async () => {
    await open()
    const proposal = { path: 'a.md', before: 'old\n', after: 'new\n' }
    const call = ask({ options, several: true, ownWords: true, proposal })
    await stage.room.judge(call)
    const { id, question } = await only()
    expect(question?.proposal).toEqual(proposal)
    expect(await stage.room.decide(id, { kind: 'answer', chosen: ['1', '2'], text: 'and green' }, undefined, 'Ada')).toMatchObject({
      ok: true,
    })
    expect(await stage.room.judge(call)).toMatchObject({ kind: 'go', reply: 'red; blue\nand green' })
  })

  test('[AP13] Troupe’s own questions are answered once and known afterwards', async () => {
    await open()
    const place = { runId: 'run_1', sessionId: 'run_1', personaId: 'per_1', teamId: null }
    const question = {
      text: 'What happened?',
      answer: 'one',
      options: [{ id: 'sent', label: 'It was sent', about: '' }],
      ownWords: false,
      proposal: null,
    } as const
    const asked = {
      ...place,
      kind: 'unknown-outcome',
      step: 3,
      key: 'tool:3',
      personaName: 'Ada',
      title: 'This may have been sent',
      why: 'The engine ended.',
      about: 'k1',
    } as const
    const put = () => stage.room.askPerson({ ...asked, question: { ...question, options: [...question.options] } })
    expect((await put()).kind).toBe('park')
    expect((await put()).kind).toBe('park')
    const item = await only()
    await stage.room.decide(item.id, { kind: 'answer', chosen: ['sent'], text: '' }, undefined, 'Ada')
    await stage.crash()
    expect(await put()).toEqual({ kind: 'answered', chosen: ['sent'], text: '', by: 'Ada' })
  })
})
