/**
 * The island: Svelvet mounted in a Solid page. It pans, places and drags the cards that it is shown, and tells where they went; it
 * keeps nothing. Loaded when a canvas is first shown.
 */
import { mount, unmount } from 'svelte'
import { get, type Writable, writable } from 'svelte/store'
import type { Placed, Point, View } from '../graph/geometry.ts'
import Board from './Board.svelte'
import { type Face, sameFace } from './face.ts'

/** The part of Svelvet's graph that is used here. */
interface SvelvetNode {
  readonly id: string
  readonly position: Writable<Point>
}
interface SvelvetGraph {
  readonly transforms: { readonly translation: Writable<Point>; readonly scale: Writable<number> }
  readonly groups: Writable<{ readonly selected: { readonly nodes: Writable<Set<SvelvetNode>> } }>
}

interface Shown {
  readonly id: string
  /** Changes with its size: Svelvet measures a node once. */
  readonly key: string
  readonly width: number
  readonly height: number
  readonly position: Writable<Point>
  readonly face: Writable<Face>
}

export interface Island {
  /** Which cards are there, and where. */
  show(boxes: readonly Placed[], faceOf: (id: string) => Face): void
  /** Redraws the cards whose face differs from what they show. */
  refresh(faceOf: (id: string) => Face): void
  /** What a drag of one of these takes along. */
  select(ids: ReadonlySet<string>): void
  setView(view: View): void
  stop(): void
}

export interface IslandEvents {
  readonly onView: (view: View) => void
  /** With every step of a drag, and whenever a card is placed. */
  readonly onMoved: (id: string, at: Point) => void
}

export function mountIsland(host: HTMLElement, events: IslandEvents): Island {
  const shown = writable<readonly Shown[]>([])
  const cards = new Map<string, Shown>()
  const nodes = new Map<string, SvelvetNode>()
  let graph: SvelvetGraph | undefined
  let wanted: View | undefined
  let unsubscribe: (() => void)[] = []
  // Svelvet scales around the middle of its box, a view around its corner.
  const middle = () => ({ x: host.clientWidth / 2, y: host.clientHeight / 2 })
  const applyView = (view: View) => {
    if (graph === undefined) return
    const { x, y } = middle()
    graph.transforms.scale.set(view.scale)
    graph.transforms.translation.set({ x: view.x - x * (1 - view.scale), y: view.y - y * (1 - view.scale) })
  }
  const tellView = () => {
    if (graph === undefined) return
    const scale = get(graph.transforms.scale)
    const { x, y } = get(graph.transforms.translation)
    const { x: mx, y: my } = middle()
    events.onView({ scale, x: x + mx * (1 - scale), y: y + my * (1 - scale) })
  }
  const onGraph = (reached: SvelvetGraph) => {
    graph = reached
    if (wanted !== undefined) applyView(wanted)
    unsubscribe = [graph.transforms.scale.subscribe(tellView), graph.transforms.translation.subscribe(tellView)]
  }
  const onMoved = (id: string, at: Point, node: SvelvetNode) => {
    nodes.set(id, node)
    events.onMoved(id, at)
  }
  const board = mount(Board, { target: host, props: { shown, onGraph, onMoved } })
  // It takes the size of its box only when the window's changes.
  const sized = new ResizeObserver(() => dispatchEvent(new Event('resize')))
  sized.observe(host)
  return {
    show(boxes, faceOf) {
      const next = boxes.map((box): Shown => {
        const { id } = box.node
        const old = cards.get(id)
        const key = `${id} ${box.width} ${box.height}`
        if (old?.key !== key)
          return { id, key, width: box.width, height: box.height, position: writable({ x: box.x, y: box.y }), face: writable(faceOf(id)) }
        const at = get(old.position)
        if (at.x !== box.x || at.y !== box.y) old.position.set({ x: box.x, y: box.y })
        return old
      })
      const same = next.length === cards.size && next.every((one) => cards.get(one.id) === one)
      cards.clear()
      for (const one of next) cards.set(one.id, one)
      for (const id of nodes.keys()) if (!cards.has(id)) nodes.delete(id)
      if (!same) shown.set(next)
      this.refresh(faceOf)
    },
    refresh(faceOf) {
      for (const { id, face } of cards.values()) {
        const next = faceOf(id)
        if (!sameFace(get(face), next)) face.set(next)
      }
    },
    select(ids) {
      if (graph === undefined) return
      const chosen = new Set([...ids].flatMap((id) => nodes.get(id) ?? []))
      get(graph.groups).selected.nodes.set(chosen)
    },
    setView(view) {
      wanted = view
      applyView(view)
    },
    stop() {
      sized.disconnect()
      for (const end of unsubscribe) end()
      void unmount(board)
    },
  }
}
