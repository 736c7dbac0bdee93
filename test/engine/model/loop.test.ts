import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '#contract/plain'
import type { ScriptedReply } from '../../fixtures/model-server/mod.ts'
import { doc, folder, modelAt, PRICE, play, server } from './stage.ts'

const CALL: ScriptedReply = { text: 'Again.', toolCalls: [{ name: 'file_list', args: {} }] }
const READS = doc({ tools: { files: 'read' } })

describe('the fallback chain', () => {
  test.each([
    ['401', { status: 401, message: 'no' }],
    ['404', { status: 404, message: 'no such model' }],
    ['400', { status: 400, message: 'this model does not do that' }],
  ] satisfies [string, ScriptedReply][])(
    '[MD10] after a %s the next model is asked at once, and a notice says why',
    async (_name, reply) => {
      const first = await server({ script: [reply] })
      const second = await server({ script: [{ text: 'From the second.' }] })
      const models = [modelAt('anthropic', first, { provider: 'one' }), modelAt('openai-chat', second, { provider: 'two' })]
      const played = await play({ models })
      expect(played.outcome).toMatchObject({ state: 'succeeded', model: 'two/echo-1', result: 'From the second.' })
      expect(played.waits).toEqual([])
      expect(first.asked).toHaveLength(1)
      expect(played.notices('model-failed')).toEqual([`one/echo-1 did not answer: ${reply.status} ${reply.message}. Next: two/echo-1.`])
    },
  )

  test.each([
    ['7', [7_000], 2],
    ['0', [0], 2],
    [undefined, [5_000], 2],
    ['21', [], 1],
  ])('[MD11] a 429 with retry-after %s is waited for once if it is short', async (retryAfter, waits, calls) => {
    const limited: ScriptedReply = { status: 429, message: 'slow down', ...(retryAfter === undefined ? {} : { retryAfter }) }
    const first = await server({ script: () => limited })
    const second = await server({ script: [{ text: 'Yes.' }] })
    const played = await play({ models: [modelAt('openai-responses', first), modelAt('ollama', second)] })
    expect(played.outcome).toMatchObject({ state: 'succeeded', model: 'ollama/echo-1' })
    expect(played.waits).toEqual(waits)
    expect(first.asked).toHaveLength(calls)
  })

  test('[MD11] a 429 that passes leaves the first model in its place', async () => {
    const at = await server({ script: [{ status: 429, retryAfter: '3' }, { text: 'Now.' }] })
    const played = await play({ models: [modelAt('anthropic', at)] })
    expect(played.outcome).toMatchObject({ state: 'succeeded', model: 'anthropic/echo-1', result: 'Now.' })
    expect(played.waits).toEqual([3_000])
  })

  test('[MD12] 529 counts as a server error; a third attempt may succeed', async () => {
    const at = await server({ script: [{ status: 529 }, { status: 503 }, { text: 'Third time.' }] })
    const played = await play({ models: [modelAt('anthropic', at)] })
    expect(played.outcome).toMatchObject({ state: 'succeeded', result: 'Third time.' })
    expect(played.steps.filter(({ kind }) => kind === 'model').map(({ detail }) => detail.attempt)).toEqual([1, 2, 3])
  })

  test('[MD13] a connection that breaks is tried once more, then the next model; all reasons stand in the outcome', async () => {
    const gone = await server()
    const url = gone.url
    await gone.stop()
    const breaking = await server({ script: () => ({ cut: 'connect' }) })
    const played = await play({ models: [modelAt('google', breaking), modelAt('ollama', { url })] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model', model: null, costUsd: 0, usage: null })
    expect(played.outcome.message).toContain('google/echo-1: Cannot connect')
    expect(played.outcome.message).toContain('ollama/echo-1: fetch failed')
    expect(breaking.asked).toHaveLength(2)
    expect(played.notices('model-failed')).toHaveLength(2)
  })

  test('[MD14] in the middle of a run the next model takes over with the whole conversation, without the signatures of the first', async () => {
    const first = await server({ script: [{ reasoning: 'Thinking.', ...CALL }, { status: 500 }, { status: 500 }, { status: 500 }] })
    const second = await server({ script: [{ ...CALL }, { text: 'Finished by the second.' }] })
    const models = [modelAt('anthropic', first, { price: PRICE }), modelAt('anthropic', second, { provider: 'backup', price: PRICE })]
    const played = await play({ models, doc: READS })
    expect(played.outcome).toMatchObject({ state: 'succeeded', model: 'backup/echo-1', result: 'Finished by the second.' })
    // The first model's own second turn carries its signature back to it; the other never sees it.
    expect(JSON.stringify(first.asked[1]?.body)).toContain('signed-0')
    expect(JSON.stringify(second.asked[0]?.body)).not.toContain('signed-')
    expect(JSON.stringify(second.asked[1]?.body)).not.toContain('signed-')
    expect(second.asked[0]?.toolResults).toEqual(['The folder is empty.'])
    expect(played.outcome.costUsd).toBeGreaterThan(0)
  })

  test('[MD15] an empty chain is an outcome, not a crash', async () => {
    const played = await play({ models: [] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model', usage: null, costUsd: 0 })
  })

  test('[MD16] an error inside a stream is a cut answer', async () => {
    const at = await server({ script: [{ text: 'It starts well enough.', cut: 'error-event', chunkDelayMs: 20 }, { text: 'Better.' }] })
    const played = await play({ models: [modelAt('anthropic', at)] })
    expect(played.outcome.result).toBe('Better.')
    expect(played.steps[0]).toMatchObject({ state: 'failed', detail: { failure: 'cut' } })
  })
})

describe('bounds', () => {
  test('[MD20] a tool loop without end is stopped by the turn limit', async () => {
    const at = await server()
    const limited = doc({ tools: { files: 'read' } }, { turns: 4 })
    const played = await play({ models: [modelAt('openai-chat', at)], doc: limited, input: 'go on for ever' })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'turn-limit', model: 'openai-chat/echo-1', result: 'Once more.' })
    expect(at.asked).toHaveLength(4)
    expect(played.outcome.message).toContain('4 model calls')
  })

  test('[MD21] five answers in a row with arguments that do not fit end the run', async () => {
    const at = await server({ script: () => ({ toolCalls: [{ name: 'file_read', args: { nope: true } }] }) })
    const played = await play({ models: [modelAt('anthropic', at)], doc: READS })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'tool' })
    expect(at.asked).toHaveLength(5)
  })

  test('[MD22] a 2 MB file is cut for the model, which is told so, and so is the person', async () => {
    const workspaceDir = await folder()
    await writeFile(join(workspaceDir, 'big.txt'), 'a line of text\n'.repeat(140_000))
    const at = await server()
    const played = await play({
      models: [modelAt('anthropic', at, { contextTokens: 1_000_000 })],
      doc: READS,
      input: 'read file big.txt',
      workspaceDir,
    })
    expect(played.outcome.state).toBe('succeeded')
    const seen = at.asked[1]?.toolResults[0] ?? ''
    expect(Buffer.byteLength(seen)).toBeLessThanOrEqual(LIMITS.toolResultBytes)
    expect(seen).toMatch(/\[bytes 0 to \d+ of 2100000; read on with offset \d+\]$/)
    expect(played.notices('tool-result-cut')).toHaveLength(1)
    expect(played.steps[1]?.detail.droppedBytes).toBeGreaterThan(1_800_000)
  })

  test('[MD22] a command that prints 2 MB is cut in the middle', async () => {
    const script = `process.stdout.write('first line\\n' + 'x'.repeat(2_000_000) + '\\nlast line\\n')`
    const args = { program: process.execPath, args: ['-e', script] }
    const at = await server({ script: [{ toolCalls: [{ name: 'run_command', args }] }, { text: 'Seen.' }] })
    const played = await play({
      models: [modelAt('openai-responses', at, { contextTokens: null })],
      doc: doc({ tools: { commands: [process.execPath] } }),
    })
    const seen = at.asked[1]?.toolResults[0] ?? ''
    expect(Buffer.byteLength(seen)).toBeLessThanOrEqual(LIMITS.toolResultBytes)
    expect(seen).toMatch(/^\[exit code 0\]\nfirst line\n/)
    expect(seen).toMatch(/last line\n$/)
    expect(seen).toContain('bytes left out')
    expect(played.notices('tool-result-cut')).toHaveLength(1)
    expect(played.children.map(([, what]) => what)).toEqual(['started', 'ended'])
  })

  test('[MD26] a result never takes more than half of what is free in the model’s context', async () => {
    const workspaceDir = await folder()
    await writeFile(join(workspaceDir, 'big.txt'), 'a line of text\n'.repeat(140_000))
    const at = await server()
    const played = await play({
      models: [modelAt('ollama', at, { contextTokens: 8_192 })],
      doc: READS,
      input: 'read file big.txt',
      workspaceDir,
    })
    expect(played.outcome.state).toBe('succeeded')
    const seen = at.asked[1]?.toolResults[0] ?? ''
    expect(seen.length).toBeLessThan(11_000)
    expect(seen).toContain('there is no room for more')
    expect(played.notices('tool-result-cut')).toHaveLength(1)
  })

  test('[MD23] more tool calls than fit into one answer are refused one by one', async () => {
    const many = Array.from({ length: 40 }, () => ({ name: 'file_list', args: {} }))
    const at = await server({ script: [{ toolCalls: many }, { text: 'Enough.' }] })
    const played = await play({ models: [modelAt('openai-chat', at)], doc: READS })
    expect(played.steps.filter(({ kind }) => kind === 'tool')).toHaveLength(32)
    expect(at.asked[1]?.toolResults).toHaveLength(40)
    expect(at.asked[1]?.toolResults[39]).toContain('Not run')
  })

  test('[MD24] a tool that was not granted is not offered, and calling it is answered as an error', async () => {
    const at = await server({ script: [{ toolCalls: [{ name: 'run_command', args: { program: 'sh' } }] }, { text: 'I may not.' }] })
    const played = await play({ models: [modelAt('openai-chat', at)], doc: READS })
    expect(at.asked[0]?.tools).toEqual(['file_list', 'file_read'])
    expect(at.asked[1]?.toolResults[0]).toContain('There is no tool "run_command"')
    expect(played.outcome).toMatchObject({ state: 'succeeded', result: 'I may not.' })
  })

  test('[MD25] the result in the outcome has at most 16 kB; the step keeps the text', async () => {
    const at = await server({ script: [{ text: 'ä'.repeat(40_000) }] })
    const played = await play({ models: [modelAt('anthropic', at)] })
    expect(Buffer.byteLength(played.outcome.result)).toBeLessThanOrEqual(16 * 1024)
    expect(played.outcome.result).toMatch(/^ä+…?$/)
    expect(played.steps[0]?.detail.text).toHaveLength(40_000)
  })
})

