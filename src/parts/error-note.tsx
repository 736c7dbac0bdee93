import CircleAlert from 'lucide-solid/icons/circle-alert'
import { Show } from 'solid-js'
import type { Failure } from '../link/failure.ts'
import { Button } from './button.tsx'
import { Said } from './said.tsx'

interface ErrorNoteProps {
  readonly failure: Failure
  /** What was being done, e.g. "The personas could not be read." */
  readonly title?: string | undefined
  readonly onRetry?: (() => void) | undefined
  readonly class?: string | undefined
}

/** What happened, what to do about it, and the code to look for. */
export function ErrorNote(props: ErrorNoteProps) {
  return (
    <div role="alert" class={`flex gap-2.5 rounded-md bg-bad-soft px-3 py-2.5 ${props.class ?? ''}`}>
      <CircleAlert size={16} class="mt-0.5 shrink-0 text-bad-ink" aria-hidden="true" />
      <div class="min-w-0 flex-1 break-words">
        <Show when={props.title}>
          <p class="font-semibold text-bad-ink">{props.title}</p>
        </Show>
        <p>
          <Said text={props.failure.message} />
        </p>
        <Show when={props.failure.hint}>
          {(hint) => (
            <p class="mt-0.5">
              <Said text={hint()} />
            </p>
          )}
        </Show>
      </div>
      <span class="mt-px shrink-0 font-mono text-xs text-bad-ink">{props.failure.code}</span>
      <Show when={props.onRetry}>
        {(retry) => (
          <Button size="sm" onClick={() => retry()()}>
            Try again
          </Button>
        )}
      </Show>
    </div>
  )
}
