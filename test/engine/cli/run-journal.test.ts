import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunDetail, RunMessage, RunRow } from '#contract'
import { type CountServer, startCountServer } from '../../fixtures/count-server/mod.ts'
import { type ModelServer, startModelServer } from '../../fixtures/model-server/mod.ts'
import { look, post } from '../run/journal-stage.ts'
import { newPlace, until } from './troupe.ts'

const place = newPlace()
let counter: CountServer
let model: ModelServer

beforeAll(async () => {
  counter = await startCountServer()
  model = await startModelServer()
  await place.troupe(['provider', 'add', 'local', '--kind', 'openai-compatible', '--url', `${model.url}/v1`])
  const doc = {
    name: 'Worker',
    body: { kind: 'model', models: [{ provider: 'local', model: 'echo-1' }], tools: { http: { enabled: true, allowPrivate: true } } },
  }
  writeFileSync(join(place.folder, 'worker.json'), JSON.stringify(doc))
  await place.troupe(['persona', 'create', '--file', 'worker.json'])
  await place.troupe(['settings', 'set', 'loopRepeats', '2'])
})
afterAll(async () => {
  await counter?.stop()
  await model?.stop()
})

const shown = (run: string) => place.value<RunDetail>(['show', run])

describe('the journal from the command line', () => {
  it('[CLI58] [CLI59] a run that waits is gone on with; show says how; what was said to it is taken', async () => {
    model.play([look(counter), look(counter), { text: 'Enough now.' }])
    const { id } = await place.value<RunRow>(['run', 'worker', '--detach'])
    await until(async () => (await shown(id)).run.state === 'parked')
    const words = await place.troupe(['show', id])
    expect(words.out).toContain(`To go on\n  troupe resume ${id}`)
    expect(await place.value<RunMessage[]>(['guide', id, 'Stop looking.'])).toMatchObject([{ text: 'Stop looking.', state: 'waiting' }])
    const [message] = await place.value<RunMessage[]>(['guide', id])
    expect((await place.troupe(['guide', id, 'Look away.', '--edit', String(message?.id)])).out).toContain(
      'waits for its next turn: Look away.',
    )
    const resumed = await place.troupe(['resume', id])
    expect([resumed.code, resumed.out]).toEqual([0, 'Enough now.\n'])
    expect(model.asked.at(-1)?.userText).toBe('Look away.')
    expect((await place.troupe(['guide', id])).out).toContain('taken as step')
    expect((await place.troupe(['guide', id, 'Too late.'])).code).toBe(4)
  })

  it('[CLI58] a fork keeps what was before its step, a replay calls nothing', async () => {
    model.play([post(counter, 'one'), { text: 'One is done.' }])
    const { id } = await place.value<RunRow>(['run', 'worker', '--detach'])
    await until(async () => (await shown(id)).run.state === 'succeeded')
    model.play([{ text: 'So it failed.' }])
    const fork = await place.troupe(['fork', id, '--step', '2', '--result', 'HTTP 500'])
    expect([fork.code, fork.out]).toEqual([0, 'So it failed.\n'])
    expect((await place.troupe(['show', 'last'])).out).toMatch(/Comes of\s+run_\w+, forked at step 2[\s\S]* {2}1 .*model.*\(kept\)/)
    model.play([])
    const replay = await place.troupe(['replay', id])
    expect([replay.code, replay.out.trim()]).toEqual([0, 'One is done.'])
    expect(await shown('last')).toMatchObject({ run: { origin: 'replay', costUsd: 0 }, result: 'One is done.' })
    expect(counter.count('one')).toBe(1)
    expect((await place.troupe(['fork', id, '--step', '99'])).code).toBe(2)
    expect((await place.troupe(['answer', id, '1', 'happened'])).code).toBe(4)
    expect((await place.troupe(['answer', id, '1', 'perhaps'])).code).toBe(2)
  })
})
