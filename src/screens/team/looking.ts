/** Which part of the canvas is seen, and the ways to see another. */
import { type Accessor, createSignal } from 'solid-js'
import type { TeamDocument } from '#contract'
import { around, fitting, type Placed, SCALES, type View } from './graph/geometry.ts'

export function createLooking(
  doc: Accessor<TeamDocument>,
  boxes: Accessor<ReadonlyMap<string, Placed>>,
  select: (ids: Iterable<string>) => void,
) {
  const [view, setView] = createSignal<View>({ x: 0, y: 0, scale: 1 })
  const [size, setSize] = createSignal({ width: 0, height: 0 })
  return {
    view,
    setView,
    size,
    setSize,
    fit: () => {
      const { width, height } = size()
      const notes = doc().notes.map((note) => ({ ...note.position, width: note.width, height: note.height }))
      const all = around([...boxes().values(), ...notes])
      if (all && width > 0) setView(fitting(all, width, height))
    },
    zoom: (factor: number, at?: { readonly x: number; readonly y: number }) =>
      setView((now) => {
        const scale = Math.min(SCALES.most, Math.max(SCALES.least, now.scale * factor))
        const { x, y } = at ?? { x: size().width / 2, y: size().height / 2 }
        return { scale, x: x - ((x - now.x) * scale) / now.scale, y: y - ((y - now.y) * scale) / now.scale }
      }),
    /** Brings a node to the middle, and selects it. */
    jumpTo: (id: string) => {
      const box = boxes().get(id)
      if (box === undefined) return
      const { width, height } = size()
      const scale = Math.max(0.6, view().scale)
      setView({ scale, x: width / 2 - (box.x + box.width / 2) * scale, y: height / 2 - (box.y + box.height / 2) * scale })
      select([id])
    },
  }
}
