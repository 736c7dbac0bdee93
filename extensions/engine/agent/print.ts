/**
 * Print modes: the CLI gets its prompt on standard input, works by itself, and prints one JSON value a line. It asks for nothing, so the gate is
 * asked once, before it begins, with what it may do; what it does is told as it comes.
 */
import { createInterface } from 'node:readline'
import type { BodyIo } from '#core'
import type { AgentChild } from './child.ts'
import type { Speech } from './presets.ts'
import { dollars, NOT_REPORTED, type Spent, usageOf } from './usage.ts'

export interface PrintEnd {
  readonly text: string
  readonly spent: Spent
  readonly sessionId: string | null
  /** Why it failed, in the CLI's own words; null: it did not say so. */
  readonly problem: string | null
  /** Whether it said that it had finished. */
  readonly finished: boolean
}

const LINE_CHARS = 16 * 1024 * 1024

type Line = Readonly<Record<string, unknown>>
interface Heard {
  text: string
  result: string | null
  spent: Spent
  sessionId: string | null
  problem: string | null
  finished: boolean
}

export async function readPrinted(
  child: AgentChild,
  prompt: string,
  speech: Exclude<Speech, 'acp'>,
  io: BodyIo,
  step: number,
): Promise<PrintEnd> {
  const { stdin, stdout } = child.process
  stdin?.end(prompt)
  const heard: Heard = { text: '', result: null, spent: NOT_REPORTED, sessionId: null, problem: null, finished: false }
  const say = (delta: string): void => {
    heard.text += delta
    io.emit({ kind: 'text', step, delta })
  }
  const note = (message: string): void => io.emit({ kind: 'notice', level: 'info', code: 'agent-tool', message: message.slice(0, 1000) })
  const think = (delta: string): void => io.emit({ kind: 'reasoning', step, delta })
  const hear = speech === 'claude-print' ? hearClaude : hearCodex
  if (stdout) {
    for await (const text of createInterface({ input: stdout })) {
      if (text.length > LINE_CHARS) throw new Error(`it printed a line of more than ${LINE_CHARS} signs`)
      const line = parsed(text)
      if (line) hear(line, heard, { say, note, think })
    }
  }
  return {
    text: heard.result ?? heard.text,
    spent: heard.spent,
    sessionId: heard.sessionId,
    problem: heard.problem,
    finished: heard.finished,
  }
}

/** A line that is no JSON object is passed over: CLIs print warnings among their values. */
function parsed(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : undefined
  } catch {
    return undefined
  }
}

interface Mouth {
  say(delta: string): void
  think(delta: string): void
  note(message: string): void
}

const part = (value: unknown): Line => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : {})
const parts = (value: unknown): readonly Line[] => (Array.isArray(value) ? value.map(part) : [])
const words = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Claude Code, `--output-format stream-json`: https://code.claude.com/docs/en/headless. */
function hearClaude(line: Line, heard: Heard, { say, think, note }: Mouth): void {
  if (typeof line.session_id === 'string') heard.sessionId = line.session_id
  if (line.type === 'assistant') {
    for (const one of parts(part(line.message).content)) {
      if (one.type === 'text') say(words(one.text))
      else if (one.type === 'thinking') think(words(one.thinking))
      else if (one.type === 'tool_use') note(`${words(one.name)}: ${JSON.stringify(one.input ?? {}).slice(0, 300)}`)
    }
  } else if (line.type === 'user') {
    for (const one of parts(part(line.message).content)) if (one.type === 'tool_result' && one.is_error === true) note('a tool: failed')
  } else if (line.type === 'result') {
    heard.finished = true
    const models = Object.keys(part(line.modelUsage))
    heard.spent = { usage: usageOf(line.usage), costUsd: dollars(line.total_cost_usd), model: models[0] ?? null }
    if (typeof line.result === 'string') heard.result = line.result
    if (line.is_error === true || (typeof line.subtype === 'string' && line.subtype !== 'success'))
      heard.problem = words(line.result) || words(line.subtype)
  }
}

/** Codex, `exec --json`: https://developers.openai.com/codex/noninteractive. */
function hearCodex(line: Line, heard: Heard, { say, think, note }: Mouth): void {
  if (line.type === 'thread.started') heard.sessionId = words(line.thread_id) || null
  else if (line.type === 'item.completed') {
    const item = part(line.item)
    if (item.type === 'agent_message') say(`${heard.text === '' ? '' : '\n\n'}${words(item.text)}`)
    else if (item.type === 'reasoning') think(words(item.text))
    else if (item.type === 'command_execution') note(`${words(item.command)}: exit code ${String(item.exit_code ?? 'unknown')}`)
    else if (item.type === 'error') note(words(item.message))
    else note(`${words(item.type)}: ${words(item.status) || 'completed'}`)
  } else if (line.type === 'turn.completed') {
    heard.finished = true
    heard.spent = { ...NOT_REPORTED, usage: usageOf(line.usage) }
  } else if (line.type === 'turn.failed') heard.problem = words(part(line.error).message) || 'the turn failed'
  else if (line.type === 'error') heard.problem = words(line.message) || 'an error'
}
