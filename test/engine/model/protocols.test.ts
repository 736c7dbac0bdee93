import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { doc, folder, modelAt, PRICE, PROTOCOLS, play, redirector, server, textOf } from './stage.ts'

describe.each(PROTOCOLS)('%s', (protocol) => {
  test('[MD1] streams text and reasoning, and reports tokens and cost', async () => {
    const usage = { input: 100, output: 30, cachedInput: 40, reasoning: 5 }
    const at = await server({
      key: 'test-key',
      script: [{ reasoning: 'Let me think about it.', text: 'The answer, in a few words.', usage }],
    })
    const played = await play({ models: [modelAt(protocol, at, { price: PRICE })], input: 'What is it?' })
    expect(played.outcome).toMatchObject({
      state: 'succeeded',
      reason: 'done',
      model: `${protocol}/echo-1`,
      result: 'The answer, in a few words.',
    })
    expect(textOf(played)).toBe('The answer, in a few words.')
    expect(played.events.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(1)
    const reasons = played.events.map((event) => (event.kind === 'reasoning' ? event.delta : '')).join('')
    // OpenAI's chat protocol says nothing of its reasoning; the field is that of compatible servers.
    expect(reasons).toBe(protocol === 'openai-chat' ? '' : 'Let me think about it.')
    const caches = protocol !== 'ollama'
    const thinks = caches && protocol !== 'anthropic'
    expect(played.outcome.usage).toEqual({ input: 100, output: 30, cachedInput: caches ? 40 : null, reasoning: thinks ? 5 : null })
    expect(played.outcome.costUsd).toBeCloseTo(caches ? (60 * 2 + 40 * 0.5 + 30 * 10) / 1e6 : (100 * 2 + 30 * 10) / 1e6, 12)
    expect(played.steps).toMatchObject([
      { kind: 'model', state: 'done', title: `${protocol}/echo-1`, detail: { text: 'The answer, in a few words.' } },
    ])
    expect(at.asked[0]).toMatchObject({ userText: 'What is it?', system: 'You are a test.', model: 'echo-1' })
  })

  test('[MD2] runs the tool that is asked for, hands its result back, and finishes', async () => {
    const at = await server({ key: 'test-key' })
    const workspaceDir = await folder()
    const body = { tools: { files: 'write' } }
    const played = await play({
      models: [modelAt(protocol, at)],
      doc: doc(body),
      input: 'write file notes.txt: remember the milk',
      workspaceDir,
    })
    expect(played.outcome).toMatchObject({ state: 'succeeded', reason: 'done' })
    expect(await readFile(join(workspaceDir, 'notes.txt'), 'utf8')).toBe('remember the milk')
    expect(played.steps.map(({ kind, state, title }) => [kind, state, title])).toEqual([
      ['model', 'done', `${protocol}/echo-1`],
      ['tool', 'done', 'file_write'],
      ['model', 'done', `${protocol}/echo-1`],
    ])
    expect(played.steps[1]?.detail).toMatchObject({
      args: { path: 'notes.txt', content: 'remember the milk' },
      result: 'Wrote 17 bytes: notes.txt',
    })
    expect(at.asked[0]?.tools).toEqual(['file_list', 'file_read', 'file_write'])
    expect(at.asked[1]?.toolResults[0]).toContain('Wrote 17 bytes')
    expect(played.outcome.result).toContain('Wrote 17 bytes')
  })

  test('[MD3] two tool calls in one answer are two steps, answered together', async () => {
    const calls = [
      { name: 'file_list', args: {} },
      { name: 'file_read', args: { path: 'missing.txt' } },
    ]
    const at = await server({ script: [{ text: 'Two.', toolCalls: calls }, { text: 'Done.' }] })
    const played = await play({ models: [modelAt(protocol, at)], doc: doc({ tools: { files: 'read' } }) })
    expect(played.outcome).toMatchObject({ state: 'succeeded', result: 'Done.' })
    expect(played.steps.filter(({ kind }) => kind === 'tool').map(({ title, state }) => [title, state])).toEqual([
      ['file_list', 'done'],
      ['file_read', 'failed'],
    ])
    expect(at.asked[1]?.toolResults).toHaveLength(2)
    expect(at.asked[1]?.toolResults[1]).toMatch(/There is no \\*"missing.txt/)
  })

  test('[MD4] arguments that do not fit are answered as an error, and the run goes on', async () => {
    const malformed = {
      name: 'file_read',
      args: { wrong: 1 },
      ...(protocol === 'google' || protocol === 'ollama' ? {} : { rawArgs: '{"path": "a.t' }),
    }
    const at = await server({ script: [{ toolCalls: [malformed] }, { text: 'I see.' }] })
    const played = await play({ models: [modelAt(protocol, at)], doc: doc({ tools: { files: 'read' } }) })
    expect(played.outcome).toMatchObject({ state: 'succeeded', result: 'I see.' })
    expect(played.notices('malformed-arguments')).toHaveLength(1)
    expect(played.steps[1]).toMatchObject({ kind: 'tool', state: 'failed' })
    expect(at.asked[1]?.toolResults[0]).toContain('do not fit')
  })

  test('[MD27] what a failed tool says reaches the model as it is', async () => {
    const at = await server({ script: [{ toolCalls: [{ name: 'file_read', args: { path: 'missing.txt' } }] }, { text: 'I see.' }] })
    const played = await play({ models: [modelAt(protocol, at)], doc: doc({ tools: { files: 'read' } }) })
    const result = played.steps[1]?.detail.result
    expect(result).toContain('There is no "missing.txt"')
    // Google's protocol has a field of its own for it.
    expect(at.asked[1]?.toolResults[0]).toBe(protocol === 'google' ? JSON.stringify({ name: 'file_read', error: result }) : result)
  })

  test('[MD5] a wrong key fails at once, is not asked again, and does not stand in any message', async () => {
    const at = await server({ key: 'another-key' })
    if (protocol === 'ollama') at.play([{ status: 401, message: 'unauthorized' }])
    const played = await play({ models: [modelAt(protocol, at)] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model', model: null, costUsd: 0 })
    expect(played.steps).toMatchObject([{ state: 'failed', detail: { failure: 'unauthorised', status: 401 } }])
    expect(JSON.stringify(played)).not.toContain('test-key')
    expect(played.waits).toEqual([])
  })

  test('[MD17] a redirect is not followed: a key must not travel to another place', async () => {
    const at = await server()
    const crossing = await redirector(at.url)
    const played = await play({ models: [modelAt(protocol, { url: crossing.url })] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model' })
    expect(crossing.heard).toBeGreaterThan(0)
    expect(at.lines).toEqual([])
  })

  test('[MD6] a server error is tried three times, with waits between, and then given up', async () => {
    const at = await server({ script: () => ({ status: 500, message: 'boom' }) })
    const played = await play({ models: [modelAt(protocol, at)] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model' })
    expect(played.outcome.message).toContain('boom')
    expect(played.waits).toEqual([1_000, 3_000])
    expect(at.asked).toHaveLength(3)
    expect(played.steps.filter(({ kind }) => kind === 'model').map(({ state }) => state)).toEqual(['failed', 'failed', 'failed'])
  })

  test('[MD7] a stream that is cut: what came is kept in its step, and the call is made again', async () => {
    const heard = Promise.withResolvers<void>()
    const cut = { text: 'The first half and the second half.', cut: 'middle', cutAfter: heard.promise } as const
    const at = await server({ script: [cut, { text: 'Whole this time.' }] })
    const played = await play({
      models: [modelAt(protocol, at, { price: PRICE })],
      onEvent: ({ kind }) => kind === 'text' && heard.resolve(),
    })
    expect(played.outcome).toMatchObject({ state: 'succeeded', result: 'Whole this time.' })
    expect(played.steps[0]).toMatchObject({ state: 'failed', detail: { failure: 'cut', partial: true } })
    expect('The first half and the second half.').toContain(String(played.steps[0]?.detail.text))
    expect(played.notices('model-retry')).toHaveLength(1)
    // Nobody says what the cut answer is billed.
    expect(played.outcome.costUsd).toBeNull()
  })

  test('[MD8] a stream that ends without its closing events is cut, not complete', async () => {
    const at = await server({ script: () => ({ text: 'It only looks complete.', cut: 'quiet' }) })
    const played = await play({ models: [modelAt(protocol, at)] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model' })
    expect(at.asked).toHaveLength(2)
  })

  test('[MD9] an abort ends the run at once and the request with it', async () => {
    const at = await server({ script: [{ text: 'It begins, and then there is silence.', hang: true }] })
    const controller = new AbortController()
    const played = await play({
      models: [modelAt(protocol, at)],
      signal: controller.signal,
      onEvent: ({ kind }) => kind === 'text' && controller.abort(),
    })
    expect(played.outcome).toMatchObject({ state: 'cancelled', reason: 'person' })
    expect(played.steps).toMatchObject([{ state: 'failed', detail: { error: 'stopped' } }])
    await expect.poll(() => at.asked[0]?.left, { timeout: 20_000 }).toBe(true)
  })
})
