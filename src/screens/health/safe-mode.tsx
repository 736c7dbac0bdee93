import ShieldAlert from 'lucide-solid/icons/shield-alert'
import { Show } from 'solid-js'
import type { SafeMode } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Button, createAttempt, ErrorNote } from '../../parts/mod.ts'

/** Why nothing runs, and the way out. */
export function SafeModeNote(props: { readonly safeMode: SafeMode }) {
  const { busy, failure, run } = createAttempt()
  const leave = () => run(async () => void (await engine.health.leaveSafeMode({})))
  return (
    <section aria-label="Safe mode" class="mb-6 rounded-md bg-warn-soft px-4 py-3">
      <h2 class="flex items-center gap-2 text-md font-semibold text-warn-ink">
        <ShieldAlert size={16} aria-hidden="true" />
        Safe mode
      </h2>
      <p class="mt-1 max-w-prose">
        {props.safeMode.why} So it started with the window and nothing else: no run, no retry and no schedule begins. Look at the last runs
        and at the log, then start with everything again.
      </p>
      <p class="mt-1 text-sm text-muted">
        Starts that ended so: {props.safeMode.crashes.map(({ startedAt }) => clockTime(startedAt)).join(' · ')}
      </p>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-2" />}</Show>
      <Button class="mt-3" busy={busy()} onClick={() => void leave()}>
        Start with everything
      </Button>
    </section>
  )
}
