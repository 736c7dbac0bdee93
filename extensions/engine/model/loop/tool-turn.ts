/** Runs the tools that a model asked for, one after the other, each a step, and makes the message that answers it. */
import type { ModelMessage } from 'ai'
import { LIMITS } from '#contract/plain'
import { type BodyIo, messageOf, type Redactor, type RunJob, type StepEnd, TroupeError } from '#core'
import type { ModelTool, ToolAnswer } from '../ports.ts'
import type { AskedTool } from './call.ts'

/** Calls that one answer may hold; the rest is refused, so that one turn stays bounded. */
const CALLS_PER_TURN = 32

export interface ToolTurn {
  readonly message: ModelMessage
  /** Calls whose arguments were not usable. */
  readonly malformed: number
  /** Set when a tool broke in a way the model cannot mend. */
  readonly broken: string | null
  /** What was run, with its answers, in order. */
  readonly done: readonly DoneCall[]
}

export interface DoneCall {
  readonly name: string
  readonly args: unknown
  readonly text: string
}

export interface ToolAsk {
  /** From 1. */
  readonly turn: number
  readonly asked: readonly AskedTool[]
  /** What all results together may have, for the sake of the model's context. */
  readonly resultBytes: number
  readonly tools: readonly ModelTool[]
  readonly job: RunJob
  readonly io: BodyIo
}

/** The same tool, whose answers have no secret in them: before they are cut, stored, or handed to the model. */
export const maskedTool = (tool: ModelTool, redactor: Redactor): ModelTool => ({
  ...tool,
  execute: async (args, context, signal) => redactor.value(await tool.execute(args, context, signal)),
})

export async function runTools(ask: ToolAsk, signal: AbortSignal): Promise<ToolTurn> {
  const { asked, tools, io } = ask
  const parts = []
  const done: DoneCall[] = []
  let malformed = 0
  let broken: string | null = null
  for (const [index, call] of asked.entries()) {
    signal.throwIfAborted()
    const tool = tools.find(({ name }) => name === call.name)
    let answer: ToolAnswer
    if (index >= CALLS_PER_TURN)
      answer = refusal(`Not run: at most ${CALLS_PER_TURN} tool calls fit into one answer. Ask again for this one.`)
    else if (call.invalid !== null || tool === undefined) {
      malformed++
      answer = await noted(call, `tool:${ask.turn}.${index + 1}`, io, malformedText(call, tool, tools))
      io.emit({
        kind: 'notice',
        level: 'warning',
        code: 'malformed-arguments',
        message: `The model called ${call.name} with arguments that do not fit; it was told so.`,
      })
    } else {
      const run = await runOne(call, `tool:${ask.turn}.${index + 1}`, tool, ask, signal)
      answer = run.answer
      broken ??= run.broken
      done.push({ name: call.name, args: call.input, text: answer.text })
    }
    const output = answer.ok ? { type: 'text' as const, value: answer.text } : { type: 'error-text' as const, value: answer.text }
    parts.push({ type: 'tool-result' as const, toolCallId: call.id, toolName: call.name, output })
  }
  return { message: { role: 'tool', content: parts }, malformed, broken, done }
}

interface Ran {
  readonly answer: ToolAnswer
  readonly broken: string | null
}

async function runOne(call: AskedTool, key: string, tool: ModelTool, ask: ToolAsk, signal: AbortSignal): Promise<Ran> {
  const { job, io } = ask
  const maxBytes = Math.min(LIMITS.toolResultBytes, Math.floor(ask.resultBytes / ask.asked.length))
  const context = {
    workspaceDir: job.workspaceDir,
    childEnv: job.childEnv ?? {},
    ...(job.lent
      ? { lentEnv: job.lent.env, loans: { credentials: job.lent.credentials, sends: (name: string, host: string) => io.sends(name, host) } }
      : {}),
    child: (pid: number, what: 'started' | 'ended') => io.child(pid, what),
  }
  const args = argsOf(call.input)
  const safety = tool.safety?.(args) ?? 'unsafe'
  const step = await io.step({ kind: 'tool', key, title: call.name, args, detail: { args }, safety }, async (run): Promise<StepEnd> => {
    try {
      const answer = bounded(await tool.execute(run.args, { ...context, idempotencyKey: run.idempotencyKey }, signal), maxBytes)
      const detail = { result: answer.text, ...(answer.droppedBytes > 0 ? { droppedBytes: answer.droppedBytes } : {}) }
      const result: Ran = { answer, broken: null }
      return { state: answer.ok ? 'done' : 'failed', result, detail }
    } catch (thrown) {
      signal.throwIfAborted()
      const error = messageOf(thrown)
      const result: Ran = { answer: refusal('The tool broke.'), broken: `${call.name}: ${error}` }
      return { state: 'failed', result, detail: { error } }
    }
  })
  signal.throwIfAborted()
  if (step.kind === 'instead') return { answer: { ok: step.ok, text: step.text, droppedBytes: 0 }, broken: null }
  const ran = step.result as Ran
  if (ran.answer.droppedBytes > 0) {
    const message = `The result of ${call.name} was cut: ${ran.answer.droppedBytes} bytes were left out, and the model was told so.`
    io.emit({ kind: 'notice', level: 'warning', code: 'tool-result-cut', message })
  }
  return ran
}

/** A call that is not run stands in the journal all the same. */
async function noted(call: AskedTool, key: string, io: BodyIo, refused: string): Promise<ToolAnswer> {
  const args = argsOf(call.input)
  const ask = { kind: 'tool', key, title: call.name, args, detail: { args: call.input }, safety: 'read-only', refused } as const
  await io.step(ask, () => Promise.reject(new TroupeError('INTERNAL', 'A call that was refused was run.')))
  return refusal(refused)
}

const argsOf = (input: unknown): Readonly<Record<string, unknown>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : { input }

const refusal = (text: string): ToolAnswer => ({ ok: false, text, droppedBytes: 0 })

function malformedText(call: AskedTool, tool: ModelTool | undefined, tools: readonly ModelTool[]): string {
  if (tool === undefined) return `There is no tool "${call.name}". The tools are: ${tools.map(({ name }) => name).join(', ') || 'none'}.`
  return `The arguments of ${call.name} do not fit, and the tool was not run. ${call.invalid ?? ''} Call it again with arguments that fit its schema.`
}

/** The last bound before the model, whatever the tool kept to: the limit of a result, or what the model's context has room for. */
function bounded(answer: ToolAnswer, maxBytes: number): ToolAnswer {
  const bytes = Buffer.from(answer.text)
  if (bytes.length <= maxBytes) return answer
  const kept = bytes
    .subarray(0, Math.max(0, maxBytes - 128))
    .toString('utf8')
    .replace(/\uFFFD$/, '')
  const dropped = bytes.length - Buffer.byteLength(kept)
  const note = `[the result was cut here, ${dropped} more bytes: there is no room for more; ask for a smaller part]`
  return { ok: answer.ok, text: `${kept}\n${note}`, droppedBytes: answer.droppedBytes + dropped }
}
