/**
 * What a link lets through: rules ROLE1 to ROLE5. A plain link lets everything through and never comes here. A condition that is not
 * exactly true, or cannot be judged, lets nothing through, and a feedback link carries items only so often.
 */
import type { TeamLink } from '#contract'
import { LIMITS } from '#contract/plain'
import type { Item, RunSource } from '../expression/mod.ts'
import { type Surroundings, scopeOf } from './call.ts'
import { NodeFailure } from './failure.ts'
import type { Target } from './graph.ts'
import type { LiveState } from './state.ts'

export type LinkWorld = Pick<Surroundings, 'graph' | 'state' | 'ports' | 'facts' | 'say'>

/** The items that go on to this target. NodeFailure when a feedback link has carried items as often as it may. */
export function through(world: LinkWorld, target: Target, items: readonly Item[], source: RunSource): readonly Item[] {
  const { link } = target
  if (link === undefined || items.length === 0) return items
  const chosen = byRole(world, target, link, items, source.node)
  const passed = link.role === 'conditional' ? chosen.filter((item) => holds(world, target, link, item, source)) : chosen
  if (link.role === 'feedback' && passed.length > 0) countRound(world.state, target, link, source.node)
  return passed
}

/** An orchestrator hands each task to the worker that it names, a router each item to its choice, a reviewer back what it did not approve. */
function byRole(world: LinkWorld, target: Target, link: TeamLink, items: readonly Item[], from: string): readonly Item[] {
  switch (world.graph.nodes.get(from)?.document.role) {
    case 'orchestrator':
      return items.filter(({ json }) =>
        typeof json.task === 'string' && typeof json.to === 'string' ? json.to === target.node : link.role !== 'parallel',
      )
    case 'router':
      return items.filter(({ json }) => json.to === target.node)
    case 'reviewer':
      return items.filter(({ json }) => (json.approved === true) === (link.role !== 'feedback'))
    default:
      return items
  }
}

function holds(world: LinkWorld, target: Target, link: TeamLink, item: Item, source: RunSource): boolean {
  const node = world.graph.nodes.get(target.node)
  if (node === undefined) return false
  const say = (text: string) => {
    const at = world.ports.clock.now()
    world.say({
      type: 'line',
      node: source.node,
      id: link.from.node,
      at,
      text: `The condition of the link to “${target.node}” ${text} The item does not pass.`,
    })
    return false
  }
  const { condition = '' } = link
  if (condition.trim() === '') return say('is empty.')
  try {
    const call = { node: target.node, inputs: [[item]], sources: [source] }
    const value = world.ports.expressions.resolve(
      condition.startsWith('=') ? condition : `={{ ${condition} }}`,
      scopeOf(world, node, call, [[item]]),
      0,
    )
    return value === true || (typeof value !== 'boolean' && say('gave no truth value.'))
  } catch (thrown) {
    return say(`could not be evaluated: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
}

/** Kept with the run's state; no node can have such a name. */
function countRound(state: LiveState, target: Target, link: TeamLink, from: string): void {
  const key = `\u0000feedback ${link.from.node} ${link.from.output} ${link.to.node} ${link.to.input}`
  const memory = state.memory.get(key) ?? {}
  const rounds = typeof memory.rounds === 'number' ? memory.rounds + 1 : 1
  const most = link.rounds ?? LIMITS.teamRounds
  if (rounds > most)
    throw new NodeFailure(
      `The feedback link from “${from}” to “${target.node}” has carried items ${most} times, which is as often as it may.`,
    )
  state.memory.set(key, { ...memory, rounds })
}
