/** Runs of teams: what a run by hand is made of, what a run within another is answered, and the items that went through a link. */
import { createHash } from 'node:crypto'
import {
  type RunDoc,
  type RunRow,
  runDoc,
  type StepRecord,
  type TeamBody,
  type TeamDocument,
  type TeamItem,
  type TeamItems,
  type TeamRow,
} from '#contract'
import { isTerminal, LIMITS } from '#contract/plain'
import { type BodyAsk, TroupeError } from '#core'
import { graphOf } from '../flow/graph.ts'
import type { RunsPort } from './ports.ts'

export interface RunAsk {
  readonly id: string
  readonly revision?: number | undefined
  readonly draft?: TeamDocument | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly items?: readonly TeamItem[] | undefined
  readonly pinned: boolean
  /** An earlier run, whose results before `from` are kept. */
  readonly keep?: string | undefined
  readonly priority: RunRow['priority']
}

export interface ItemsAsk {
  readonly runId: string
  readonly node: string
  readonly run?: number | undefined
  readonly output: number
  readonly offset: number
  readonly limit: number
}

export interface GoOnAsk {
  readonly runId: string
  readonly approved?: boolean | undefined
  readonly items?: readonly TeamItem[] | undefined
}

export interface RunSubject {
  readonly id: string
  readonly revision: number
  readonly doc: RunDoc
  readonly archivedAt: number | null
  readonly active: boolean
}

export interface Running {
  run(ask: RunAsk): Promise<RunRow>
  items(ask: ItemsAsk): Promise<TeamItems>
  /** Answers the wait at which a team's run stands. WRONG_STATE. */
  goOn(ask: GoOnAsk): Promise<RunRow>
  /** A team as the run room knows what runs: begun by whatever starts it, from its only start, and without pins. NOT_FOUND, INVALID. */
  subject(id: string, revision?: number): Promise<RunSubject>
  /** For a body of a run: runs a persona or a team within it, and answers how that ended. */
  answer(within: RunRow, ask: BodyAsk, signal: AbortSignal): Promise<unknown>
}

/** Sub-teams within sub-teams. */
const DEEPEST = 8
const ITEM_BYTES = 4 * 1024 * 1024

export function running(runs: RunsPort, get: (id: string, revision?: number) => Promise<TeamRow>): Running {
  /** How deep runs within others stand, while they run. */
  const depths = new Map<string, number>()
  const start = async (row: TeamRow, body: TeamBody, input: string, more: Partial<Parameters<RunsPort['start']>[0]>): Promise<RunRow> => {
    return runs.start({ subject: subjectOf(row, body), input, params: {}, priority: 'normal', credentials: [], ...more })
  }
  return {
    async run(ask) {
      const row = await get(ask.id, ask.revision)
      if (row.archivedAt !== null) throw new TroupeError('WRONG_STATE', `“${row.doc.name}” is in the archive. Bring it back first.`)
      const team = ask.draft ?? row.doc
      graphOf(team)
      const body: TeamBody = {
        kind: 'team',
        teamId: row.id,
        team,
        from: '',
        until: nodeNamed(team, ask.until),
        pinned: ask.pinned,
      }
      if (ask.keep !== undefined) return fork(runs, ask.keep, row, body, ask.from)
      const full = { ...body, from: startOf(team, ask.from) }
      const input = ask.items === undefined ? '' : JSON.stringify(ask.items)
      return start(row, full, input, { priority: ask.priority, ...(ask.draft ? { draft: docOf(row, full) } : {}) })
    },
    items: (ask) => itemsOf(runs, ask),
    goOn: ({ runId, approved, items }) => runs.goOn(runId, approved === false ? { approved: false } : (items ?? { approved: true })),
    async subject(id, revision) {
      const row = await get(id, revision)
      const from = startOf(row.doc, undefined)
      return subjectOf(row, { kind: 'team', teamId: id, team: row.doc, from, until: null, pinned: false })
    },
    async answer(within, ask, signal) {
      const id = `run_${createHash('sha256').update(`${within.id} ${ask.key}`).digest('hex').slice(0, 16)}`
      const known = await runs.stepsOf(id).catch(() => undefined)
      if (known === undefined) {
        if (ask.kind === 'persona')
          await runs.start({ id, within: true, personaId: ask.personaId, input: ask.input, params: {}, priority: within.priority })
        else await startSubTeam(ask.teamId, ask.items, id, within.id)
      }
      return childEnd(runs, id, ask.kind, signal).finally(() => depths.delete(id))
    },
  }

  async function startSubTeam(teamId: string, items: readonly unknown[], id: string, within: string): Promise<void> {
    const depth = (depths.get(within) ?? 0) + 1
    if (depth > DEEPEST) throw new TroupeError('REFUSED', `Teams start each other ${DEEPEST} deep here, and no deeper.`)
    const row = await get(teamId)
    if (row.archivedAt !== null) throw new TroupeError('WRONG_STATE', `The sub-team “${row.doc.name}” is in the archive.`)
    const start_ = row.doc.nodes.find(({ kind, disabled }) => kind === 'subTeamStart' && !disabled)
    const body: TeamBody = {
      kind: 'team',
      teamId: row.id,
      team: row.doc,
      from: start_?.name ?? startOf(row.doc, undefined),
      until: null,
      pinned: false,
    }
    depths.set(id, depth)
    await start(row, body, JSON.stringify(items), { id, within: true })
  }
}

