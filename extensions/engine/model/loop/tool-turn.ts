/** Runs the tools that a model asked for, one after the other, each a step, and makes the message that answers it. */
import type { ModelMessage } from 'ai'
import { LIMITS } from '#contract/plain'
import { type BodyIo, messageOf, type Redactor, type RunJob } from '#core'
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
}

export interface ToolAsk {
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
      answer = answerStep(call, io, refusal(malformedText(call, tool, tools)))
      io.emit({
        kind: 'notice',
        level: 'warning',
        code: 'malformed-arguments',
        message: `The model called ${call.name} with arguments that do not fit; it was told so.`,
      })
    } else {
      const run = await runOne(call, tool, ask, signal)
      answer = run.answer
      broken ??= run.broken
    }
    const output = answer.ok ? { type: 'text' as const, value: answer.text } : { type: 'error-text' as const, value: answer.text }
    parts.push({ type: 'tool-result' as const, toolCallId: call.id, toolName: call.name, output })
  }
  return { message: { role: 'tool', content: parts }, malformed, broken }
}

async function runOne(
  call: AskedTool,
  tool: ModelTool,
  ask: ToolAsk,
  signal: AbortSignal,
): Promise<{ answer: ToolAnswer; broken: string | null }> {
  const { job, io } = ask
  const maxBytes = Math.min(LIMITS.toolResultBytes, Math.floor(ask.resultBytes / ask.asked.length))
  const step = io.beginStep({ kind: 'tool', title: call.name, detail: { args: call.input } })
  const context = {
    workspaceDir: job.workspaceDir,
    childEnv: job.childEnv ?? {},
    ...(job.lent
      ? { lentEnv: job.lent.env, loans: { credentials: job.lent.credentials, sends: (name: string, host: string) => io.sends(name, host) } }
      : {}),
    child: (pid: number, what: 'started' | 'ended') => io.child(pid, what),
  }
  try {
    await io.stepsStored()
    const answer = bounded(await tool.execute(call.input, context, signal), maxBytes)
    const detail = { args: call.input, result: answer.text, ...(answer.droppedBytes > 0 ? { droppedBytes: answer.droppedBytes } : {}) }
    io.endStep(step, { state: answer.ok ? 'done' : 'failed', detail, costUsd: 0 })
    if (answer.droppedBytes > 0) {
      const message = `The result of ${call.name} was cut: ${answer.droppedBytes} bytes were left out, and the model was told so.`
      io.emit({ kind: 'notice', level: 'warning', code: 'tool-result-cut', message })
    }
    return { answer, broken: null }
  } catch (thrown) {
    const error = signal.aborted ? 'stopped' : messageOf(thrown)
    io.endStep(step, { state: 'failed', detail: { args: call.input, error }, costUsd: 0 })
    signal.throwIfAborted()
    return { answer: refusal('The tool broke.'), broken: `${call.name}: ${error}` }
  }
}

function answerStep(call: AskedTool, io: BodyIo, answer: ToolAnswer): ToolAnswer {
  const step = io.beginStep({ kind: 'tool', title: call.name, detail: { args: call.input } })
  io.endStep(step, { state: 'failed', detail: { args: call.input, error: answer.text }, costUsd: 0 })
  return answer
}

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
