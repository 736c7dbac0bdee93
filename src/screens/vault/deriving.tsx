import { createSignal, onCleanup, Show } from 'solid-js'
import { engine } from '../../link/mod.ts'

const LOOK_MS = 150

/** How far the passphrase is being worked on; stands for as long as a call is under way. */
export function Deriving() {
  const [share, setShare] = createSignal<number>()
  const timer = setInterval(async () => {
    const status = await engine.vault.status({}).catch(() => undefined)
    if (status?.deriving) setShare(status.deriving.done / status.deriving.total)
  }, LOOK_MS)
  onCleanup(() => clearInterval(timer))
  return (
    <span class="flex items-center gap-2 text-sm text-muted" role="status">
      Working on the passphrase
      <Show when={share() !== undefined}>
        <progress class="meter w-24" aria-label="Progress" value={share() ?? 0} max={1} />
      </Show>
    </span>
  )
}
