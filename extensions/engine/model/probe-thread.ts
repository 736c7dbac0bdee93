/**
 * Entry of the thread in which a probe tries one model with the same code that runs use: does it stream, does it call a tool?
 * The main side ends the thread when it has the answer, so the engine's main thread never holds the AI libraries.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { type Clock, messageOf, type ResolvedModel, SecretBook } from '#core'
import { callModel } from './loop/call.ts'
import type { Failure } from './loop/failure.ts'

export interface ProbeTask {
  readonly model: ResolvedModel
}

export interface TrialResult {
  readonly failure: Failure | null
  /** Pieces of text, reasoning or arguments that arrived before the end. */
  readonly pieces: number
  readonly calledTool: boolean
  readonly text: string
}

/** Small, but with room for a model that thinks first. */
const MAX_OUTPUT_TOKENS = 2_000
const CONTEXT_TOKENS = 8_192

const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}

async function tryModel({ model }: ProbeTask): Promise<TrialResult> {
  const book = new SecretBook()
  book.hold(model.apiKey === null ? [] : [{ mask: '[key]', value: model.apiKey }])
  let pieces = 0
  const heard = () => {
    pieces++
  }
  const tool = { name: 'report', description: 'Reports a word to the person.', schema: z.object({ word: z.string() }) }
  const result = await callModel(
    {
      model,
      system: 'You check a connection. Do only what is asked.',
      messages: [{ role: 'user', content: 'Call the tool "report" with the word "ready". Write nothing else.' }],
      tools: [tool],
      body: { temperature: null, maxOutputTokens: MAX_OUTPUT_TOKENS, reasoning: null },
      contextTokens: model.kind === 'ollama' ? Math.min(CONTEXT_TOKENS, model.contextTokens ?? CONTEXT_TOKENS) : null,
      clock,
      redactor: book.redactor,
      onText: heard,
      onReasoning: heard,
    },
    new AbortController().signal,
  )
  return {
    failure: result.failure,
    pieces,
    calledTool: result.asked.some(({ name }) => name === 'report'),
    text: result.text.slice(0, 200),
  }
}

const port = parentPort
if (!port) throw new Error('probe-thread.ts is a worker of the engine; it cannot be started by itself.')
try {
  port.postMessage(await tryModel(workerData as ProbeTask))
} catch (thrown) {
  const failure: Failure = { kind: 'network', status: null, retryAfterMs: null, message: messageOf(thrown) }
  port.postMessage({ failure, pieces: 0, calledTool: false, text: '' } satisfies TrialResult)
}
