/**
 * The ordered fallback chain. A model that fails is asked again as `waitBeforeRetry` allows, then the next one is asked; the chain
 * never goes back. Each attempt is a step of its own, with what it said before it broke; each change of model is a notice.
 */
import type { ModelMessage } from 'ai'
import type { ModelBody } from '#contract'
import type { BodyIo, Clock, Redactor, ResolvedModel, StepEnd } from '#core'
import type { ModelTool } from '../ports.ts'
import { type CallResult, callModel } from './call.ts'
import { Estimate, roomForResults, whyTooLong, windowFor } from './context.ts'
import { bare, costOf, type Spending, worstOf } from './cost.ts'
import { type Failure, type FailureCounts, waitBeforeRetry } from './failure.ts'
import { pause } from './pause.ts'
import { withoutSignatures } from './signatures.ts'

export interface ChainPorts {
  readonly io: BodyIo
  readonly clock: Clock
  readonly redactor: Redactor
  readonly spending: Spending
}

export interface Turn {
  readonly n: number
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  readonly body: Pick<ModelBody, 'temperature' | 'maxOutputTokens' | 'reasoning'>
}

export interface Answer {
  readonly result: CallResult
  readonly model: ResolvedModel
  /** Bytes that the results of its tool calls may have together. */
  readonly resultBytes: number
}

export const nameOf = (model: Pick<ResolvedModel, 'provider' | 'model'>): string => `${model.provider}/${model.model}`

/** A model call as the journal keeps it: what was heard, and from whom. */
interface Heard extends CallResult {
  readonly from: Pick<ResolvedModel, 'provider' | 'kind' | 'model' | 'contextTokens'>
}

export class Chain {
  readonly #models: readonly ResolvedModel[]
  readonly #ports: ChainPorts
  readonly #estimate = new Estimate()
  #at = 0
  /** The model of the newest answer. */
  #answered: ResolvedModel | null = null
  #window = 0
  #warned = new Set<string>()
  /** Calls of the present turn, so that each has a key. */
  #calls = 0
  /** Why each model that was passed over was passed over. */
  readonly reasons: string[] = []
  /** The newest failure. */
  failure: Failure | null = null

  constructor(models: readonly ResolvedModel[], ports: ChainPorts) {
    this.#models = models
    this.#ports = ports
  }

