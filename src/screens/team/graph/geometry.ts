/** Where things stand on the canvas: a node's size and ports, a link's curve, what a view shows. Pure; units are canvas pixels. */
import type { TeamDocument, TeamLink, TeamNode } from '#contract'

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Box extends Point {
  readonly width: number
  readonly height: number
}
/** Which part of the canvas is seen: canvas point (x, y) stands at the window's origin times `scale`. */
export interface View {
  readonly x: number
  readonly y: number
  readonly scale: number
}

export const GRID = 20
export const NODE_WIDTH = 180
const PORT_GAP = 22
const LEAST_HEIGHT = 56

/** Names of a node's outputs, in order; at least one. The error output comes last. */
export function outputsOf(node: TeamNode, used: number): readonly string[] {
  const named = NAMED[node.kind]?.(node) ?? ['']
  const all = node.onError === 'errorOutput' ? [...named, 'error'] : named
  return Array.from({ length: Math.max(all.length, used) }, (_, at) => all[at] ?? '')
}

const NAMED: Readonly<Partial<Record<TeamNode['kind'], (node: TeamNode) => readonly string[]>>> = {
  if: () => ['true', 'false'],
  loop: ({ version }) => (version < 2 ? [''] : version < 3 ? ['loop', 'done'] : ['done', 'loop']),
  compare: () => ['only in A', 'same', 'different', 'only in B'],
  switch: (node) => switchOutputs(node),
  respond: () => [''],
}

function switchOutputs({ parameters }: TeamNode): readonly string[] {
  const rules = parameters.rules as { values?: unknown; rules?: unknown } | undefined
  const list = rules?.values ?? rules?.rules
  const count = Array.isArray(list) ? list.length : typeof parameters.numberOutputs === 'number' ? parameters.numberOutputs : 4
  return Array.from({ length: Math.max(1, count) }, (_, at) => {
    const rule = Array.isArray(list) ? (list[at] as { outputKey?: unknown } | undefined) : undefined
    return typeof rule?.outputKey === 'string' && rule.outputKey !== '' ? rule.outputKey : String(at)
  })
}

export function inputCount(node: TeamNode, used: number): number {
  if (node.kind.endsWith('Start')) return used
  const own =
    node.kind === 'merge'
      ? typeof node.parameters.numberInputs === 'number'
        ? node.parameters.numberInputs
        : 2
      : node.kind === 'compare'
        ? 2
        : 1
  return Math.max(own, used)
}

export interface Placed extends Box {
  readonly node: TeamNode
  readonly inputs: number
  readonly outputs: readonly string[]
}

/** Every node with its box and ports. Nodes that did not change keep their `Placed`, so that nothing is drawn again for them. */
export function placeAll(doc: TeamDocument, before: ReadonlyMap<string, Placed>): Map<string, Placed> {
  const ins = new Map<string, number>()
  const outs = new Map<string, number>()
  for (const { from, to, kind } of doc.links) {
    if (kind !== 'main') continue
    outs.set(from.node, Math.max(outs.get(from.node) ?? 0, from.output + 1))
    ins.set(to.node, Math.max(ins.get(to.node) ?? 0, to.input + 1))
  }
  return new Map(
    doc.nodes.map((node) => {
      const inputs = inputCount(node, ins.get(node.id) ?? 0)
      const old = before.get(node.id)
      const usedOut = outs.get(node.id) ?? 0
      if (old?.node === node && old.inputs === inputs && old.outputs.length >= usedOut) return [node.id, old]
      const outputs = outputsOf(node, usedOut)
      const height = Math.max(LEAST_HEIGHT, Math.max(inputs, outputs.length) * PORT_GAP + 12)
      return [node.id, { node, inputs, outputs, ...node.position, width: NODE_WIDTH, height }]
    }),
  )
}

export function portAt(box: Placed, side: 'in' | 'out', index: number): Point {
  const count = side === 'in' ? box.inputs : box.outputs.length
  return { x: side === 'in' ? box.x : box.x + box.width, y: box.y + (box.height * (index + 0.5)) / Math.max(1, count) }
}

/** A link's ends; a part (a model, a tool) hangs beneath what it serves. */
export function linkEnds(link: TeamLink, boxes: ReadonlyMap<string, Placed>): readonly [Point, Point] | undefined {
  const from = boxes.get(link.from.node)
  const to = boxes.get(link.to.node)
  if (from === undefined || to === undefined) return undefined
  if (link.kind !== 'main')
    return [
      { x: from.x + from.width / 2, y: from.y },
      { x: to.x + to.width / 2, y: to.y + to.height },
    ]
  return [portAt(from, 'out', link.from.output), portAt(to, 'in', link.to.input)]
}

/** The two inner points of the curve. A link that leads back bows out below. */
export function curve([a, b]: readonly [Point, Point]): readonly [Point, Point] {
  const reach = Math.max(40, Math.min(160, Math.abs(b.x - a.x) / 2))
  if (b.x >= a.x)
    return [
      { x: a.x + reach, y: a.y },
      { x: b.x - reach, y: b.y },
    ]
  const drop = Math.max(80, Math.abs(b.y - a.y) / 2 + 60)
  return [
    { x: a.x + reach, y: a.y + drop },
    { x: b.x - reach, y: b.y + drop },
  ]
}

/** A point of the curve, 0 at its start and 1 at its end. */
export function onCurve(ends: readonly [Point, Point], t: number): Point {
  const [a, d] = ends
  const [b, c] = curve(ends)
  const u = 1 - t
  const mix = (p: number, q: number, r: number, s: number) => u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) }
}

/** Distance of a point to the curve, by its chords. */
export function distanceTo(ends: readonly [Point, Point], point: Point): number {
  let least = Number.POSITIVE_INFINITY
  let before = ends[0]
  for (let step = 1; step <= 16; step++) {
    const next = onCurve(ends, step / 16)
    least = Math.min(least, toSegment(before, next, point))
    before = next
  }
  return least
}

function toSegment(a: Point, b: Point, p: Point): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length))
  return Math.hypot(a.x + t * (b.x - a.x) - p.x, a.y + t * (b.y - a.y) - p.y)
}

export const meets = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The part of the canvas that a window of this size shows, with a margin around it in canvas pixels. */
export function seen({ x, y, scale }: View, width: number, height: number, margin: number): Box {
  return { x: -x / scale - margin, y: -y / scale - margin, width: width / scale + 2 * margin, height: height / scale + 2 * margin }
}

/** Around all boxes; undefined when there is none. */
export function around(boxes: Iterable<Box>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const box of boxes) {
    left = Math.min(left, box.x)
    top = Math.min(top, box.y)
    right = Math.max(right, box.x + box.width)
    bottom = Math.max(bottom, box.y + box.height)
  }
  return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top }
}

export const SCALES = { least: 0.1, most: 2 } as const

/** The view that shows all of a box, not larger than life. */
export function fitting(box: Box, width: number, height: number): View {
  const room = 48
  const fit = Math.min((width - 2 * room) / Math.max(1, box.width), (height - 2 * room) / Math.max(1, box.height), 1)
  const scale = Math.max(SCALES.least, fit)
  return { scale, x: (width - box.width * scale) / 2 - box.x * scale, y: (height - box.height * scale) / 2 - box.y * scale }
}

export const snapped = (value: number): number => Math.round(value / GRID) * GRID