const subjectOf = (row: TeamRow, body: TeamBody): RunSubject => ({
  id: row.id,
  revision: row.revision,
  doc: docOf(row, body),
  archivedAt: row.archivedAt,
  active: true,
})

/** A document around the team's, since every run has one. */
function docOf(row: TeamRow, body: TeamBody): RunDoc {
  return runDoc.parse({
    name: (body.team.name.trim() || 'Team').slice(0, LIMITS.nameChars),
    icon: 'git',
    colour: 'slate',
    body,
    limits: { timeoutMs: LIMITS.teamRunMs.default, concurrency: LIMITS.runConcurrency.max },
    summary: row.doc.summary.slice(0, LIMITS.summaryChars),
  })
}

/** The earlier run's results are kept up to the first run of the node. INVALID: it did not run then. */
async function fork(runs: RunsPort, keep: string, row: TeamRow, body: TeamBody, from: string | undefined): Promise<RunRow> {
  const { run, steps } = await runs.stepsOf(keep)
  if (run.personaId !== row.id) throw new TroupeError('INVALID', `${keep} is no run of “${row.doc.name}”.`)
  if (from === undefined) throw new TroupeError('INVALID', 'Say from which node it goes on.')
  const nodes = steps.filter(({ kind }) => kind === 'node')
  const step = nodes.find(({ detail }) => detail.node === from)
  const first = nodes[0]
  if (step === undefined || first === undefined)
    throw new TroupeError('INVALID', `“${from}” did not run in ${keep}, so nothing can go on there.`, {
      hint: `It ran: ${[...new Set(nodes.map(({ title }) => title))].slice(0, 10).join(', ')}.`,
    })
  return runs.fork({ id: keep, step: step.n, change: {}, body: { ...body, from: String(first.detail.node) } })
}

/** The name of the node to begin at. INVALID, naming what there is. */
export function startOf(team: TeamDocument, asked: string | undefined): string {
  if (asked !== undefined) return nodeNamed(team, asked) ?? ''
  const starts = team.nodes.filter(({ kind, disabled }) => kind.endsWith('Start') && !disabled)
  const manual = starts.filter(({ kind }) => kind === 'manualStart')
  const [only, ...more] = manual.length > 0 ? manual : starts
  if (only && more.length === 0) return only.name
  if (only) throw new TroupeError('INVALID', `The team can begin at ${namesOf([only, ...more])}.`, { hint: 'Choose one with --from.' })
  throw new TroupeError('INVALID', 'The team has no start.', { hint: 'Choose the node to begin at with --from.' })
}

