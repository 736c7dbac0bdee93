/**
 * The tool loop of a model persona: ask, run the tools that were asked for, ask again, until an answer needs no tool.
 * Every way out is an outcome: done, turn-limit, no-model, tool, person (aborted).
 */
import type { ModelMessage } from 'ai'
import type { ModelBody, RunReasonCode } from '#contract'
import type { BodyIo, BodyOutcome, ResolvedModel, RunJob } from '#core'
import type { ModelBodyPorts, ModelTool } from '../ports.ts'
import type { CallResult } from './call.ts'
import { type Answer, Chain, nameOf } from './chain.ts'
import { Spending } from './cost.ts'
import { Loops } from './loops.ts'
import { sharedTool } from './shared-tool.ts'
import { withoutSignatures } from './signatures.ts'
import { maskedTool, runTools } from './tool-turn.ts'

const RESULT_BYTES = 16 * 1024
/** Answers in a row of which every tool call was malformed; then the model will not mend it. */
const MALFORMED_TURNS = 5
/** What a run without input says to the model, which cannot be asked nothing. */
const NO_INPUT = 'Begin.'

interface Talk {
  readonly job: RunJob
  readonly body: ModelBody
  readonly io: BodyIo
  readonly tools: readonly ModelTool[]
  readonly chain: Chain
  readonly spending: Spending
  messages: ModelMessage[]
  /** The model of the answer before; null before the first. */
  model: ResolvedModel | null
  text: string
}

export async function runLoop(job: RunJob, body: ModelBody, io: BodyIo, ports: ModelBodyPorts, signal: AbortSignal): Promise<BodyOutcome> {
  const spending = new Spending()
  const chain = new Chain(job.models, { io, clock: ports.clock, redactor: ports.redactor, spending })
  const input = job.input.trim() === '' ? NO_INPUT : job.input
  const talk: Talk = {
    job,
    body,
    io,
    tools: [...ports.tools(body.tools), ...(job.shared ?? []).map((tool) => sharedTool(tool, io))].map((tool) =>
      maskedTool(tool, ports.redactor),
    ),
    chain,
    spending,
    messages: [{ role: 'user', content: input }],
    model: null,
    text: '',
  }
  // Without a model it can still go through what is recorded (a replay).
  if (job.models.length === 0 && !io.holds('model:1.1')) {
    return outcome(
      talk,
      'failed',
      'no-model',
      'This persona names no model that is set up on this machine. Choose one in its editor, or add a provider.',
    )
  }
  try {
    return await turns(talk, signal)
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    return outcome(talk, 'cancelled', 'person', 'Stopped while it ran.')
  }
}

async function turns(talk: Talk, signal: AbortSignal): Promise<BodyOutcome> {
  const limit = talk.job.doc.limits.turns
  const loops = new Loops(talk.job.loopRepeats ?? 0)
  let malformedTurns = 0
  let guided = await talk.io.guidance(1)
  for (let n = 1; n <= limit; n++) {
    talk.messages = [...talk.messages, ...guided.map((content): ModelMessage => ({ role: 'user', content }))]
    const answer = await talk.chain.ask({ n, system: talk.job.prompt, messages: talk.messages, tools: talk.tools, body: talk.body }, signal)
    if (answer === null) return noModel(talk)
    take(talk, answer)
    const { asked } = answer.result
    if (asked.length > 0) {
      const ask = { turn: n, asked, resultBytes: answer.resultBytes, tools: talk.tools, job: talk.job, io: talk.io }
      const turn = await runTools(ask, signal)
      if (turn.broken !== null) return outcome(talk, 'failed', 'tool', turn.broken)
      malformedTurns = turn.malformed === asked.length ? malformedTurns + 1 : 0
      if (malformedTurns >= MALFORMED_TURNS) {
        return outcome(
          talk,
          'failed',
          'tool',
          `The model called tools with arguments that do not fit in ${malformedTurns} answers in a row.`,
        )
      }
      talk.messages = [...talk.messages, turn.message]
      await loops.look(turn.done, n, talk.io)
    }
    // Said while it answered: it goes on with that, instead of ending.
    guided = n < limit ? await talk.io.guidance(n + 1) : []
    if (asked.length === 0 && guided.length === 0) return finished(talk, answer.result)
  }
  return outcome(talk, 'failed', 'turn-limit', `The limit of ${limit} model calls was reached, and the model still asked for tools.`)
}

function noModel(talk: Talk): BodyOutcome {
  const { failure, reasons } = talk.chain
  return { ...outcome(talk, 'failed', 'no-model', `No model answered. ${reasons.join('; ')}`), ...(failure === null ? {} : { failure }) }
}

/** Puts the answer into the conversation. */
function take(talk: Talk, { result, model }: Answer): void {
  if (talk.model !== null && nameOf(talk.model) !== nameOf(model)) talk.messages = talk.messages.map(withoutSignatures)
  talk.model = model
  // Ollama's library would put old reasoning into the answer's text.
  const kept = model.kind === 'ollama' ? result.messages.map(withoutSignatures) : result.messages
  talk.messages = [...talk.messages, ...kept]
  if (result.text !== '') talk.text = result.text
}

function finished(talk: Talk, result: CallResult): BodyOutcome {
  if (result.finish === 'content-filter') {
    const message = `${talk.model === null ? 'The model' : nameOf(talk.model)} ended its answer for reasons of safety.`
    return result.text === '' ? outcome(talk, 'failed', 'no-model', message) : warned(talk, 'content-filter', message)
  }
  if (result.finish === 'length')
    return warned(talk, 'output-limit', 'The answer stopped at the limit of output tokens; it is not complete.')
  if (result.text === '') return warned(talk, 'empty-answer', 'The model ended without a text.')
  return outcome(talk, 'succeeded', 'done', 'The model finished.')
}

function warned(talk: Talk, code: string, message: string): BodyOutcome {
  talk.io.emit({ kind: 'notice', level: 'warning', code, message })
  return outcome(talk, 'succeeded', 'done', message)
}

function outcome(talk: Talk, state: BodyOutcome['state'], reason: RunReasonCode, message: string): BodyOutcome {
  return {
    state,
    reason,
    message,
    exitCode: null,
    model: talk.model === null ? null : nameOf(talk.model),
    usage: talk.spending.usage,
    costUsd: talk.spending.costUsd,
    result: head(talk.text),
  }
}

function head(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length <= RESULT_BYTES
    ? text
    : bytes
        .subarray(0, RESULT_BYTES - 4)
        .toString('utf8')
        .replace(/\uFFFD+$/, '…')
}
