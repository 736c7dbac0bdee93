/**
 * The graph as the engine walks it: by name, with links by output and by input, in the order of the document. Made once for
 * a revision, never changed. Only links of kind `main` carry items; the others hand parts to a persona and are its own matter.
 */
import type { TeamDocument, TeamLink, TeamNode } from '#contract'
import { TroupeError } from '#core'

export interface Target {
  readonly node: string
  readonly input: number
  /** The link itself, where it does more than carry items: a condition, a bound, a choice of its source. */
  readonly link?: TeamLink
}

export interface Feed {
  readonly node: string
  readonly output: number
}

export interface GraphNode {
  readonly document: TeamNode
  /** By output index: who gets it, in the order of the links. */
  readonly targets: readonly (readonly Target[])[]
  /** By input index: who feeds it, in the order of the links. */
  readonly feeds: readonly (readonly Feed[])[]
  /** Everyone upstream, nearest first, without the node itself. */
  readonly ancestors: readonly string[]
}

export interface Graph {
  readonly team: TeamDocument
  /** In the order of the document. */
  readonly nodes: ReadonlyMap<string, GraphNode>
}

interface Building {
  readonly document: TeamNode
  readonly targets: Target[][]
  readonly feeds: Feed[][]
}

/** INVALID when a name or an id occurs twice, or a link has an end that does not exist. */
export function graphOf(team: TeamDocument): Graph {
  const byId = new Map<string, Building>()
  const byName = new Map<string, Building>()
  for (const document of team.nodes) {
    const node: Building = { document, targets: [], feeds: [] }
    if (byId.has(document.id)) throw new TroupeError('INVALID', `Two nodes have the id ${JSON.stringify(document.id)}; each needs its own.`)
    if (byName.has(document.name)) {
      throw new TroupeError('INVALID', `Two nodes are called ${JSON.stringify(document.name)}; expressions could not tell them apart.`)
    }
    byId.set(document.id, node)
    byName.set(document.name, node)
  }
  for (const link of team.links) {
    if (link.kind !== 'main') continue
    const from = byId.get(link.from.node)
    const to = byId.get(link.to.node)
    if (from === undefined || to === undefined) {
      const missing = from === undefined ? link.from.node : link.to.node
      throw new TroupeError('INVALID', `A link names the node ${JSON.stringify(missing)}, which the team does not have.`)
    }
    const target = { node: to.document.name, input: link.to.input }
    at(from.targets, link.from.output).push(link.role === 'sequential' && from.document.role === undefined ? target : { ...target, link })
    at(to.feeds, link.to.input).push({ node: from.document.name, output: link.from.output })
  }
  const nodes = new Map<string, GraphNode>()
  for (const [name, node] of byName) nodes.set(name, withAncestors(name, node, byName))
  return { team, nodes }
}

/** The list at `index`; the lists before it are made if they are not there. */
function at<T>(lists: T[][], index: number): T[] {
  while (lists.length <= index) lists.push([])
  return lists[index] as T[]
}

function withAncestors(name: string, node: Building, all: ReadonlyMap<string, Building>): GraphNode {
  let found: readonly string[] | undefined
  return {
    ...node,
    // Walked when it is first asked for: most nodes have one input and never need it.
    get ancestors() {
      found ??= ancestorsOf(name, all)
      return found
    },
  }
}

function ancestorsOf(name: string, all: ReadonlyMap<string, Building>): readonly string[] {
  const seen = new Set([name])
  const order: string[] = []
  let level = [name]
  while (level.length > 0) {
    const next: string[] = []
    for (const node of level) {
      for (const feed of (all.get(node)?.feeds ?? []).flat()) {
        if (seen.has(feed.node)) continue
        seen.add(feed.node)
        order.push(feed.node)
        next.push(feed.node)
      }
    }
    level = next
  }
  return order
}

/** The output of `from` by which `to` hangs on it, directly or through others, by the shortest way; undefined when it does not. */
export function outputTowards(graph: Graph, from: string, to: string): number | undefined {
  const seen = new Set([to])
  let level = [to]
  while (level.length > 0) {
    const next: string[] = []
    for (const node of level) {
      for (const feed of (graph.nodes.get(node)?.feeds ?? []).flat()) {
        if (feed.node === from) return feed.output
        if (seen.has(feed.node)) continue
        seen.add(feed.node)
        next.push(feed.node)
      }
    }
    level = next
  }
  return undefined
}
