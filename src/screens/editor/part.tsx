import { type JSX, Show } from 'solid-js'

interface PartProps {
  readonly id: string
  readonly title: string
  readonly hint?: JSX.Element
  readonly actions?: JSX.Element
  readonly children: JSX.Element
}

/** One part of the form, with its heading. */
export function Part(props: PartProps) {
  return (
    <section
      id={`part-${props.id}`}
      aria-labelledby={`part-${props.id}-title`}
      class="flex scroll-mt-4 flex-col gap-3 border-b border-line py-5 first:pt-0 last:border-0"
    >
      <header class="flex items-start gap-3">
        <div class="min-w-0 flex-1">
          <h2 id={`part-${props.id}-title`} class="text-md font-semibold">
            {props.title}
          </h2>
          <Show when={props.hint}>
            <p class="text-muted">{props.hint}</p>
          </Show>
        </div>
        {props.actions}
      </header>
      {props.children}
    </section>
  )
}
