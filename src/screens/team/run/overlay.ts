/** What a run shows on the canvas: each node's newest state, and how many items went through each link. Made of the run's steps. */
import type { StepRecord, TeamDocument, TeamStep } from '#contract'
import type { RunState } from '#contract/plain'
import type { Face, LiveState } from '../board/face.ts'
import { linkKey } from '../graph/patch.ts'

export interface RunOverlay {
  readonly runId: string
  readonly state: RunState | null
  readonly nodes: ReadonlyMap<string, NonNullable<Face['live']>>
  readonly links: ReadonlyMap<string, number>
  /** The newest step of each node, by its id. */
  readonly steps: ReadonlyMap<string, StepRecord>
}

export function overlayOf(runId: string, state: RunState | null, steps: readonly StepRecord[], doc: TeamDocument): RunOverlay {
  const newest = new Map<string, StepRecord>()
  const counts = new Map<string, readonly number[]>()
  const runs = new Map<string, number>()
  for (const step of steps) {
    const told = toldBy(step)
    if (told === undefined) continue
    newest.set(told.nodeId, step)
    if (step.state === 'running') continue
    runs.set(told.nodeId, (runs.get(told.nodeId) ?? 0) + 1)
    const before = counts.get(told.nodeId) ?? []
    counts.set(
      told.nodeId,
      Array.from({ length: Math.max(before.length, told.items.length) }, (_, at) => (before[at] ?? 0) + (told.items[at] ?? 0)),
    )
  }
  const nodes = new Map([...newest].map(([id, step]) => [id, liveOf(step, runs.get(id) ?? 0)]))
  const links = new Map<string, number>()
  for (const link of doc.links) {
    const items = link.kind === 'main' ? counts.get(link.from.node)?.[link.from.output] : undefined
    if (items !== undefined && items > 0) links.set(linkKey(link), items)
  }
  return { runId, state, nodes, links, steps: newest }
}

/** What a step of a team's run tells; undefined: it is none of a node. */
export function toldBy(step: StepRecord): TeamStep | undefined {
  const { detail } = step
  if (typeof detail.nodeId !== 'string' || typeof detail.node !== 'string') return undefined
  return {
    node: detail.node,
    nodeId: detail.nodeId,
    run: typeof detail.run === 'number' ? detail.run : null,
    itemsIn: typeof detail.itemsIn === 'number' ? detail.itemsIn : 0,
    items: Array.isArray(detail.items) ? (detail.items as number[]) : [],
    tries: typeof detail.tries === 'number' ? detail.tries : 1,
    error: (detail.error as TeamStep['error'] | undefined) ?? null,
  }
}

function liveOf(step: StepRecord, runs: number): NonNullable<Face['live']> {
  const told = toldBy(step)
  const state: LiveState =
    step.state === 'running' ? (step.detail.parked === undefined ? 'running' : 'parked') : step.state === 'done' ? 'done' : 'failed'
  const items = told?.items.reduce((sum, n) => sum + n, 0) ?? 0
  const time = step.endedAt === null ? '' : ` · ${shortTime(step.endedAt - step.startedAt)}`
  const cost = step.costUsd === null || step.costUsd === 0 ? '' : ` · $${step.costUsd.toPrecision(2)}`
  const often = runs > 1 ? ` · ${runs}×` : ''
  if (state === 'running') return { state, words: 'running …' }
  if (state === 'parked') return { state, words: 'waiting …' }
  if (state === 'failed') return { state, words: step.state === 'unknown' ? 'not known' : (told?.error?.message ?? 'failed') }
  return { state, words: `${items} item${items === 1 ? '' : 's'}${time}${cost}${often}` }
}

const shortTime = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`)
