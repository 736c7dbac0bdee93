/** What an MCP client may do with Troupe: look at personas, run them, look at runs. Each tool is offered only to a token that has all of its methods. */
import type { McpServer } from '@modelcontextprotocol/server'
import type { RouterClient } from '@orpc/server'
import { z } from 'zod'
import type { RunDetail, RunRow } from '#contract'
import { isTerminal, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { allows } from './clients.ts'
import type { EngineRouter } from './rpc.ts'

export type EngineClient = RouterClient<EngineRouter>

/** A client gives a call up after a minute; so an answer that is not there yet is asked for again. */
const WAIT_SECONDS = { default: 45, max: 600 }
const RESULT_BYTES = 64 * 1024

interface Answer {
  [field: string]: unknown
  content: { type: 'text'; text: string }[]
  isError?: boolean
}

const READS = { readOnlyHint: true, openWorldHint: false }
const said = (value: unknown): Answer => ({ content: [{ type: 'text', text: cut(JSON.stringify(value, null, 1)) }] })

export function offerTools(server: McpServer, engine: EngineClient, scopes: readonly string[]): void {
  const may = (...methods: readonly string[]): boolean => methods.every((method) => allows(scopes, method))
  if (may('persona.list')) offerPersonas(server, engine)
  if (may('persona.list', 'run.start', 'run.follow', 'run.get')) offerRunning(server, engine)
  if (may('run.list')) offerRuns(server, engine)
  if (may('run.get')) offerRun(server, engine)
  if (may('run.cancel')) {
    const inputSchema = z.object({ run: runId })
    server.registerTool('cancel_run', { description: 'Cancels a run that is queued or under way.', inputSchema }, ({ run }) =>
      answered(async () => said(rowOf(await engine.run.cancel({ id: run })))),
    )
  }
}

const runId = z.string().min(1).max(80).describe('Its id, as run_persona or list_runs told it')

function offerPersonas(server: McpServer, engine: EngineClient): void {
  const description = 'Lists the personas that can be run: what each is for, what it runs on, what input and parameters it takes.'
  server.registerTool('list_personas', { description, inputSchema: z.object({}), annotations: READS }, () =>
    answered(async () => {
      const cards = await engine.persona.list({})
      return said(
        cards
          .filter(({ active }) => active)
          .map(({ id, name, summary, runsOn, inputHint, parameters }) => ({
            ...{ id, name, summary, runsOn, inputHint },
            parameters: parameters.map((one) => ({
              name: one.name,
              help: one.help || one.label,
              required: one.required,
              choices: one.choices,
            })),
          })),
      )
    }),
  )
}

function offerRunning(server: McpServer, engine: EngineClient): void {
  const inputSchema = z.object({
    persona: z.string().min(1).max(LIMITS.nameChars).describe('Its id or its exact name'),
    input: z.string().max(LIMITS.inputChars).default('').describe('What it is given to work on'),
    params: z.record(z.string().max(40), z.string().max(100_000)).default({}).describe('Its parameters, by name'),
    waitSeconds: z
      .int()
      .min(0)
      .max(WAIT_SECONDS.max)
      .default(WAIT_SECONDS.default)
      .describe('How long to wait for its end; 0: only begin it'),
  })
  const description = 'Runs a persona, and answers its result; of a run that takes longer, its id, to ask get_run for later.'
  server.registerTool(
    'run_persona',
    { description, inputSchema, annotations: { destructiveHint: true } },
    ({ persona, input, params, waitSeconds }, { mcpReq }) =>
      answered(async () => {
        const cards = await engine.persona.list({})
        const card = cards.find(({ id }) => id === persona) ?? cards.find(({ name }) => name === persona)
        if (!card) return refused(`There is no persona "${persona}". list_personas shows them.`)
        const run = await engine.run.start({ personaId: card.id, input, params })
        const detail = await ended(engine, run.id, waitSeconds, mcpReq.signal)
        return detail ? whole(detail) : said({ ...rowOf(run), note: 'It is still under way. Ask get_run for it.' })
      }),
  )
}

function offerRuns(server: McpServer, engine: EngineClient): void {
  const inputSchema = z.object({
    text: z.string().max(200).optional().describe('Only runs with this in name, input, result or reason'),
    limit: z.int().min(1).max(100).default(20),
  })
  server.registerTool('list_runs', { description: 'Lists runs, the newest first.', inputSchema, annotations: READS }, ({ text, limit }) =>
    answered(async () => {
      const { rows, total } = await engine.run.list({ filter: text === undefined ? {} : { text }, limit })
      return said({ total, runs: rows.map(rowOf) })
    }),
  )
}

function offerRun(server: McpServer, engine: EngineClient): void {
  const description = 'One run: its state, why it ended, its result, its steps and what it cost.'
  server.registerTool('get_run', { description, inputSchema: z.object({ run: runId }), annotations: READS }, ({ run }) =>
    answered(async () => whole(await engine.run.get({ id: run }))),
  )
}

/** The run as it ended; undefined: the time, or the caller's patience, was over before. The run goes on. */
async function ended(engine: EngineClient, id: string, waitSeconds: number, caller: AbortSignal): Promise<RunDetail | undefined> {
  if (waitSeconds === 0) return undefined
  const signal = AbortSignal.any([caller, AbortSignal.timeout(waitSeconds * 1000)])
  for await (const { events } of await engine.run.follow({ id }, { signal })) {
    if (events.some((event) => event.kind === 'state' && isTerminal(event.state))) return engine.run.get({ id })
  }
  return undefined
}

function rowOf({ id, personaName, state, reason, queuedAt, endedAt, costUsd, costKnown, resultPreview }: RunRow) {
  const cost = costKnown ? costUsd : 'unknown'
  return {
    run: id,
    persona: personaName,
    state,
    reason,
    queuedAt: at(queuedAt),
    endedAt: endedAt === null ? null : at(endedAt),
    costUsd: cost,
    result: resultPreview,
  }
}

function whole({ run, result, steps }: RunDetail): Answer {
  const told = steps.slice(-200).map(({ n, kind, title, state }) => `${n} ${kind} ${title}: ${state}`)
  const answer = said({ ...rowOf(run), result: cut(result), steps: told })
  return run.state === 'failed' || run.state === 'incomplete' ? { ...answer, isError: true } : answer
}

const at = (ms: number): string => new Date(ms).toISOString()
const refused = (text: string): Answer => ({ content: [{ type: 'text', text }], isError: true })

/** A refusal is an answer that the client's model reads. */
async function answered(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (thrown) {
    return refused(messageOf(thrown))
  }
}

function cut(text: string): string {
  return text.length <= RESULT_BYTES
    ? text
    : `${text.slice(0, RESULT_BYTES).toWellFormed()}\n[cut here: ${text.length - RESULT_BYTES} more signs]`
}
