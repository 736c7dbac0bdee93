import LoaderCircle from 'lucide-solid/icons/loader-circle'
import { Show } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { Button, TimeAgo, tryOrToast } from '../../../parts/mod.ts'
import { store } from '../../../state/mod.ts'

export const working = (): boolean => store.value()?.job != null

/** What is done to the data just now; it goes on when the page is left. */
export function Work() {
  return (
    <Show when={store.value()?.job}>
      {(job) => (
        <div role="status" class="mb-6 flex flex-wrap items-center gap-3 rounded-md border border-line bg-surface px-3 py-2">
          <LoaderCircle size={16} class="spin shrink-0 text-accent-ink" aria-hidden="true" />
          <p class="min-w-0 flex-1">
            {job().step}{' '}
            <span class="text-muted">
              · began <TimeAgo at={job().startedAt} />
            </span>
          </p>
          <Show when={job().cancellable}>
            <Button size="sm" onClick={() => void tryOrToast('It was not cancelled', () => engine.store.cancel({}))}>
              Cancel
            </Button>
          </Show>
        </div>
      )}
    </Show>
  )
}