describe('endings', () => {
  test('[MD30] without input the model is told to begin', async () => {
    const at = await server()
    await play({ models: [modelAt('anthropic', at)], input: '  \n' })
    expect(at.asked[0]?.userText).toBe('Begin.')
  })

  test.each([
    ['length', { text: 'Half an ans', finish: 'length' }, 'output-limit', 'succeeded'],
    ['a filter, with text', { text: 'I beg', finish: 'filter' }, 'content-filter', 'succeeded'],
    ['nothing', { text: '' }, 'empty-answer', 'succeeded'],
  ] satisfies [string, ScriptedReply, string, string][])('[MD31] an answer ended by %s says so', async (_name, reply, code, state) => {
    const at = await server({ script: [reply] })
    const played = await play({ models: [modelAt('openai-chat', at)] })
    expect(played.outcome.state).toBe(state)
    expect(played.notices(code)).toEqual([played.outcome.message])
  })

  test('[MD31] a filter that left no text is a failure', async () => {
    const at = await server({ script: [{ finish: 'filter' }] })
    const played = await play({ models: [modelAt('anthropic', at)] })
    expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model' })
  })

  test('[MD32] an abort while a tool runs ends its program, and the run', async () => {
    const args = { program: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] }
    const at = await server({ script: [{ toolCalls: [{ name: 'run_command', args }] }] })
    const controller = new AbortController()
    const granted = doc({ tools: { commands: [process.execPath] } })
    const playing = play({
      models: [modelAt('anthropic', at)],
      doc: granted,
      signal: controller.signal,
      onChild: (_pid, what) => what === 'started' && controller.abort(),
    })
    const played = await playing
    expect(played.outcome).toMatchObject({ state: 'cancelled', reason: 'person', model: 'anthropic/echo-1' })
    const [pid] = played.children[0] ?? [0]
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('[MD33] when a step cannot be stored, the model is not called', async () => {
    const at = await server()
    await expect(play({ models: [modelAt('anthropic', at)], storeRefuses: true })).rejects.toThrow('the store refuses')
    expect(at.asked).toHaveLength(0)
  })

  test('[MD34] an abort while it waits for a retry ends the wait', async () => {
    const at = await server({ script: () => ({ status: 500 }) })
    const controller = new AbortController()
    const onEvent = (event: { kind: string; code?: string }) => event.code === 'model-retry' && controller.abort()
    const played = await play({ models: [modelAt('anthropic', at)], signal: controller.signal, onEvent })
    expect(played.outcome).toMatchObject({ state: 'cancelled', reason: 'person' })
    expect(at.asked).toHaveLength(1)
  })
})
