/**
 * The state of a team's run: plain data, so that the run room can keep it, continue it after a restart, and fork from it.
 *
 *   running ──▶ parked ──▶ running …
 *      │
 *      └──▶ succeeded | failed | cancelled
 *
 * running     `queue` holds node calls with all their inputs; `waiting` holds calls that still lack an input.
 * parked      One node call has ended but for its wait: `parked` says what for. Nothing else runs meanwhile.
 * succeeded   Nothing is queued, and nothing that waits can run.
 * failed      A node ended the run, or a limit did: `failure` says which and why.
 * cancelled   The person ended it.
 *
 * `FlowState` is what is kept; `LiveState` is the same with maps, while the engine holds it.
 */
import type { Item, NodeRun, RunSource, StaticData } from '../expression/mod.ts'

export type FlowStatus = 'running' | 'parked' | 'succeeded' | 'failed' | 'cancelled'

/** One input of a call: its items, or null when nothing came. */
export type Input = readonly Item[] | null

/** A node call whose inputs are complete. */
export interface Call {
  readonly node: string
  readonly inputs: readonly Input[]
  readonly sources: readonly (RunSource | null)[]
}

/** Why a node, or the run, failed. The names are n8n's, since people's error branches read them. */
export interface FlowFailure {
  readonly node: string | null
  readonly name: string
  readonly message: string
  readonly description: string | null
}

export interface FinishedRun extends NodeRun {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
  readonly tries: number
  readonly failure?: FlowFailure
}

export interface Parked {
  readonly call: Call
  readonly startedAt: number
  readonly tries: number
  readonly kind: 'time' | 'webhook' | 'form' | 'approval'
  /** When it goes on by itself; null means never. */
  readonly until: number | null
  /** What the node gives when it goes on without an answer. */
  readonly outputs: readonly (readonly Item[])[]
  /** Small facts for the person, e.g. the question of an approval. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface FlowState {
  readonly format: 1
  readonly status: FlowStatus
  readonly queue: readonly Call[]
  readonly waiting: readonly Call[]
  readonly runs: readonly (readonly [node: string, runs: readonly FinishedRun[]])[]
  /** The nodes' own memory within this run (loops). */
  readonly memory: readonly (readonly [node: string, memory: Readonly<Record<string, unknown>>])[]
  readonly staticData: {
    readonly global: Readonly<Record<string, unknown>>
    readonly nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  readonly steps: number
  readonly parked: Parked | null
  readonly lastNode: string | null
  readonly failure: FlowFailure | null
}

export interface LiveState {
  status: FlowStatus
  queue: Call[]
  waiting: Call[]
  readonly runs: Map<string, FinishedRun[]>
  readonly memory: Map<string, Record<string, unknown>>
  readonly staticData: { global: StaticData['global']; nodes: Record<string, StaticData['node']> }
  steps: number
  parked: Parked | null
  lastNode: string | null
  failure: FlowFailure | null
}

/** A run that begins at `node`, which gives `items` (or runs on them, where it is not a start). */
export function freshState(node: string, items: readonly Item[]): LiveState {
  return {
    status: 'running',
    queue: [{ node, inputs: [items], sources: [] }],
    waiting: [],
    runs: new Map(),
    memory: new Map(),
    staticData: { global: {}, nodes: {} },
    steps: 0,
    parked: null,
    lastNode: null,
    failure: null,
  }
}

export function liveState(kept: FlowState): LiveState {
  return {
    status: kept.status,
    queue: [...kept.queue],
    waiting: [...kept.waiting],
    runs: new Map(kept.runs.map(([node, runs]) => [node, [...runs]])),
    memory: new Map(kept.memory.map(([node, memory]) => [node, { ...memory }])),
    staticData: { global: kept.staticData.global, nodes: { ...kept.staticData.nodes } },
    steps: kept.steps,
    parked: kept.parked,
    lastNode: kept.lastNode,
    failure: kept.failure,
  }
}

/** Plain data: times are ISO text from here on, and what JSON cannot hold is gone. */
export function keptState(live: LiveState): FlowState {
  const kept: FlowState = {
    format: 1,
    status: live.status,
    queue: live.queue,
    waiting: live.waiting,
    runs: [...live.runs],
    memory: [...live.memory],
    staticData: live.staticData,
    steps: live.steps,
    parked: live.parked,
    lastNode: live.lastNode,
    failure: live.failure,
  }
  return JSON.parse(JSON.stringify(kept)) as FlowState
}

export function runsOf(state: LiveState, node: string): readonly FinishedRun[] {
  return state.runs.get(node) ?? []
}