  /** The first model of the rest of the chain that answers; null when none did. Rejects only when the signal is aborted. */
  async ask(turn: Turn, signal: AbortSignal): Promise<Answer | null> {
    this.#calls = 0
    const recorded = await this.#recorded(turn, signal)
    if (recorded !== null) return recorded
    for (; this.#at < this.#models.length; this.#at++) {
      const model = this.#models[this.#at]
      if (model === undefined) break
      const tokens = this.#estimate.of(turn.system, turn.messages, turn.tools)
      const tooLong = whyTooLong(model, tokens)
      if (tooLong === null) {
        const result = await this.#askOne(model, turn, tokens, signal)
        if (typeof result !== 'string') return this.#answer(model, result, tokens)
        this.#pass(model, result)
      } else this.#pass(model, `not asked: ${tooLong}`)
    }
    // A replay has nobody to ask: the journal says that it ends here.
    if (this.#models.length === 0) await this.#attempt(STAND_IN, turn, this.#calls + 1, 0, signal)
    return null
  }

  /** What the journal has of this turn, whoever of the chain it was: the chain may be another one by now. */
  async #recorded(turn: Turn, signal: AbortSignal): Promise<Answer | null> {
    const { io } = this.#ports
    while (io.holds(modelKey(turn.n, this.#calls + 1))) {
      const tokens = this.#estimate.of(turn.system, turn.messages, turn.tools)
      const heard = await this.#attempt(STAND_IN, turn, this.#calls + 1, tokens, signal)
      const at = this.#models.findIndex((model) => nameOf(model) === nameOf(heard.from))
      if (at >= 0) this.#at = at
      if (heard.failure === null) return this.#answer(this.#models[at] ?? { ...STAND_IN, ...heard.from }, heard, tokens)
      const wait = waitKey(turn.n, this.#calls)
      if (io.holds(wait)) await this.#wait(wait, 0, signal)
    }
    return null
  }

  #answer(model: ResolvedModel, result: CallResult, tokens: number): Answer {
    this.#answered = model
    const used = (result.usage?.input ?? tokens) + (result.usage?.output ?? 0)
    return { result, model, resultBytes: roomForResults(model, used) }
  }

  #pass(model: ResolvedModel, why: string): void {
    this.reasons.push(`${nameOf(model)}: ${why}`)
    const next = this.#models[this.#at + 1]
    const then = next === undefined ? 'There is no other model to ask.' : `Next: ${nameOf(next)}.`
    this.#notice(next === undefined ? 'error' : 'warning', 'model-failed', `${nameOf(model)} did not answer: ${why}. ${then}`)
  }

  /** One model, with its retries; a text says why it did not answer. */
  async #askOne(model: ResolvedModel, turn: Turn, tokens: number, signal: AbortSignal): Promise<CallResult | string> {
    const counts: FailureCounts = {}
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(model, turn, attempt, tokens, signal)
      if (result.failure === null) return result
      const { failure } = result
      this.failure = failure
      const why = `${failure.status === null ? '' : `${failure.status} `}${failure.message}`
      const wait = waitBeforeRetry(failure, counts)
      counts[failure.kind] = (counts[failure.kind] ?? 0) + 1
      if (wait === null) return attempt === 1 ? why : `${why} (${attempt} attempts)`
      this.#notice('warning', 'model-retry', `${nameOf(model)}: ${why}. It is asked again in ${Math.round(wait / 100) / 10} s.`)
      await this.#wait(waitKey(turn.n, this.#calls), wait, signal)
    }
  }

  /** A step of its own, so that one that was waited for is not waited for again. */
  async #wait(key: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const { io, clock } = this.#ports
    await io.step(
      { kind: 'wait', key, title: 'Before the model is asked again', args: {}, detail: { waitMs }, safety: 'read-only' },
      async () => {
        await pause(clock, waitMs, signal)
        return { state: 'done', result: null }
      },
    )
  }

  async #attempt(model: ResolvedModel, turn: Turn, attempt: number, tokens: number, signal: AbortSignal): Promise<Heard> {
    const { io } = this.#ports
    const contextTokens = model.kind === 'ollama' ? windowFor(model, tokens, turn.body.maxOutputTokens, this.#window) : null
    this.#window = contextTokens ?? this.#window
    const { maxOutputTokens } = turn.body
    const key = modelKey(turn.n, ++this.#calls)
    const detail = { turn: turn.n, attempt, promptTokensEstimate: tokens, ...(contextTokens === null ? {} : { contextTokens }) }
    const step = await io.step(
      {
        kind: 'model',
        key,
        title: nameOf(model),
        args: { model: nameOf(model), ...detail, maxOutputTokens },
        detail,
        // What it is asked, and not whom: another chain goes on with the same conversation.
        digested: { system: turn.system, messages: turn.messages },
        safety: 'read-only',
        worst: worstOf(model, tokens, maxOutputTokens),
      },
      ({ n, args }) => this.#call({ model, turn: boundedBy(turn, args), contextTokens, n, detail }, signal),
    )
    // Not to be asked just now: the next one of the chain is.
    if (step.kind === 'instead') return { ...NOTHING_HEARD, failure: { ...REFUSED, message: step.text }, from: model }
    signal.throwIfAborted()
    const heard = step.result as Heard
    this.#ports.spending.add(heard.usage, costHeard(model, heard))
    if (step.replayed) return heard
    for (const warning of heard.warnings) this.#once('provider-warning', `${nameOf(model)}: ${warning}`)
    if (contextTokens !== null && (heard.usage?.input ?? 0) >= contextTokens) {
      this.#once(
        'context',
        `${nameOf(model)} read ${heard.usage?.input} tokens, as many as its context of ${contextTokens} holds: the beginning was perhaps cut.`,
      )
    }
    return heard
  }

  /** The effect of one model step. */
  async #call(
    at: { model: ResolvedModel; turn: Turn; contextTokens: number | null; n: number; detail: Record<string, unknown> },
    signal: AbortSignal,
  ): Promise<StepEnd> {
    const { io, clock, redactor } = this.#ports
    const { model, turn, contextTokens, n, detail } = at
    const foreign = this.#answered !== null && nameOf(this.#answered) !== nameOf(model)
    const messages = foreign ? turn.messages.map(withoutSignatures) : turn.messages
    let partial = ''
    try {
      const heard = await callModel(
        {
          ...{ model, system: turn.system, messages, tools: turn.tools, body: turn.body, contextTokens, clock, redactor },
          onText: (delta) => {
            partial += delta
            io.emit({ kind: 'text', step: n, delta })
          },
          onReasoning: (delta) => io.emit({ kind: 'reasoning', step: n, delta }),
        },
        signal,
      )
      return endOf(model, heard, detail)
    } catch (thrown) {
      if (!signal.aborted) throw thrown
      // Nobody knows what the provider bills for a part of an answer.
      const costUsd = costOf(model.price, null)
      this.#ports.spending.add(null, costUsd)
      return {
        state: 'failed',
        result: null,
        detail: { ...detail, text: partial, error: 'stopped' },
        costUsd,
        model: nameOf(model),
        brokenOff: true,
      }
    }
  }

  #once(code: string, message: string): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.#notice('warning', code, message)
  }

  #notice(level: 'info' | 'warning' | 'error', code: string, message: string): void {
    this.#ports.io.emit({ kind: 'notice', level, code, message })
  }
}

