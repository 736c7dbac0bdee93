import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { orNull, readRows, text } from '#core'
import { runFiles } from '../../../extensions/engine/run/stream/places.ts'
import { closeBenches, dense, until } from './bench.ts'
import { closeServers, type JournalStage, look, noticesIn, openStage, post, stageOn, statesIn } from './journal-stage.ts'

afterEach(async () => {
  await closeBenches()
  await closeServers()
})

const stepsOf = async (stage: JournalStage, id: string) =>
  (await stage.runs.get(id)).steps.map(({ key, attempt, state, inherited }) => `${key}#${attempt} ${state}${inherited ? ' inherited' : ''}`)

describe('the journal', () => {
  it('[RUN100] [RUN101] [RUN112] a run that parks at a step goes on from its journal: no call is paid or done twice, nothing is said twice', async () => {
    const stage = await openStage((counter) => [
      { text: 'I do one. ', ...post(counter, 'one') },
      post(counter, 'two'),
      { text: 'Both are done.' },
    ])
    let stop = true
    stage.gate = ({ args }) =>
      stop && args.body === 'two' ? { kind: 'park', reason: { code: 'approval', message: 'May it?' } } : { kind: 'go', reservation: 'r' }
    const { id } = await stage.run()
    expect(await stage.parked(id)).toMatchObject({ reason: { code: 'approval', message: 'May it?' }, costUsd: 0.06, costKnown: true })
    expect(stage.runs.counts()).toMatchObject({ running: 0, queued: 0 })
    expect(await stepsOf(stage, id)).toEqual(['model:1.1#1 done', 'tool:1.1#1 done', 'model:2.1#1 done'])
    stop = false
    await stage.runs.goOn(id)
    expect(await stage.ended(id)).toMatchObject({ state: 'succeeded', resultPreview: 'Both are done.', costUsd: 0.09, attempt: 1 })
    expect(stage.model.asked).toHaveLength(3)
    expect(stage.counter.effects.map(({ body }) => body)).toEqual(['one', 'two'])
    expect(await stepsOf(stage, id)).toEqual([
      'model:1.1#1 done',
      'tool:1.1#1 done',
      'model:2.1#1 done',
      'tool:2.1#1 done',
      'model:3.1#1 done',
    ])
    const events = await stage.events(id)
    expect(dense(events)).toBe(true)
    expect(statesIn(events)).toEqual(['queued', 'running', 'parked', 'queued', 'running', 'succeeded'])
    const said = events.map((event) => (event.kind === 'text' ? event.delta : '')).join('')
    expect(said).toBe('I do one. Both are done.')
    // Asked about again with the same key and digest, and settled once for each that was let through.
    const two = stage.asks.filter(({ args }) => args.body === 'two')
    expect(two).toHaveLength(2)
    expect(two[0]).toMatchObject({ key: two[1]?.key, digest: two[1]?.digest, safety: 'unsafe', title: 'http_request' })
    expect(stage.settles.map(({ key, outcome, reservation }) => `${key} ${outcome} ${reservation}`)).toEqual([
      'model:1.1 done r',
      'tool:1.1 done r',
      'model:2.1 done r',
      'tool:2.1 done r',
      'model:3.1 done r',
    ])
  })

  it('[RUN102] a long answer is a file named by its digest, durable before its row; a changed file is never taken for it', async () => {
    const long = 'x'.repeat(9_000)
    const stage = await openStage((counter) => [
      { toolCalls: [{ name: 'file_write', args: { path: 'a.txt', content: long } }] },
      { toolCalls: [{ name: 'file_read', args: { path: 'a.txt' } }] },
      post(counter, 'one'),
      { text: 'Read.' },
    ])
    stage.gate = ({ title, attempt }) =>
      title === 'http_request' && attempt > 0 && stage.counter.effects.length === 0 && !gone
        ? { kind: 'park', reason: { code: 'approval', message: 'May it?' } }
        : { kind: 'go' }
    let gone = false
    const { id } = await stage.run()
    await stage.parked(id)
    const { steps } = runFiles(stage.ports.folders.runs, id)
    const names = await readdir(steps)
    expect(names.length).toBeGreaterThan(0)
    const rows = await readRows(
      stage.store,
      { result: orNull(text), result_sha256: orNull(text) },
      'SELECT result, result_sha256 FROM run_step WHERE run_id = ?',
      [id],
    )
    for (const { result, result_sha256: sha256 } of rows) {
      expect(String(result ?? '').length).toBeLessThan(2_049)
      if (sha256 !== null) expect(names).toContain(sha256)
    }
    gone = true
    const path = join(steps, names[0] as string)
    const was = await readFile(path, 'utf8')
    await writeFile(path, was.replace('xxxx', 'yyyy'))
    await stage.runs.goOn(id)
    expect(await stage.ended(id)).toMatchObject({
      state: 'failed',
      reason: { code: 'internal', message: expect.stringContaining('is not what was written') },
    })
    expect(stage.counter.effects).toEqual([])
  })

  it('[RUN103] a step that is asked for with other arguments than were recorded ends the run', async () => {
    const stage = await openStage((counter) => [post(counter, 'one'), { text: 'Done.' }])
    stage.gate = ({ kind }) => (kind === 'tool' ? { kind: 'park', reason: { code: 'approval', message: 'May it?' } } : { kind: 'go' })
    const { id } = await stage.run()
    await stage.parked(id)
    const { asked } = runFiles(stage.ports.folders.runs, id)
    await writeFile(asked, (await readFile(asked, 'utf8')).replace('"input":"Work."', '"input":"Other."'))
    await until(async () => (await stage.runs.get(id)).input === 'Other.' || undefined)
    const after = await stageOn(stage.model, stage.counter, { copyOf: stage.folder })
    await after.runs.goOn(id)
    expect(await after.ended(id)).toMatchObject({ state: 'failed', reason: { code: 'diverged' } })
    expect(stage.model.asked).toHaveLength(1)
    expect(stage.counter.effects).toEqual([])
  })

  it('[RUN106] each step has an idempotency key of its own, which its server sees', async () => {
    const stage = await openStage((counter) => [
      { toolCalls: [...(post(counter, 'one').toolCalls ?? []), ...(post(counter, 'one').toolCalls ?? [])] },
      { text: 'Done.' },
    ])
    await stage.ended((await stage.run()).id)
    const keys = stage.counter.effects.map(({ key }) => key)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(2)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('the gate', () => {
  it('[RUN111] what is denied is not done, the model reads the reason; what is answered stands for the result; arguments may be changed', async () => {
    const stage = await openStage((counter) => [
      { toolCalls: ['denied', 'answered', 'changed'].flatMap((body) => post(counter, body).toolCalls ?? []) },
      { text: 'So be it.' },
    ])
    stage.gate = ({ args }) => {
      if (args.body === 'denied') return { kind: 'deny', reason: 'Not on a Sunday.' }
      if (args.body === 'answered') return { kind: 'answer', ok: true, text: 'I did it by hand.' }
      return args.body === 'changed' ? { kind: 'go', args: { ...args, body: 'better' } } : { kind: 'go' }
    }
    const { id } = await stage.run()
    expect(await stage.ended(id)).toMatchObject({ state: 'succeeded' })
    expect(stage.counter.effects.map(({ body }) => body)).toEqual(['better'])
    expect(stage.model.asked[1]?.toolResults).toEqual(['Not on a Sunday.', 'I did it by hand.', expect.stringContaining('done better')])
    const tools = (await stage.runs.get(id)).steps.filter(({ kind }) => kind === 'tool')
    expect(tools).toMatchObject([
      { state: 'failed', detail: { denied: 'Not on a Sunday.' } },
      { state: 'done', detail: { result: 'I did it by hand.' } },
      { state: 'done', detail: { args: { body: 'better' }, asked: { body: 'changed' } } },
    ])
  })

  it('[RUN110] is asked with the worst that a model call can cost; a denied one is passed over, and the run ends when none is left', async () => {
    const stage = await openStage(() => [{ text: 'Never.' }])
    stage.gate = ({ worstUsd, worstTokens }) =>
      worstUsd !== null && worstUsd > 0.01 && worstTokens ? { kind: 'deny', reason: 'Too dear.' } : { kind: 'go' }
    expect(await stage.ended((await stage.run()).id)).toMatchObject({
      state: 'failed',
      reason: { code: 'no-model', message: expect.stringContaining('Too dear.') },
      costUsd: 0,
    })
    expect(stage.model.asked).toEqual([])
  })

  it('[RUN114] [RUN116] a failed try is gone on with at its time: failed steps are done again, good ones are kept', async () => {
    const stage = await openStage((counter) => [post(counter, 'one'), { status: 401 }, { text: 'Now it works.' }])
    const at = Date.now() + 1_200
    stage.heal = ({ reason, attempt }) =>
      attempt === 1 && reason.code === 'no-model' ? { kind: 'retry', atMs: at, message: 'Later.' } : { kind: 'give-up' }
    const { id } = await stage.run()
    expect(await stage.parked(id)).toMatchObject({ reason: { code: 'retry', message: 'Later.' }, wakeAt: at, attempt: 2 })
    expect(await stage.ended(id)).toMatchObject({ state: 'succeeded', attempt: 2, resultPreview: 'Now it works.', wakeAt: null })
    expect(Date.now()).toBeGreaterThanOrEqual(at)
    expect(stage.counter.count('one')).toBe(1)
    expect(await stepsOf(stage, id)).toEqual(['model:1.1#1 done', 'tool:1.1#1 done', 'model:2.1#1 failed', 'model:2.1#2 done'])
    expect(stage.tries).toMatchObject([{ reason: { code: 'no-model' }, failure: { kind: 'unauthorised', status: 401 }, attempt: 1 }])
  })
})

describe('what breaks beneath a run', () => {
  it('[RUN96] five crashes with a step done between each two are gone on with; three without one are the end', async () => {
    let allowed = 1
    const script = (asked: { readonly n: number; readonly body: Record<string, unknown> }, stage: { readonly url: string }) => {
      const done = (asked.body.messages as { role: string }[]).filter(({ role }) => role === 'tool').length
      return post(stage, `call ${done}`)
    }
    let stage = await openStage((counter) => (asked) => script(asked, counter))
    // What is not allowed yet is asked about for ever: the engine dies at that question.
    const hold = (one: JournalStage): void => {
      one.gate = (({ kind }) =>
        kind === 'tool' && one.counter.effects.length >= allowed ? new Promise(() => undefined) : { kind: 'go' }) as JournalStage['gate']
    }
    hold(stage)
    const { id } = await stage.run()
    const crash = async (): Promise<void> => {
      await until(
        async () =>
          (await stage.runs.get(id)).steps.filter(({ kind, state }) => kind === 'tool' && state === 'done').length === allowed || undefined,
      )
      const next = await stageOn(stage.model, stage.counter, { copyOf: stage.folder })
      hold(next)
      await stage.close()
      stage = next
    }
    for (; allowed <= 4; allowed++) {
      await stage.runs.warm()
      await crash()
      expect((await stage.runs.get(id)).run.state).toBe('queued')
    }
    allowed = 0
    for (let breaks = 2; breaks <= 3; breaks++) {
      await stage.runs.warm()
      await until(async () => (await stage.runs.get(id)).run.state === 'running' || undefined)
      const next = await stageOn(stage.model, stage.counter, { copyOf: stage.folder })
      hold(next)
      await stage.close()
      stage = next
    }
    expect((await stage.runs.get(id)).run).toMatchObject({ state: 'incomplete', reason: { code: 'engine-crashed' } })
  })
})

describe('parking', () => {
  it('[RUN115] a parked run that nobody follows is a row: a next engine reads none of it, and it can be cancelled', async () => {
    const stage = await openStage((counter) => () => post(counter, 'one'))
    stage.gate = ({ kind }) => (kind === 'tool' ? { kind: 'park', reason: { code: 'approval', message: 'May it?' } } : { kind: 'go' })
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await stage.run()).id))
    for (const id of ids) await stage.parked(id)
    expect(stage.runs.counts()).toMatchObject({ running: 0, queued: 0 })
    const after = await stageOn(stage.model, stage.counter, { copyOf: stage.folder })
    for (const id of ids) expect((await after.runs.get(id)).run.state).toBe('parked')
    await after.runs.cancel(ids[0] as string)
    expect(await after.ended(ids[0] as string)).toMatchObject({ state: 'cancelled', reason: { code: 'person' }, costUsd: 0.03 })
    expect(statesIn(await after.events(ids[0] as string))).toEqual(['queued', 'running', 'parked', 'cancelled'])
  })

  it('[RUN117] the time limit counts only the time that its body ran', async () => {
    const stage = await openStage((counter) => [post(counter, 'one'), { text: 'Done.' }])
    let stop = true
    stage.gate = ({ kind }) =>
      stop && kind === 'tool' ? { kind: 'park', reason: { code: 'approval', message: 'May it?' } } : { kind: 'go' }
    const { id } = await stage.run('Work.', { timeoutMs: 3_000 })
    await stage.parked(id)
    await new Promise((resolve) => setTimeout(resolve, 3_100))
    stop = false
    await stage.runs.goOn(id)
    expect(await stage.ended(id)).toMatchObject({ state: 'succeeded' })
  })
})

describe('guidance and loops', () => {
  it('[RUN107] messages wait, are changed and taken back, and are taken at the next turn as one step; also when the model has finished', async () => {
    const stage = await openStage((counter) => [post(counter, 'one'), { text: 'Done.' }, { text: 'Twice, as you said.' }])
    let stop = true
    stage.gate = ({ kind }) =>
      stop && kind === 'tool' ? { kind: 'park', reason: { code: 'approval', message: 'May it?' } } : { kind: 'go' }
    const { id } = await stage.run()
    await stage.parked(id)
    const first = await stage.runs.guide(id, 'Be quick.')
    const second = await stage.runs.guide(id, 'Forget this.')
    await stage.runs.editGuidance(id, first.id, 'Be slow.')
    expect(await stage.runs.editGuidance(id, second.id, '')).toMatchObject([{ text: 'Be slow.', state: 'waiting' }])
    stop = false
    stage.gate = ({ key }) => {
      if (key === 'model:2.1') void stage.runs.guide(id, 'And once more.')
      return { kind: 'go' }
    }
    await stage.runs.goOn(id)
    expect(await stage.ended(id)).toMatchObject({ state: 'succeeded', resultPreview: 'Twice, as you said.' })
    expect(stage.model.asked.map(({ userText }) => userText)).toEqual(['Work.', 'Be slow.', 'And once more.'])
    const { guidance, steps } = await stage.runs.get(id)
    expect(guidance).toMatchObject([
      { text: 'Be slow.', state: 'taken' },
      { text: 'And once more.', state: 'taken' },
    ])
    expect(steps.filter(({ kind }) => kind === 'message').map(({ key, detail }) => [key, detail.texts])).toEqual([
      ['message:2', ['Be slow.']],
      ['message:3', ['And once more.']],
    ])
    await expect(stage.runs.editGuidance(id, first.id, 'Too late.')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(stage.runs.guide(id, 'Too late.')).rejects.toMatchObject({ code: 'WRONG_STATE' })
  })

  it('[RUN108] the same call with the same result parks the run, which goes on when it is told to, and counts anew', async () => {
    const stage = await openStage((counter) => (asked) => (asked.n < 7 ? look(counter) : { text: 'Enough.' }), {
      settings: { maxRuns: 4, maxQueued: 9, runThreads: 1, loopRepeats: 3 } as never,
    })
    const { id } = await stage.run()
    for (const calls of [3, 6]) {
      expect(await stage.parked(id)).toMatchObject({ reason: { code: 'loop', message: expect.stringContaining('3 times') } })
      expect(stage.model.asked).toHaveLength(calls)
      await stage.runs.resume(id)
      await until(async () => (await stage.runs.get(id)).run.state !== 'parked' || undefined)
    }
    expect(await stage.ended(id)).toMatchObject({ state: 'succeeded', resultPreview: 'Enough.' })
    expect((await stage.runs.get(id)).steps.filter(({ kind }) => kind === 'approval')).toMatchObject([{ state: 'done' }, { state: 'done' }])
  })
})

describe('forks, replays, going on', () => {
  const script = (counter: { readonly url: string }) => [post(counter, 'one'), post(counter, 'two'), { text: 'Both are done.' }]

  it('[RUN120] a fork keeps what was before its step, pays for the rest only, and goes its own way', async () => {
    const stage = await openStage(script)
    const { id } = await stage.run()
    await stage.ended(id)
    stage.model.play([{ text: 'One was enough.' }])
    const fork = await stage.runs.fork({ id, step: 3, change: { prompt: 'You are brief.', guidance: 'No more.' } })
    expect(fork).toMatchObject({ origin: 'fork', originStep: 3, againOf: id })
    expect(await stage.ended(fork.id)).toMatchObject({ state: 'succeeded', resultPreview: 'One was enough.', costUsd: 0.03 })
    expect(stage.model.asked.at(-1)).toMatchObject({ system: 'You are brief.', userText: 'No more.' })
    expect(await stepsOf(stage, fork.id)).toEqual([
      'model:1.1#1 done inherited',
      'tool:1.1#1 done inherited',
      'message:2#1 done',
      'model:2.1#1 done',
    ])
    expect(stage.counter.effects).toHaveLength(2)
    const changed = await stage.runs.fork({ id, step: 2, change: { result: 'It said no.' } })
    stage.model.play([{ text: 'Then not.' }])
    expect(await stage.ended(changed.id)).toMatchObject({ state: 'succeeded', resultPreview: 'Then not.' })
    expect(stage.model.asked.at(-1)?.toolResults).toEqual(['It said no.'])
    await expect(stage.runs.fork({ id, step: 99, change: {} })).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('[RUN121] a replay calls nothing, pays nothing, and answers the same; it ends where the record does', async () => {
    const stage = await openStage(script)
    const { id } = await stage.run()
    const first = await stage.ended(id)
    const replay = await stage.runs.replay(id)
    expect(await stage.ended(replay.id)).toMatchObject({
      state: 'succeeded',
      origin: 'replay',
      resultPreview: first.resultPreview,
      costUsd: 0,
      costKnown: true,
    })
    expect(stage.model.asked).toHaveLength(3)
    expect(stage.counter.effects).toHaveLength(2)
    expect(stage.asks).toHaveLength(5)
    stage.model.play([post(stage.counter, 'three'), { status: 401 }])
    const failed = await stage.run()
    expect(await stage.ended(failed.id)).toMatchObject({ state: 'failed' })
    const again = await stage.runs.replay(failed.id)
    expect(await stage.ended(again.id)).toMatchObject({ state: 'incomplete', reason: { code: 'replay-ended' } })
  })

  it('[RUN122] what ended badly is gone on with as a fork that keeps all but its last failures', async () => {
    const stage = await openStage((counter) => [post(counter, 'one'), { status: 401 }])
    const { id } = await stage.run()
    expect(await stage.ended(id)).toMatchObject({ state: 'failed', reason: { code: 'no-model' } })
    stage.model.play([{ text: 'Done after all.' }])
    const resumed = await stage.runs.resume(id)
    expect(resumed).toMatchObject({ againOf: id, origin: 'fork' })
    expect(await stage.ended(resumed.id)).toMatchObject({ state: 'succeeded', resultPreview: 'Done after all.', costUsd: 0.03 })
    expect(stage.counter.count('one')).toBe(1)
    await expect(stage.runs.resume(resumed.id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    expect(noticesIn(await stage.events(resumed.id), 'model-failed')).toEqual([])
  })
})
