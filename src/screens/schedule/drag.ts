/** Taking a chip by the pointer and letting it go on a cell. Escape or letting go elsewhere leaves all as it was. */
import { createSignal, onCleanup } from 'solid-js'
import type { Entry } from './days.ts'

/** Pixels that the pointer moves before a press is a drag, so that a click stays one. */
const BEGINS_AFTER = 5

export interface Dragging {
  readonly entry: Entry
  readonly x: number
  readonly y: number
  /** The cell beneath the pointer. */
  readonly cell: number | undefined
}

export function createDrag(onDrop: (entry: Entry, cell: number) => void) {
  const [dragging, setDragging] = createSignal<Dragging>()
  let stop: (() => void) | undefined
  onCleanup(() => stop?.())

  const press = (entry: Entry, event: PointerEvent) => {
    if (event.button !== 0 || stop) return
    const ending = new AbortController()
    const { signal } = ending
    stop = () => {
      ending.abort()
      stop = undefined
      setDragging(undefined)
    }
    addEventListener(
      'pointermove',
      (now) => {
        const far = Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) > BEGINS_AFTER
        if (!far && !dragging()) return
        now.preventDefault()
        setDragging({ entry, x: now.clientX, y: now.clientY, cell: cellAt(now.clientX, now.clientY) })
      },
      { signal },
    )
    addEventListener(
      'pointerup',
      () => {
        const last = dragging()
        stop?.()
        if (last?.cell === undefined) return
        const { entry, cell } = last
        // A click that follows at once, where it was let go, is not meant; the next one is.
        const swallow = (click: MouseEvent) => click.stopPropagation()
        addEventListener('click', swallow, { capture: true })
        setTimeout(() => {
          removeEventListener('click', swallow, { capture: true })
          onDrop(entry, cell)
        })
      },
      { signal },
    )
    addEventListener('pointercancel', () => stop?.(), { signal })
    addEventListener('keydown', (key) => key.key === 'Escape' && stop?.(), { signal })
  }
  return { dragging, press }
}

function cellAt(x: number, y: number): number | undefined {
  const cell = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-cell]')?.dataset.cell
  return cell === undefined ? undefined : Number(cell)
}
