/**
 * Runs that a team's run starts: a persona for one prompt, another team for some items. They are runs of their own, with their own
 * journal, budget and leases; the step that waits for them names them. They end with the run that started them, and are found again
 * by their key when that one goes on after a crash.
 */
import { type TeamItem, teamItem } from '#contract'
import type { BodyIo } from '#core'
import type { Item } from '../expression/mod.ts'
import { NodeFailure, RunEnded } from '../flow/failure.ts'
import type { FlowPorts } from '../flow/ports.ts'

export interface ChildRuns {
  readonly persona: NonNullable<FlowPorts['persona']>
  readonly team: NonNullable<FlowPorts['subTeam']>
  /** US dollars of all of them; null when one is not known. */
  spent(): number | null
  /** Counts what a recorded step had cost. */
  paid(costUsd: number | null): void
  beginNode(key: string): void
  /** Those of the node that just ended, and what they cost. */
  endNode(): { readonly runs: readonly string[]; readonly costUsd: number | null }
}

/** What the main side tells of a run that has ended. */
export interface ChildEnd {
  readonly runId: string
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'incomplete'
  readonly message: string
  readonly result: string
  readonly costUsd: number | null
  /** The last node's items, of a team. */
  readonly items?: readonly TeamItem[]
}

export function childRuns(io: BodyIo): ChildRuns {
  let all: number | null = 0
  let node: { readonly key: string; asked: number; readonly runs: string[]; costUsd: number | null } = {
    key: '',
    asked: 0,
    runs: [],
    costUsd: 0,
  }
  const plus = (sum: number | null, more: number | null) => (sum === null || more === null ? null : sum + more)
  const nextKey = () => `${node.key}:${node.asked++}`
  const take = (end: ChildEnd, signal: AbortSignal): ChildEnd => {
    node.runs.push(end.runId)
    node.costUsd = plus(node.costUsd, end.costUsd)
    all = plus(all, end.costUsd)
    if (end.state === 'succeeded') return end
    if (signal.aborted) throw new RunEnded('cancelled', 'The run was cancelled.')
    throw new NodeFailure(`${end.message} (${end.runId})`, { description: `The run ${end.runId} ended as ${end.state}.` })
  }
  return {
    async persona({ document }, prompt, signal) {
      if (document.refersTo === null) throw new NodeFailure(`“${document.name}” has no persona yet. Choose one in its form.`)
      const key = nextKey()
      const end = take((await io.ask({ kind: 'persona', key, personaId: document.refersTo, input: prompt })) as ChildEnd, signal)
      return { text: end.result, runId: end.runId }
    },
    async team(ref, items, signal) {
      if (ref.from !== 'id') throw new NodeFailure('A sub-team is one of the teams here: import it, and choose it in the node.')
      if (ref.id === '') throw new NodeFailure('The sub-team is not chosen yet.')
      const asked = items.map(({ json, binary }) => ({ json, ...(binary === undefined ? {} : { binary }) }))
      const end = take((await io.ask({ kind: 'team', key: nextKey(), teamId: ref.id, items: asked })) as ChildEnd, signal)
      return (end.items ?? []).map((item) => teamItem.parse(item) as unknown as Item)
    },
    spent: () => all,
    paid: (costUsd) => {
      all = plus(all, costUsd)
    },
    beginNode(key) {
      node = { key, asked: 0, runs: [], costUsd: 0 }
    },
    endNode: () => node,
  }
}
