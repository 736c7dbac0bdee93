/**
 * REORDER: puts rows in order by pointer and by keyboard, with the same moves and announced to screen readers.
 * It draws nothing: rows carry `data-reorder-id`, groups `data-reorder-group`, and a grip gets what `grip()` answers.
 * No HTML5 drag and drop: its ghost, its delays and its lack of a keyboard are not wanted.
 */
import { createSignal, onCleanup } from 'solid-js'
import { type Groups, moveBy, moveTo, moveToEnd, type Place, placeOf, SAY, sameOrder } from './model.ts'

export { type Group, type Groups, moveBy, moveTo, moveToEnd, type Place, placeOf, SAY, sameOrder } from './model.ts'

export interface ReorderOptions {
  /** The order as it stands now. */
  groups(): Groups
  label(id: string): string
  /** Called once for each drop that changed something. */
  onDrop(after: Groups, id: string, before: Groups): void
  say(sentence: string): void
  /** Where rows and groups are looked for. */
  root(): HTMLElement | undefined
  /** What scrolls while a row is dragged to its edge. */
  scroller?(): HTMLElement | undefined
}

export interface Reorder {
  /** The order to draw: the one being tried while something is grabbed. */
  groups(): Groups
  grabbed(): string | null
  grip(id: string): {
    readonly onPointerDown: (event: PointerEvent) => void
    readonly onKeyDown: (event: KeyboardEvent) => void
    readonly onBlur: () => void
  }
}

/** Pixels that a pointer moves before it drags, so that a click stays a click. */
const THRESHOLD = 4
const EDGE = 48

export function createReorder(options: ReorderOptions): Reorder {
  const [grab, setGrab] = createSignal<{
    readonly id: string
    readonly before: Groups
    readonly now: Groups
    readonly by: 'key' | 'pointer'
  } | null>(null)

  const begin = (id: string, by: 'key' | 'pointer') => {
    const before = options.groups()
    setGrab({ id, before, now: before, by })
    options.say(SAY.grabbed(options.label(id)))
  }
  const shift = (now: Groups) => {
    const held = grab()
    if (!held || sameOrder(held.now, now)) return
    setGrab({ ...held, now })
    options.say(SAY.moved(options.label(held.id), now, held.id))
  }
  const drop = () => {
    const held = grab()
    if (!held) return
    options.say(SAY.dropped(options.label(held.id), held.now, held.id))
    // The owner takes the new order before the grab ends, so that nothing jumps back in between.
    if (!sameOrder(held.before, held.now)) options.onDrop(held.now, held.id, held.before)
    setGrab(null)
  }
  const cancel = () => {
    const held = grab()
    if (!held) return
    setGrab(null)
    options.say(SAY.cancelled(options.label(held.id)))
  }

  const pointer = createPointerDrag({ options, begin, shift, drop, cancel, current: () => grab()?.now ?? options.groups() })
  const onKeyDown = (id: string) => (event: KeyboardEvent) => {
    const held = grab()
    const key = event.key
    if (held === null) {
      if (key !== ' ') return
      begin(id, 'key')
    } else if (held.id !== id || held.by !== 'key') return
    else if (key === ' ' || key === 'Enter') drop()
    else if (key === 'Escape') cancel()
    else if (key === 'ArrowUp') shift(moveBy(held.now, id, -1))
    else if (key === 'ArrowDown') shift(moveBy(held.now, id, 1))
    else if (key === 'Home') shift(moveToEnd(held.now, id, 'first'))
    else if (key === 'End') shift(moveToEnd(held.now, id, 'last'))
    else return
    event.preventDefault()
    event.stopPropagation()
    keepFocus(event.currentTarget as HTMLElement)
  }
  return {
    groups: () => grab()?.now ?? options.groups(),
    grabbed: () => grab()?.id ?? null,
    grip: (id) => ({
      onPointerDown: (event) => pointer(event, id),
      onKeyDown: onKeyDown(id),
      // A row that moves in the document loses focus for a moment; only a lasting loss drops it.
      onBlur: () => {
        if (grab()?.by === 'key') requestAnimationFrame(() => grab()?.id === id && !gripHasFocus(options.root(), id) && cancel())
      },
    }),
  }
}

