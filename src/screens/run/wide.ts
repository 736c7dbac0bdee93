import { type Accessor, createSignal, onCleanup } from 'solid-js'

/** Whether the window has at least so many pixels of width. */
export function createWide(pixels: number): Accessor<boolean> {
  const media = matchMedia(`(width >= ${pixels}px)`)
  const [wide, setWide] = createSignal(media.matches)
  const changed = () => setWide(media.matches)
  media.addEventListener('change', changed)
  onCleanup(() => media.removeEventListener('change', changed))
  return wide
}
