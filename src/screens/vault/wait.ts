/** Whole seconds until a time, counted down; 0 when it is past or there is none. */
import { type Accessor, createSignal, onCleanup } from 'solid-js'

export function createWait(until: Accessor<number | null>): Accessor<number> {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), 500)
  onCleanup(() => clearInterval(timer))
  return () => Math.max(0, Math.ceil(((until() ?? 0) - now()) / 1000))
}
