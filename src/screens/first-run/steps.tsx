import Check from 'lucide-solid/icons/check'
import { For, Show } from 'solid-js'

export const STEPS = [
  { id: 'look', label: 'Look around' },
  { id: 'pick', label: 'Pick a persona' },
  { id: 'run', label: 'Watch it run' },
] as const
export type Step = (typeof STEPS)[number]['id']

interface StepListProps {
  readonly at: Step
  /** Steps that can be gone to now. */
  readonly open: (step: Step) => boolean
  readonly onStep: (step: Step) => void
}

/** Where one is, what was done, and the way back. */
export function StepList(props: StepListProps) {
  const index = () => STEPS.findIndex((step) => step.id === props.at)
  return (
    <ol class="flex items-center gap-2" aria-label="First steps">
      <For each={STEPS}>
        {(step, n) => (
          <li class="flex items-center gap-2">
            <Show when={n() > 0}>
              <span class="h-px w-6 bg-line-strong narrow:w-3" aria-hidden="true" />
            </Show>
            <button
              type="button"
              disabled={!props.open(step.id)}
              aria-current={step.id === props.at ? 'step' : undefined}
              class="flex h-7 items-center gap-1.5 rounded-md pr-2 pl-1 text-muted transition-colors hover:enabled:bg-hover aria-[current=step]:font-medium aria-[current=step]:text-text"
              onClick={() => props.onStep(step.id)}
            >
              <span
                class="grid size-5 place-items-center rounded-full border border-line-strong text-sm tabular-nums"
                classList={{ 'border-transparent bg-ink text-on-ink': step.id === props.at }}
              >
                <Show when={n() < index()} fallback={n() + 1}>
                  <Check size={12} aria-hidden="true" />
                </Show>
              </span>
              <span class="whitespace-nowrap" classList={{ 'tiny:sr-only': step.id !== props.at }}>
                {step.label}
              </span>
              <Show when={n() < index()}>
                <span class="sr-only"> (done)</span>
              </Show>
            </button>
          </li>
        )}
      </For>
    </ol>
  )
}
