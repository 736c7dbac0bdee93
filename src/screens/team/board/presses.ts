/** Presses on the canvas: selecting, a box around things, a link from port to port. */
import { createSignal } from 'solid-js'
import type { TeamEditor } from '../editor.ts'
import { linked } from '../graph/edit.ts'
import { distanceTo, linkEnds, meets, type Point, portAt } from '../graph/geometry.ts'
import { linkKey } from '../graph/patch.ts'

export const cardOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? (target.closest<HTMLElement>('.svelvet-node')?.id.slice(2) ?? undefined) : undefined

export function toggled(ids: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}

interface Port {
  readonly id: string
  readonly side: 'in' | 'out'
  readonly index: number
}

export function createPresses(editor: TeamEditor, wrapper: () => HTMLElement | undefined) {
  const [drawing, setDrawing] = createSignal<readonly [Point, Point]>()
  const [box, setBox] = createSignal<{ readonly a: Point; readonly b: Point }>()
  const pointOf = (event: MouseEvent): Point => {
    const edge = wrapper()?.getBoundingClientRect()
    const view = editor.view()
    return { x: (event.clientX - (edge?.left ?? 0) - view.x) / view.scale, y: (event.clientY - (edge?.top ?? 0) - view.y) / view.scale }
  }
  const drawLink = (event: PointerEvent, from: Port) => {
    const start = editor.boxes().get(from.id)
    if (start === undefined) return
    const fixed = portAt(start, from.side, from.index)
    const ends = (point: Point): readonly [Point, Point] => (from.side === 'out' ? [fixed, point] : [point, fixed])
    setDrawing(ends(pointOf(event)))
    follow(
      (moved) => setDrawing(ends(pointOf(moved))),
      (ended) => {
        setDrawing(undefined)
        linkTo(editor, from, document.elementFromPoint(ended.clientX, ended.clientY))
      },
    )
  }
  const boxSelect = (event: PointerEvent) => {
    const a = pointOf(event)
    const kept = event.shiftKey ? editor.selection() : new Set<string>()
    setBox({ a, b: a })
    follow(
      (moved) => {
        const b = pointOf(moved)
        setBox({ a, b })
        editor.select([...kept, ...within(editor, a, b)])
      },
      () => setBox(undefined),
    )
  }
  return {
    drawing,
    box,
    down(event: PointerEvent) {
      if (event.button !== 0 || !(event.target instanceof Element) || event.target.closest('[data-own-press]')) return
      const port = portOf(event.target)
      if (port) return drawLink(event, port)
      const many = event.shiftKey || event.ctrlKey || event.metaKey
      const id = cardOf(event.target)
      if (id === undefined) return many ? boxSelect(event) : pressGround(editor, pointOf(event))
      if (many) editor.select(toggled(editor.selection(), id))
      else if (!editor.selection().has(id)) editor.select([id])
    },
    /** Svelvet hears a press only when it is one that it is to act on: a drag of cards, or of the ground. */
    mouseDown(event: MouseEvent) {
      if (event.shiftKey || event.ctrlKey || event.metaKey || portOf(event.target) !== undefined) event.stopPropagation()
    },
  }
}

function portOf(target: EventTarget | null): Port | undefined {
  const port = target instanceof Element ? target.closest<HTMLElement>('[data-port]') : null
  const id = cardOf(target)
  const [side, index] = port?.dataset.port?.split(' ') ?? []
  return id === undefined || (side !== 'in' && side !== 'out') ? undefined : { id, side, index: Number(index) }
}

function follow(move: (event: PointerEvent) => void, end: (event: PointerEvent) => void): void {
  const stop = (event: PointerEvent) => {
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', stop)
    removeEventListener('pointercancel', stop)
    end(event)
  }
  addEventListener('pointermove', move)
  addEventListener('pointerup', stop)
  addEventListener('pointercancel', stop)
}

/** From a port to what is under the pointer: a port of the other side, or a card, whose first port it is then. */
function linkTo(editor: TeamEditor, from: Port, under: Element | null): void {
  const id = cardOf(under)
  if (id === undefined || id === from.id) return
  const port = portOf(under)
  const index = port !== undefined && port.side !== from.side ? port.index : 0
  const link =
    from.side === 'out'
      ? { from: from.id, output: from.index, to: id, input: index }
      : { from: id, output: index, to: from.id, input: from.index }
  editor.edit('Link two nodes', (doc) => linked(doc, link))
}

function within(editor: TeamEditor, a: Point, b: Point): string[] {
  const frame = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }
  const notes = editor.doc().notes.filter(({ position, width, height }) => meets({ ...position, width, height }, frame))
  return [...[...editor.boxes().values()].filter((one) => meets(one, frame)).map(({ node }) => node.id), ...notes.map(({ id }) => id)]
}

/** What is beneath the pointer where no card stands: a shape, a link, or nothing. */
function pressGround(editor: TeamEditor, point: Point): void {
  const hit = [...editor.boxes().values()].findLast((one) => meets(one, { ...point, width: 1, height: 1 }))
  if (hit) {
    editor.select([hit.node.id])
    return
  }
  const near = editor.doc().links.find((link) => {
    const ends = linkEnds(link, editor.boxes())
    return ends !== undefined && distanceTo(ends, point) < 8 / editor.view().scale
  })
  if (near) editor.selectLink(linkKey(near))
  else editor.select([])
}
