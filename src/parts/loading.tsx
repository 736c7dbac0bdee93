import Hourglass from 'lucide-solid/icons/hourglass'
import LoaderCircle from 'lucide-solid/icons/loader-circle'
import { createSignal, onCleanup, Show } from 'solid-js'
import { Button } from './button.tsx'

interface LoadingProps {
  /** What is being read, e.g. "personas". */
  readonly what: string
  readonly onRetry?: (() => void) | undefined
}

/** Nothing for a moment (most answers are faster), then a spinner, and after 10 s a plain word instead of spinning on. */
const SPIN_AFTER_MS = 250
const GIVE_WORD_AFTER_MS = 10_000

export function Loading(props: LoadingProps) {
  const [stage, setStage] = createSignal<'quiet' | 'spinning' | 'late'>('quiet')
  const spin = setTimeout(() => setStage('spinning'), SPIN_AFTER_MS)
  const late = setTimeout(() => setStage('late'), GIVE_WORD_AFTER_MS)
  onCleanup(() => {
    clearTimeout(spin)
    clearTimeout(late)
  })
  return (
    <div class="flex min-h-24 items-center justify-center gap-2 p-6 text-muted" role="status">
      <Show when={stage() === 'spinning'}>
        <LoaderCircle size={16} class="spin" aria-hidden="true" />
        Reading {props.what} …
      </Show>
      <Show when={stage() === 'late'}>
        <Hourglass size={16} class="text-warn-ink" aria-hidden="true" />
        <span>
          The engine has not answered with {props.what} for 10 seconds. It may be busy, or gone: the line at the top says if the connection
          is lost.
        </span>
        <Show when={props.onRetry}>
          {(retry) => (
            <Button size="sm" onClick={() => retry()()}>
              Ask again
            </Button>
          )}
        </Show>
      </Show>
    </div>
  )
}
