/** Nodes as text, and back: our own form, and what n8n puts on the clipboard (which the engine's import reads). */
import type { TeamDocument, TeamLink, TeamNode, TeamNote } from '#contract'
import { freeName, newNodeId } from './edit.ts'
import type { Point } from './geometry.ts'

interface Cut {
  readonly nodes: readonly TeamNode[]
  readonly links: readonly TeamLink[]
  readonly notes: readonly TeamNote[]
}

/** What is selected, with the links among it. */
export function cutOf(doc: TeamDocument, ids: ReadonlySet<string>): Cut {
  return {
    nodes: doc.nodes.filter(({ id }) => ids.has(id)),
    notes: doc.notes.filter(({ id }) => ids.has(id)),
    links: doc.links.filter(({ from, to }) => ids.has(from.node) && ids.has(to.node)),
  }
}

export const asText = (cut: Cut): string => JSON.stringify({ troupe: 'nodes', version: 1, ...cut }, null, 2)

/** undefined: the text is none of ours. */
export function ourCut(text: string): Cut | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const value = JSON.parse(text) as { troupe?: unknown; nodes?: unknown; links?: unknown; notes?: unknown }
    if (value.troupe !== 'nodes' || !Array.isArray(value.nodes) || !Array.isArray(value.links)) return undefined
    return {
      nodes: value.nodes as TeamNode[],
      links: value.links as TeamLink[],
      notes: Array.isArray(value.notes) ? (value.notes as TeamNote[]) : [],
    }
  } catch {
    return undefined
  }
}

/** Pasted with new ids and free names, so that its middle comes to `at`; answers the new ids too. */
export function pasted(doc: TeamDocument, cut: Cut, at: Point): { readonly doc: TeamDocument; readonly ids: ReadonlySet<string> } {
  const all = [...cut.nodes, ...cut.notes].map(({ position }) => position)
  if (all.length === 0) return { doc, ids: new Set() }
  const middle = (axis: 'x' | 'y') => (Math.min(...all.map((one) => one[axis])) + Math.max(...all.map((one) => one[axis]))) / 2
  const by = { x: Math.round(at.x - middle('x')), y: Math.round(at.y - middle('y')) }
  const taken = new Set(doc.nodes.map(({ name }) => name))
  const ids = new Map([...cut.nodes, ...cut.notes].map(({ id }) => [id, newNodeId()]))
  const moved = ({ x, y }: Point) => ({ x: x + by.x, y: y + by.y })
  const nodes = cut.nodes.map((node) => {
    const name = freeName(node.name, taken)
    taken.add(name)
    return { ...node, id: ids.get(node.id) ?? node.id, name, position: moved(node.position) }
  })
  const notes = cut.notes.map((note) => ({ ...note, id: ids.get(note.id) ?? note.id, position: moved(note.position) }))
  const links = cut.links.map((link) => ({
    ...link,
    from: { ...link.from, node: ids.get(link.from.node) ?? link.from.node },
    to: { ...link.to, node: ids.get(link.to.node) ?? link.to.node },
  }))
  return {
    doc: { ...doc, nodes: [...doc.nodes, ...nodes], notes: [...doc.notes, ...notes], links: [...doc.links, ...links] },
    ids: new Set(ids.values()),
  }
}
