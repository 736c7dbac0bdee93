import { createEffect, createSignal, onCleanup, type Signal } from 'solid-js'

/**
 * Whether a tooltip stands. Kobalte counts a tooltip as the topmost layer: Escape would only take it away, and leave the dialog beneath,
 * which the person meant. So it goes before any layer hears the key, and the key then reaches what it was meant for.
 */
export function createTipShown(): Signal<boolean> {
  const shown = createSignal(false)
  const [isShown, setShown] = shown
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setShown(false)
  }
  createEffect(() => {
    if (!isShown()) return
    document.addEventListener('keydown', pressed, { capture: true })
    onCleanup(() => document.removeEventListener('keydown', pressed, { capture: true }))
  })
  return shown
}