function nodeNamed(team: TeamDocument, asked: string | undefined): string | null {
  if (asked === undefined) return null
  const found = team.nodes.find(({ name }) => name === asked) ?? team.nodes.find(({ id }) => id === asked)
  if (found) return found.name
  throw new TroupeError('INVALID', `The team has no node ${JSON.stringify(asked)}.`, { hint: `It has: ${namesOf(team.nodes)}.` })
}

function namesOf(nodes: readonly { readonly name: string }[]): string {
  const shown = nodes.slice(0, 10).map(({ name }) => JSON.stringify(name))
  return shown.join(', ') + (nodes.length > shown.length ? ` and ${nodes.length - shown.length} more` : '')
}

async function itemsOf(runs: RunsPort, ask: ItemsAsk): Promise<TeamItems> {
  const { steps } = await runs.stepsOf(ask.runId)
  const own = steps.filter(({ kind, detail, aside }) => kind === 'node' && detail.node === ask.node && !aside)
  const step = ask.run === undefined ? own.at(-1) : own.find(({ detail }) => detail.run === ask.run)
  if (step === undefined)
    throw new TroupeError(
      'NOT_FOUND',
      `“${ask.node.slice(0, 80)}” has no ${ask.run === undefined ? '' : `${ask.run}. `}run in ${ask.runId}.`,
    )
  const all = outputsIn(await runs.answerOf(ask.runId, step.n))[ask.output] ?? []
  const items: TeamItem[] = []
  let room = ITEM_BYTES
  for (const item of all.slice(ask.offset, ask.offset + ask.limit)) {
    const small = withoutBytes(item)
    room -= JSON.stringify(small).length
    if (room < 0) break
    items.push(small)
  }
  const left = Math.min(ask.limit, all.length - ask.offset) - items.length
  return { items, total: all.length, cut: left > 0 ? `${left} items are too large to be shown together.` : null }
}

const outputsIn = (answer: unknown): readonly (readonly TeamItem[])[] => {
  const outputs = typeof answer === 'object' && answer !== null && 'outputs' in answer ? answer.outputs : undefined
  return Array.isArray(outputs) ? (outputs as (readonly TeamItem[] | null)[]).map((items) => items ?? []) : []
}

/** Files are named and measured, not handed over. */
function withoutBytes({ json, binary, error }: TeamItem): TeamItem {
  const files = binary && Object.fromEntries(Object.entries(binary).map(([name, { data: _, ...file }]) => [name, file]))
  return { json, ...(files ? { binary: files } : {}), ...(error === undefined ? {} : { error }) }
}

/** Waits for the end of a run within another; ends it when that one ends. */
async function childEnd(runs: RunsPort, id: string, kind: BodyAsk['kind'], signal: AbortSignal): Promise<unknown> {
  const stop = () => void runs.cancel(id).catch(() => undefined)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await runs.ended(id)
    const { run, result, steps } = await runs.get(id)
    if (!isTerminal(run.state)) throw new TroupeError('STOPPING', 'Troupe is stopping.')
    const items = kind === 'team' ? await lastItems(runs, id, steps) : undefined
    return {
      runId: id,
      state: run.state,
      message: run.reason?.message ?? run.state,
      result,
      costUsd: run.costKnown ? (run.costUsd ?? 0) : null,
      ...(items ? { items } : {}),
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function lastItems(runs: RunsPort, id: string, steps: readonly StepRecord[]): Promise<readonly TeamItem[]> {
  const last = steps.findLast(({ kind, state, aside }) => kind === 'node' && state === 'done' && !aside)
  return last === undefined ? [] : outputsIn(await runs.answerOf(id, last.n)).flat()
}
