/** A stage for the agent body: real children in a workspace, the real guards, and a record of what the body said and asked. */

import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type AgentBody, personaDoc, type RunEventBody } from '#contract'
import { type BodyIo, type BodyOutcome, newId, Redactor, type RunJob, type StepAsk, type StepEnd } from '#core'
import { findProgram, systemChance, systemClock } from '#core/node'
import { type AgentBodyPorts, openAgentBody } from '../../../extensions/engine/agent/thread.ts'
import { endTree } from '../../../extensions/engine/run/mod.ts'
import { allowedProgram, readWorkspaceText, writeWorkspaceText } from '../../../extensions/engine/tool/mod.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
export const atEnd = (close: () => Promise<unknown>): void => void closing.push(close)

export const AGENT = new URL('../../fixtures/agents/acp-agent.mjs', import.meta.url).pathname

export async function folder(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'troupe-agent-')))
  closing.push(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

export interface Played {
  readonly outcome: BodyOutcome
  readonly text: string
  readonly notices: readonly string[]
  readonly steps: readonly (StepAsk & { readonly end?: StepEnd })[]
  readonly workspaceDir: string
  /** What its children carry. */
  readonly runId: string
}

export interface Part {
  readonly body?: Partial<AgentBody>
  readonly mode?: string
  readonly input?: string
  readonly workspaceDir?: string
  readonly signal?: AbortSignal
  readonly lent?: Readonly<Record<string, string>>
  readonly redactor?: Redactor
  readonly ports?: Partial<AgentBodyPorts>
  readonly onText?: (text: string) => unknown
  /** What the gate says of a step; left out: it goes. Throws to park. */
  readonly gate?: (ask: StepAsk) => { readonly instead: string } | undefined
  /** Answers of the journal by key, kept between two plays of one run. */
  readonly journal?: Map<string, unknown>
}

/** Runs the agent body once. */
export async function play(part: Part): Promise<Played> {
  const workspaceDir = part.workspaceDir ?? (await folder())
  const runId = newId(systemChance, 'run')
  const notices: string[] = []
  const steps: (StepAsk & { end?: StepEnd })[] = []
  const journal = part.journal ?? new Map<string, unknown>()
  let text = ''
  const io: BodyIo = {
    ask: async () => undefined,
    emit(event: RunEventBody) {
      if (event.kind === 'text') {
        text += event.delta
        part.onText?.(text)
      } else if (event.kind === 'notice') notices.push(`${event.code}: ${event.message}`)
    },
    async step(ask, effect) {
      if (journal.has(ask.key)) return { kind: 'result', n: 0, state: 'done', result: journal.get(ask.key), replayed: true }
      const answer = part.gate?.(ask)
      const entry: StepAsk & { end?: StepEnd } = { ...ask }
      const n = steps.push(entry)
      if (answer) return { kind: 'instead', n, ok: false, text: answer.instead }
      const end = await effect({ n, args: ask.args, idempotencyKey: `key-${ask.key}` })
      entry.end = end
      const result = JSON.parse(JSON.stringify(end.result ?? null))
      journal.set(ask.key, result)
      return { kind: 'result', n, state: end.state, result, replayed: false }
    },
    holds: (key) => journal.has(key),
    guidance: async () => [],
    sends: async () => undefined,
    callShared: async () => ({ ok: false, text: '', droppedBytes: 0 }),
    child: () => undefined,
  }
  const run = openAgentBody({
    clock: systemClock,
    chance: systemChance,
    redactor: part.redactor ?? new Redactor(),
    env: process.env,
    graceMs: 300,
    endTree: (tree, graceMs) => endTree(tree, { clock: systemClock, graceMs }),
    findProgram: (name) => findProgram(name, process.env),
    readText: readWorkspaceText,
    writeText: (dir, path, content) => writeWorkspaceText(dir, path, content, { chance: systemChance }),
    allowedProgram,
    ...part.ports,
  })
  const own = { kind: 'agent', agent: 'own', program: process.execPath, args: [AGENT, part.mode ?? 'echo'], ...part.body }
  const job: RunJob = {
    runId,
    doc: personaDoc.parse({ name: 'Agent', body: own }),
    prompt: 'You are a test.',
    input: part.input ?? 'Hello',
    params: {},
    command: null,
    models: [],
    workspaceDir,
    childEnv: { TROUPE_RUN: runId },
    ...(part.lent ? { lent: { env: part.lent, credentials: [] } } : {}),
  }
  const outcome = await run(job, io, part.signal ?? new AbortController().signal)
  return { outcome, text, notices, steps, workspaceDir, runId }
}

/** Processes that carry the run's mark. */
export function living(runId: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, 'latin1')
        return pid > 0 && !/\) [ZX] /.test(state) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TROUPE_RUN=${runId}`)
      } catch {
        return false
      }
    })
}
