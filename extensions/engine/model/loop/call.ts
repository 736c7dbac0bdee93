/** One model call, streamed: text, reasoning and tool calls as they come, and one result that never throws for a provider's trouble. */
import type { LanguageModelUsage, ModelMessage, TextStreamPart, ToolSet } from 'ai'
import type { ModelBody } from '#contract'
import type { Clock, Redactor, ResolvedModel } from '#core'
import type { ModelTool } from '../ports.ts'
import { scrub } from '../scrub.ts'
import type { CallUsage } from './cost.ts'
import { type Failure, failureOf } from './failure.ts'
import { languageModel, sdk } from './library.ts'
import { providerOptions, thinkOf } from './options.ts'
import { withPlainErrors } from './plain-errors.ts'

export interface CallRequest {
  readonly model: ResolvedModel
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly Pick<ModelTool, 'name' | 'description' | 'schema'>[]
  readonly body: Pick<ModelBody, 'temperature' | 'maxOutputTokens' | 'reasoning'>
  /** Ollama's num_ctx. */
  readonly contextTokens: number | null
  readonly clock: Clock
  /** Before what is sent, and before what comes back. */
  readonly redactor: Redactor
  onText(delta: string): void
  onReasoning(delta: string): void
}

export interface AskedTool {
  readonly id: string
  readonly name: string
  readonly input: unknown
  /** Why the arguments are not usable; null: they fit the tool's schema. */
  readonly invalid: string | null
}

export interface CallResult {
  /** null: the model answered. */
  readonly failure: Failure | null
  readonly text: string
  readonly reasoning: string
  readonly asked: readonly AskedTool[]
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'
  /** null: not reported (or never reached). */
  readonly usage: CallUsage | null
  /** What goes into the conversation. */
  readonly messages: readonly ModelMessage[]
  readonly warnings: readonly string[]
}

/** Above what any model's output limit allows. */
const ANSWER_CHARS = 16_000_000

interface Heard {
  text: string
  reasoning: string
  asked: AskedTool[]
  finish: string | null
  rawFinish: string | undefined
  usage: CallUsage | null
  warnings: string[]
  begun: boolean
  error: unknown
}

/** Rejects only with the signal's reason. */
export async function callModel(request: CallRequest, signal: AbortSignal): Promise<CallResult> {
  const heard: Heard = {
    text: '',
    reasoning: '',
    asked: [],
    finish: null,
    rawFinish: undefined,
    usage: null,
    warnings: [],
    begun: false,
    error: undefined,
  }
  const { model, clock, redactor } = request
  let messages: readonly ModelMessage[] = []
  const over = new AbortController()
  try {
    const stream = await begin(request, AbortSignal.any([signal, over.signal]))
    for await (const part of untilAborted(stream.stream, signal)) hear(part, heard, request)
    if (heard.error === undefined && !isCut(heard)) messages = (await stream.response).messages
  } catch (thrown) {
    signal.throwIfAborted()
    heard.error ??= thrown
  } finally {
    // Whatever is left of the connection: nobody listens any more.
    over.abort()
  }
  signal.throwIfAborted()
  const broken = heard.error ?? (isCut(heard) ? new Error('the answer broke off before its end') : undefined)
  const failure = broken === undefined ? null : failureOf(broken, model.apiKey, heard.begun || heard.finish !== null, clock.now())
  return {
    failure: redactor.value(failure),
    // Joined again from its pieces: a secret may have been cut between two.
    text: redactor.text(heard.text),
    reasoning: redactor.text(heard.reasoning),
    asked: redactor.json(heard.asked),
    finish: finishOf(heard.finish),
    usage: heard.usage,
    messages: messages.filter((message) => message.role === 'assistant'),
    warnings: heard.warnings.map((warning) => scrub(warning, model.apiKey)),
  }
}

