/**
 * The ordered fallback chain. A model that fails is asked again as `waitBeforeRetry` allows, then the next one is asked; the chain
 * never goes back. Each attempt is a step of its own, with what it said before it broke; each change of model is a notice.
 */
import type { ModelMessage } from 'ai'
import type { ModelBody } from '#contract'
import type { BodyIo, Clock, Redactor, ResolvedModel } from '#core'
import type { ModelTool } from '../ports.ts'
import { type CallResult, callModel } from './call.ts'
import { Estimate, roomForResults, whyTooLong, windowFor } from './context.ts'
import { bare, costOf, type Spending } from './cost.ts'
import { type FailureCounts, waitBeforeRetry } from './failure.ts'
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

export const nameOf = (model: ResolvedModel): string => `${model.provider}/${model.model}`

export class Chain {
  readonly #models: readonly ResolvedModel[]
  readonly #ports: ChainPorts
  readonly #estimate = new Estimate()
  #at = 0
  /** The model of the newest answer. */
  #answered: ResolvedModel | null = null
  #window = 0
  #warned = new Set<string>()
  /** Why each model that was passed over was passed over. */
  readonly reasons: string[] = []

  constructor(models: readonly ResolvedModel[], ports: ChainPorts) {
    this.#models = models
    this.#ports = ports
  }

  /** The first model of the rest of the chain that answers; null when none did. Rejects only when the signal is aborted. */
  async ask(turn: Turn, signal: AbortSignal): Promise<Answer | null> {
    for (; this.#at < this.#models.length; this.#at++) {
      const model = this.#models[this.#at]
      if (model === undefined) break
      const tokens = this.#estimate.of(turn.system, turn.messages, turn.tools)
      const tooLong = whyTooLong(model, tokens)
      if (tooLong === null) {
        const foreign = this.#answered !== null && this.#answered !== model
        const asked = foreign ? { ...turn, messages: turn.messages.map(withoutSignatures) } : turn
        const result = await this.#askOne(model, asked, tokens, signal)
        if (typeof result !== 'string') {
          this.#answered = model
          const used = (result.usage?.input ?? tokens) + (result.usage?.output ?? 0)
          return { result, model, resultBytes: roomForResults(model, used) }
        }
        this.#pass(model, result)
      } else this.#pass(model, `not asked: ${tooLong}`)
    }
    return null
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
      const why = `${failure.status === null ? '' : `${failure.status} `}${failure.message}`
      const wait = waitBeforeRetry(failure, counts)
      counts[failure.kind] = (counts[failure.kind] ?? 0) + 1
      if (wait === null) return attempt === 1 ? why : `${why} (${attempt} attempts)`
      this.#notice('warning', 'model-retry', `${nameOf(model)}: ${why}. It is asked again in ${Math.round(wait / 100) / 10} s.`)
      await pause(this.#ports.clock, wait, signal)
    }
  }

  async #attempt(model: ResolvedModel, turn: Turn, attempt: number, tokens: number, signal: AbortSignal): Promise<CallResult> {
    const { io, clock, redactor, spending } = this.#ports
    const contextTokens = model.kind === 'ollama' ? windowFor(model, tokens, turn.body.maxOutputTokens, this.#window) : null
    this.#window = contextTokens ?? this.#window
    const opening = { turn: turn.n, attempt, promptTokensEstimate: tokens, ...(contextTokens === null ? {} : { contextTokens }) }
    const step = io.beginStep({ kind: 'model', title: nameOf(model), detail: opening })
    let heard: CallResult
    let partial = ''
    try {
      await io.stepsStored()
      const request = {
        model,
        system: turn.system,
        messages: turn.messages,
        tools: turn.tools,
        body: turn.body,
        contextTokens,
        clock,
        redactor,
      }
      heard = await callModel(
        {
          ...request,
          onText: (delta) => {
            partial += delta
            io.emit({ kind: 'text', step, delta })
          },
          onReasoning: (delta) => io.emit({ kind: 'reasoning', step, delta }),
        },
        signal,
      )
    } catch (thrown) {
      // Aborted (or the store refused): nobody knows what the provider bills for a part of an answer.
      spending.add(null, costOf(model.price, null))
      io.endStep(step, {
        state: 'failed',
        detail: { ...opening, text: partial, error: 'stopped' },
        costUsd: costOf(model.price, null),
        model: nameOf(model),
      })
      throw thrown
    }
    this.#endStep(step, opening, model, heard)
    for (const warning of heard.warnings) this.#once('provider-warning', `${nameOf(model)}: ${warning}`)
    if (contextTokens !== null && (heard.usage?.input ?? 0) >= contextTokens) {
      this.#once(
        'context',
        `${nameOf(model)} read ${heard.usage?.input} tokens, as many as its context of ${contextTokens} holds: the beginning was perhaps cut.`,
      )
    }
    return heard
  }

  #endStep(step: number, opening: Record<string, unknown>, model: ResolvedModel, heard: CallResult): void {
    const { failure, text, reasoning, asked, finish, usage } = heard
    // Refused before an answer began: nothing is billed. A cut answer is billed, and nobody says how much.
    const free = failure !== null && failure.kind !== 'cut'
    const costUsd = free ? 0 : costOf(model.price, usage)
    this.#ports.spending.add(usage, costUsd)
    const detail = {
      ...opening,
      text,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(asked.length === 0 ? {} : { toolCalls: asked.map(({ name, input }) => ({ name, args: input })) }),
      ...(failure === null ? { finish } : { error: failure.message, failure: failure.kind, status: failure.status, partial: text !== '' }),
    }
    const end = { detail, costUsd, model: nameOf(model), ...(usage === null ? {} : { usage: bare(usage) }) }
    this.#ports.io.endStep(step, { state: failure === null ? 'done' : 'failed', ...end })
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
