/** Wheel and keys on the canvas. */
import type { TeamEditor } from '../editor.ts'
import { movedBy } from '../graph/arrange.ts'
import { GRID, type Point } from '../graph/geometry.ts'
import { cardOf, toggled } from './presses.ts'

/** The wheel moves; with Ctrl (a pinch, too) it zooms around the pointer. */
export function wheelOnBoard(event: WheelEvent, editor: TeamEditor, wrapper: HTMLElement | undefined): void {
  if (event.target instanceof Element && event.target.closest('[data-own-wheel]')) return
  event.preventDefault()
  event.stopPropagation()
  const edge = wrapper?.getBoundingClientRect()
  if (event.ctrlKey || event.metaKey)
    editor.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - (edge?.left ?? 0), y: event.clientY - (edge?.top ?? 0) })
  else
    editor.setView(({ x, y, scale }) =>
      event.shiftKey ? { x: x - event.deltaY, y, scale } : { x: x - event.deltaX, y: y - event.deltaY, scale },
    )
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** Keys on the canvas itself; Svelvet's own (among them one that changes the theme) hear none of them. */
export function keyOnBoard(event: KeyboardEvent, editor: TeamEditor, onOpen: (id: string) => void): void {
  if (event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]')) return
  const arrow = ARROWS[event.key]
  const focused = cardOf(event.target)
  if (arrow) {
    const step = event.shiftKey ? GRID * 5 : GRID
    if (editor.selection().size > 0)
      editor.edit('Move', (doc) => movedBy(doc, editor.selection(), { x: arrow.x * step, y: arrow.y * step }), 'keys')
    else editor.setView(({ x, y, scale }) => ({ x: x - arrow.x * step * 2, y: y - arrow.y * step * 2, scale }))
    event.preventDefault()
  } else if (focused !== undefined && (event.key === 'Enter' || event.key === ' ')) {
    if (event.key === ' ') editor.select(event.shiftKey ? toggled(editor.selection(), focused) : [focused])
    else {
      editor.select([focused])
      onOpen(focused)
    }
    event.preventDefault()
  }
  // Other keys are the screen's, but not Svelvet's: they are told again from here.
  if (event.key !== 'Tab') {
    event.stopPropagation()
    if (!event.defaultPrevented) {
      const again = new KeyboardEvent('keydown', event)
      if (!dispatchEvent(again)) event.preventDefault()
    }
  }
}