async function begin(request: CallRequest, signal: AbortSignal) {
  const { model, body } = request
  const { streamText, tool, jsonSchema } = await sdk()
  const tools: ToolSet = {}
  // Without `execute`: the loop around this runs them, so that each is a step of its own.
  for (const { name, description, schema } of request.tools) {
    tools[name] = tool({ description, inputSchema: 'jsonSchema' in schema ? jsonSchema(schema.jsonSchema) : schema })
  }
  return streamText({
    model: await languageModel(
      model,
      { contextTokens: request.contextTokens, think: thinkOf(model, body.reasoning) },
      request.redactor,
      signal,
    ),
    ...(request.system === '' ? {} : { instructions: request.system }),
    messages: model.kind === 'openai' ? request.messages.map(withPlainErrors) : [...request.messages],
    ...(request.tools.length === 0 ? {} : { tools }),
    ...(body.temperature === null ? {} : { temperature: body.temperature }),
    ...(body.maxOutputTokens === null ? {} : { maxOutputTokens: body.maxOutputTokens }),
    providerOptions: providerOptions(model, body.reasoning),
    // Retries are counted and shown by the chain; a hidden one would be neither.
    maxRetries: 0,
    streamRetries: 0,
    abortSignal: signal,
    // Errors arrive as parts of the stream; the default prints them.
    onError: () => undefined,
  })
}

function hear(part: TextStreamPart<ToolSet>, heard: Heard, request: CallRequest): void {
  switch (part.type) {
    case 'start-step':
      heard.warnings.push(...part.warnings.map(warningText))
      return
    case 'text-delta':
      heard.begun = true
      heard.text += part.text
      bound(heard)
      if (part.text !== '') request.onText(part.text)
      return
    case 'reasoning-delta':
      heard.begun = true
      heard.reasoning += part.text
      bound(heard)
      if (part.text !== '') request.onReasoning(part.text)
      return
    case 'tool-input-start':
      heard.begun = true
      return
    case 'tool-call':
      heard.begun = true
      heard.asked.push({
        id: part.toolCallId,
        name: part.toolName,
        input: part.input,
        invalid: part.invalid ? invalidText(part.error) : null,
      })
      return
    case 'finish-step':
      heard.finish = part.finishReason
      heard.rawFinish = part.rawFinishReason
      heard.usage = usageOf(part.usage)
      return
    case 'error':
      heard.error ??= part.error
      return
    default:
      return
  }
}

/** A model that never stops must not fill the memory of a thread that it shares. */
function bound({ text, reasoning }: Heard): void {
  if (text.length + reasoning.length > ANSWER_CHARS) throw new Error(`the answer is longer than ${ANSWER_CHARS} signs`)
}

/** null when the provider reported nothing (a broken answer). */
function usageOf(usage: LanguageModelUsage): CallUsage | null {
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return null
  return {
    input: usage.inputTokens ?? null,
    output: usage.outputTokens ?? null,
    cachedInput: usage.inputTokenDetails.cacheReadTokens ?? null,
    reasoning: usage.outputTokenDetails.reasoningTokens ?? null,
    cacheWrite: usage.inputTokenDetails.cacheWriteTokens ?? null,
  }
}

/** A stream that ends without saying why it ends was cut, even if its last byte was proper. Not every provider's library calls it so. */
function isCut(heard: Heard): boolean {
  return heard.finish === null || heard.finish === 'interrupted' || (heard.finish === 'other' && heard.rawFinish === undefined)
}

function finishOf(reason: string | null): CallResult['finish'] {
  if (reason === 'stop' || reason === 'length' || reason === 'tool-calls' || reason === 'content-filter') return reason
  return 'other'
}

/** Ends with the signal's reason at once, even when the stream does not. */
async function* untilAborted<T>(stream: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = stream[Symbol.asyncIterator]()
  const over = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal })
  })
  aborted.catch(() => undefined)
  try {
    while (true) {
      const next = await Promise.race([iterator.next(), aborted])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    over.abort()
  }
}

function warningText(warning: unknown): string {
  const { type, feature, details, message } = warning as {
    readonly type?: string
    readonly feature?: string
    readonly details?: string
    readonly message?: string
  }
  return [message ?? `${feature ?? type ?? 'a setting'} was not used`, details].filter((text) => text !== undefined).join(': ')
}

function invalidText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.slice(0, 1000)
}
