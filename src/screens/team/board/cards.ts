/** Which nodes stand as cards on the island and which are only drawn; and what becomes of a drag of cards. */
import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import { movedBy } from '../graph/arrange.ts'
import { meets, type Placed, type Point, seen, snapped, type View } from '../graph/geometry.ts'
import type { BoardProps } from './board.tsx'
import type { Island } from './island.ts'
import { draw } from './links-layer.ts'
import { createColours, createFrames } from './paint.ts'
import type { createPresses } from './presses.ts'

/** More cards than this, or smaller ones, and the nodes are drawn as shapes beneath instead. */
const MOST_CARDS = 90
const LEAST_SCALE = 0.4
/** Canvas pixels around what is seen in which cards stand already. */
const MARGIN = 200

export function createCards(props: BoardProps, presses: ReturnType<typeof createPresses>) {
  const { editor } = props
  const [island, setIsland] = createSignal<Island>()
  /** Where cards are while they are dragged. */
  const moving = new Map<string, Point>()
  let mounted: ReadonlySet<string> = new Set()
  let shownFor: View | undefined
  let place: { readonly wrapper: HTMLElement; readonly canvas: HTMLCanvasElement } | undefined

  const frames = createFrames(() => {
    if (place === undefined) return false
    const boxes = moving.size === 0 ? editor.boxes() : new Map([...editor.boxes()].map(([id, box]) => [id, { ...box, ...moving.get(id) }]))
    const { faceOf } = editor
    const scene = {
      doc: editor.doc(),
      boxes,
      mounted,
      view: editor.view(),
      selected: editor.selection(),
      selectedLink: editor.selectedLink(),
      faceOf,
    }
    const flowing = props.overlay?.links ?? new Map<string, number>()
    return draw(place.canvas, { ...scene, flowing, drawing: presses.drawing(), selection: presses.box() }, colours(), performance.now())
  })
  const colours = createColours(() => place?.wrapper, frames.ask)
  const show = () => {
    const cards = cardsIn(editor.boxes(), editor.view(), editor.size())
    mounted = new Set(cards.map(({ node }) => node.id))
    shownFor = editor.view()
    island()?.show(cards, editor.faceOf)
  }
  createEffect(
    on([editor.boxes, editor.size, island], () => {
      moving.clear()
      show()
      frames.ask()
    }),
  )
  createEffect(
    on([editor.view, island], ([view, drawn]) => {
      drawn?.setView(view)
      if (shownFor === undefined || far(view, shownFor)) show()
      frames.ask()
    }),
  )
  createEffect(() => {
    island()?.refresh(editor.faceOf)
    island()?.select(editor.selection())
    editor.selectedLink()
    presses.drawing()
    presses.box()
    void props.overlay
    frames.ask()
  })
  settleDrags(props, moving, show)
  return {
    mount(wrapper: HTMLElement, host: HTMLElement, canvas: HTMLCanvasElement) {
      place = { wrapper, canvas }
      const sized = new ResizeObserver(() => editor.setSize({ width: wrapper.clientWidth, height: wrapper.clientHeight }))
      sized.observe(wrapper)
      let gone = false
      onCleanup(() => {
        gone = true
        sized.disconnect()
        island()?.stop()
      })
      void import('./island.ts').then(({ mountIsland }) => {
        if (gone) return
        const onMoved = (id: string, at: Point) => {
          noteMove(moving, editor.boxes().get(id), id, at)
          frames.ask()
        }
        setIsland(mountIsland(host, { onView: (view) => differs(view, editor.view()) && editor.setView(view), onMoved }))
        editor.fit()
      })
    },
  }
}

/** A card that is where its node stands is not moving. */
function noteMove(moving: Map<string, Point>, box: Placed | undefined, id: string, at: Point): void {
  if (box === undefined || (box.x === at.x && box.y === at.y)) moving.delete(id)
  else moving.set(id, at)
}

const differs = (a: View, b: View): boolean => Math.abs(a.x - b.x) + Math.abs(a.y - b.y) > 0.5 || a.scale !== b.scale
const far = (a: View, b: View): boolean => a.scale !== b.scale || Math.hypot(a.x - b.x, a.y - b.y) > (MARGIN * a.scale) / 2

/** Cards for what is seen, unless that would be too many or too small. */
function cardsIn(
  boxes: ReadonlyMap<string, Placed>,
  view: View,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Placed[] {
  if (view.scale < LEAST_SCALE || width === 0) return []
  const frame = seen(view, width, height, MARGIN)
  const cards = [...boxes.values()].filter((box) => meets(box, frame))
  return cards.length > MOST_CARDS ? [] : cards
}

/** A drag of cards has ended: where they are is where they stand, with everything else that is selected. */
function settleDrags(props: BoardProps, moving: Map<string, Point>, show: () => void): void {
  const { editor } = props
  const settle = () => {
    const [first] = [...moving].filter(([id]) => editor.selection().has(id))
    if (first === undefined) return
    const [id, at] = first
    const box = editor.boxes().get(id)
    moving.clear()
    if (box === undefined) return
    const to = props.snap ? { x: snapped(at.x), y: snapped(at.y) } : { x: Math.round(at.x), y: Math.round(at.y) }
    const count = editor.selection().size
    const words = count === 1 ? `Move “${box.node.name}”` : `Move ${count} things`
    editor.edit(words, (doc) => movedBy(doc, editor.selection(), { x: to.x - box.x, y: to.y - box.y }))
    // Cards that did not move by the snapped way are put where they belong.
    show()
  }
  const released = () => queueMicrotask(settle)
  addEventListener('mouseup', released)
  onCleanup(() => removeEventListener('mouseup', released))
}