const modelKey = (turn: number, call: number): string => `model:${turn}.${call}`
const waitKey = (turn: number, call: number): string => `wait:${turn}.${call}`

/** Of a model that the gate did not let be asked. */
const REFUSED: Failure = { kind: 'refused', status: null, retryAfterMs: null, message: '' }
const NOTHING_HEARD: CallResult = {
  failure: null,
  text: '',
  reasoning: '',
  asked: [],
  finish: 'other',
  usage: null,
  messages: [],
  warnings: [],
}

/** An output limit that the gate put where the persona has none: what was reserved for the call is then the most that it can cost. */
function boundedBy(turn: Turn, { maxOutputTokens }: Readonly<Record<string, unknown>>): Turn {
  if (turn.body.maxOutputTokens !== null || typeof maxOutputTokens !== 'number') return turn
  return { ...turn, body: { ...turn.body, maxOutputTokens } }
}

/** In the place of a model that the journal names and the chain has no more; it is never called. */
const STAND_IN: ResolvedModel = {
  provider: 'recorded',
  kind: 'openai-compatible',
  api: null,
  baseUrl: null,
  apiKey: null,
  model: 'model',
  contextTokens: null,
  price: null,
}

/** Refused before an answer began: nothing is billed. A cut answer is billed, and nobody says how much. */
function costHeard(model: ResolvedModel, { failure, usage }: CallResult): number | null {
  return failure !== null && failure.kind !== 'cut' ? 0 : costOf(model.price, usage)
}

function failedDetail({ message, kind, status, retryAfterMs }: Failure, text: string): StepEnd['detail'] {
  const asksFor = retryAfterMs === null ? {} : { retryAfterMs }
  return { error: message, failure: kind, status, partial: text !== '', ...asksFor }
}

function endOf(model: ResolvedModel, heard: CallResult, opening: Record<string, unknown>): StepEnd {
  const { failure, text, reasoning, asked, finish, usage } = heard
  const detail = {
    ...opening,
    text,
    ...(reasoning === '' ? {} : { reasoning }),
    ...(asked.length === 0 ? {} : { toolCalls: asked.map(({ name, input }) => ({ name, args: input })) }),
    ...(failure === null ? { finish } : failedDetail(failure, text)),
  }
  const { provider, kind, model: name, contextTokens } = model
  const result: Heard = { ...heard, from: { provider, kind, model: name, contextTokens } }
  const end = { detail, result, costUsd: costHeard(model, heard), model: nameOf(model), ...(usage === null ? {} : { usage: bare(usage) }) }
  return { state: failure === null ? 'done' : 'failed', ...end }
}
