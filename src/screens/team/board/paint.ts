/** When the canvas is drawn again, and in which colours. */
import { onCleanup } from 'solid-js'
import { coloursOf } from './links-layer.ts'

/** Asks for a frame; `paint` answers whether another has to follow. */
export function createFrames(paint: () => boolean) {
  let asked = 0
  const frame = () => {
    asked = 0
    if (paint()) ask()
  }
  const ask = () => {
    if (asked === 0) asked = requestAnimationFrame(frame)
  }
  onCleanup(() => cancelAnimationFrame(asked))
  return { ask }
}

/** The page's colours, read again when its theme changes. */
export function createColours(element: () => Element | undefined, changed: () => void) {
  let known: ReturnType<typeof coloursOf> | undefined
  const forget = () => {
    known = undefined
    changed()
  }
  const watch = new MutationObserver(forget)
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-contrast'] })
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', forget)
  onCleanup(() => {
    watch.disconnect()
    system.removeEventListener('change', forget)
  })
  return () => {
    known ??= coloursOf(element() ?? document.body)
    return known
  }
}
