/** Putting nodes in order: in line, at even distances, or the whole graph laid out anew. */
import type { TeamDocument } from '#contract'
import { type Placed, type Point, snapped } from './geometry.ts'

export type Side = 'left' | 'right' | 'top' | 'bottom' | 'middle' | 'centre'

const byId =
  (moved: ReadonlyMap<string, Point>) =>
  (doc: TeamDocument): TeamDocument => ({
    ...doc,
    nodes: doc.nodes.map((node) => {
      const to = moved.get(node.id)
      return to === undefined || (to.x === node.position.x && to.y === node.position.y) ? node : { ...node, position: { ...to } }
    }),
    notes: doc.notes.map((note) => {
      const to = moved.get(note.id)
      return to === undefined || (to.x === note.position.x && to.y === note.position.y) ? note : { ...note, position: { ...to } }
    }),
  })

export const movedTo = (doc: TeamDocument, moved: ReadonlyMap<string, Point>): TeamDocument => byId(moved)(doc)

/** Nodes and notes by this much. */
export function movedBy(doc: TeamDocument, ids: ReadonlySet<string>, by: Point): TeamDocument {
  const shift = (one: { readonly id: string; readonly position: Point }) =>
    [one.id, { x: one.position.x + by.x, y: one.position.y + by.y }] as const
  return movedTo(doc, new Map([...doc.nodes, ...doc.notes].filter(({ id }) => ids.has(id)).map(shift)))
}

export function aligned(doc: TeamDocument, boxes: readonly Placed[], side: Side): TeamDocument {
  if (boxes.length < 2) return doc
  const left = Math.min(...boxes.map(({ x }) => x))
  const right = Math.max(...boxes.map(({ x, width }) => x + width))
  const top = Math.min(...boxes.map(({ y }) => y))
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height))
  const place = (box: Placed): Point => {
    switch (side) {
      case 'left':
        return { x: left, y: box.y }
      case 'right':
        return { x: right - box.width, y: box.y }
      case 'centre':
        return { x: (left + right - box.width) / 2, y: box.y }
      case 'top':
        return { x: box.x, y: top }
      case 'bottom':
        return { x: box.x, y: bottom - box.height }
      case 'middle':
        return { x: box.x, y: (top + bottom - box.height) / 2 }
    }
  }
  return movedTo(doc, new Map(boxes.map((box) => [box.node.id, place(box)])))
}

/** Even gaps between the first and the last. */
export function distributed(doc: TeamDocument, boxes: readonly Placed[], along: 'x' | 'y'): TeamDocument {
  if (boxes.length < 3) return doc
  const size = along === 'x' ? 'width' : 'height'
  const sorted = [...boxes].sort((a, b) => a[along] - b[along])
  const [first, last] = [sorted[0] as Placed, sorted.at(-1) as Placed]
  const taken = sorted.reduce((sum, box) => sum + box[size], 0)
  const gap = (last[along] + last[size] - first[along] - taken) / (sorted.length - 1)
  const moved = new Map<string, Point>()
  let at = first[along]
  for (const box of sorted) {
    moved.set(box.node.id, along === 'x' ? { x: at, y: box.y } : { x: box.x, y: at })
    at += box[size] + gap
  }
  return movedTo(doc, moved)
}

/** From left to right along the links. The library is loaded when it is first asked for. */
export async function laidOut(doc: TeamDocument, boxes: ReadonlyMap<string, Placed>): Promise<TeamDocument> {
  const { default: dagre } = await import('@dagrejs/dagre')
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 80 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const [id, { width, height }] of boxes) graph.setNode(id, { width, height })
  for (const [at, { from, to }] of doc.links.entries()) graph.setEdge(from.node, to.node, {}, String(at))
  dagre.layout(graph)
  const moved = new Map<string, Point>()
  for (const [id, box] of boxes) {
    const at = graph.node(id) as Point
    moved.set(id, { x: snapped(at.x - box.width / 2), y: snapped(at.y - box.height / 2) })
  }
  return movedTo(doc, moved)
}
