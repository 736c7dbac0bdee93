import { type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { IconPart } from '../look/icons.ts'

interface EmptyStateProps {
  readonly icon: IconPart
  readonly title: string
  /** Why it is empty, and what to do next. */
  readonly children: JSX.Element
  readonly actions?: JSX.Element
  /** It is all that the window shows, so its title is the page's. */
  readonly whole?: boolean | undefined
}

export function EmptyState(props: EmptyStateProps) {
  return (
    <div class="mx-auto flex max-w-md flex-col items-center gap-1 px-6 py-16 text-center">
      <Dynamic component={props.icon} size={28} stroke-width={1.5} class="mb-2 text-muted" aria-hidden="true" />
      <Dynamic component={props.whole ? 'h1' : 'h2'} class="text-md font-semibold">
        {props.title}
      </Dynamic>
      <div class="text-muted">{props.children}</div>
      <Show when={props.actions}>
        <div class="mt-4 flex flex-wrap justify-center gap-2">{props.actions}</div>
      </Show>
    </div>
  )
}
