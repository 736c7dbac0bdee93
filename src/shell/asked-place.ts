/** A notification was clicked: the engine keeps its place until a window asks. The first to ask goes there. */
import { useNavigate } from '@solidjs/router'
import { onCleanup, onMount } from 'solid-js'
import { engine } from '../link/mod.ts'
import { onChange } from '../state/mod.ts'

/** A window that nobody sees lets one that is seen go first. */
const HIDDEN_MS = 400

export function useAskedPlace(): void {
  const navigate = useNavigate()
  const take = async () => {
    if (document.hidden) await new Promise((resolve) => setTimeout(resolve, HIDDEN_MS))
    // A place that could not be asked for is still in the notification centre.
    const { href } = await engine.notification.take({}).catch(() => ({ href: null }))
    if (href !== null) navigate(href)
  }
  onMount(() => void take())
  onCleanup(onChange('notification', ({ what }) => what === 'open' && void take()))
}