function gripHasFocus(root: HTMLElement | undefined, id: string): boolean {
  return root?.querySelector(`[data-reorder-id="${CSS.escape(id)}"]`)?.contains(document.activeElement) ?? false
}

/** Moving a node in the document takes its focus away: it gets it back before the next frame. */
function keepFocus(grip: HTMLElement): void {
  queueMicrotask(() => {
    if (document.activeElement !== grip) grip.focus({ preventScroll: true })
    grip.scrollIntoView({ block: 'nearest' })
  })
}

interface PointerParts {
  readonly options: ReorderOptions
  begin(id: string, by: 'pointer'): void
  shift(now: Groups): void
  drop(): void
  cancel(): void
  current(): Groups
}

function createPointerDrag(parts: PointerParts): (event: PointerEvent, id: string) => void {
  let end: (() => void) | undefined
  onCleanup(() => end?.())
  return (down, id) => {
    if (down.button !== 0 || end) return
    const controller = new AbortController()
    const { signal } = controller
    let dragging = false
    let y = down.clientY
    let frame = 0
    end = () => {
      controller.abort()
      cancelAnimationFrame(frame)
      end = undefined
    }
    const step = () => {
      scrollAtEdge(parts.options.scroller?.(), y)
      const place = placeAt(parts.options.root(), parts.current(), id, y)
      if (place) parts.shift(moveTo(parts.current(), id, place))
      frame = requestAnimationFrame(step)
    }
    addEventListener(
      'pointermove',
      (move) => {
        y = move.clientY
        if (dragging || Math.hypot(move.clientX - down.clientX, y - down.clientY) < THRESHOLD) return
        dragging = true
        parts.begin(id, 'pointer')
        frame = requestAnimationFrame(step)
      },
      { signal },
    )
    const finish = (how: 'drop' | 'cancel') => {
      end?.()
      if (dragging) parts[how]()
    }
    addEventListener('pointerup', () => finish('drop'), { signal })
    addEventListener('pointercancel', () => finish('cancel'), { signal })
    addEventListener('blur', () => finish('cancel'), { signal })
    addEventListener(
      'keydown',
      (key) => {
        if (key.key !== 'Escape' || !dragging) return
        key.preventDefault()
        key.stopPropagation()
        finish('cancel')
      },
      { signal, capture: true },
    )
  }
}

/** The place under the pointer, by the middles of the rows that are drawn; null where there is none. */
function placeAt(root: HTMLElement | undefined, groups: Groups, id: string, y: number): Place | null {
  if (!root) return null
  let best: { readonly place: Place; readonly distance: number } | null = null
  const consider = (place: Place, edge: number) => {
    const distance = Math.abs(edge - y)
    if (best === null || distance < best.distance) best = { place, distance }
  }
  for (const row of root.querySelectorAll<HTMLElement>('[data-reorder-id]')) {
    const other = row.dataset.reorderId ?? ''
    const place = placeOf(groups, other)
    if (place === null) continue
    const box = row.getBoundingClientRect()
    const own = placeOf(groups, id)
    const before = own !== null && own.group === place.group && own.index < place.index ? place.index - 1 : place.index
    if (other === id) {
      if (y >= box.top && y <= box.bottom) return place
      continue
    }
    consider({ group: place.group, index: y < box.top + box.height / 2 ? before : before + 1 }, box.top + box.height / 2)
  }
  // An empty group, or the heading of one, takes it as its first.
  for (const heading of root.querySelectorAll<HTMLElement>('[data-reorder-group]')) {
    const group = groups.findIndex((one) => one.name === heading.dataset.reorderGroup)
    const box = heading.getBoundingClientRect()
    if (group !== -1 && y >= box.top && y <= box.bottom) return { group, index: 0 }
  }
  return (best as { readonly place: Place } | null)?.place ?? null
}

function scrollAtEdge(scroller: HTMLElement | undefined, y: number): void {
  if (!scroller) return
  const box = scroller.getBoundingClientRect()
  if (y < box.top + EDGE) scroller.scrollTop -= Math.ceil((box.top + EDGE - y) / 4)
  else if (y > box.bottom - EDGE) scroller.scrollTop += Math.ceil((y - box.bottom + EDGE) / 4)
}
