import { type JSX, Show } from 'solid-js'

interface SectionProps {
  readonly title: string
  readonly about?: JSX.Element
  readonly actions?: JSX.Element
  readonly children: JSX.Element
}

/** One part of Settings: a heading, a sentence, and what belongs to it. */
export function Section(props: SectionProps) {
  return (
    <section class="mb-8">
      <div class="mb-2 flex items-end gap-4 tiny:flex-wrap">
        <div class="min-w-0 flex-1">
          <h2 class="text-md font-semibold">{props.title}</h2>
          <Show when={props.about}>
            <p class="mt-0.5 max-w-prose text-muted">{props.about}</p>
          </Show>
        </div>
        {props.actions}
      </div>
      {props.children}
    </section>
  )
}

interface RowProps {
  readonly label: string
  readonly hint?: JSX.Element
  readonly children: JSX.Element
}

/** A name at the left, what stands or can be chosen at the right. */
export function Row(props: RowProps) {
  return (
    <div class="flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-1 border-t border-line py-2 last:border-b">
      <div class="min-w-0 max-w-md">
        <p>{props.label}</p>
        <Show when={props.hint}>
          <p class="text-sm text-muted">{props.hint}</p>
        </Show>
      </div>
      <div class="min-w-0">{props.children}</div>
    </div>
  )
}

/** A path or an id: selectable, and breaking anywhere. */
export function Fact(props: { readonly children: JSX.Element }) {
  return <span class="font-mono text-sm break-all select-text">{props.children}</span>
}
