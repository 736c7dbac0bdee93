import { createEffect, type JSX, onCleanup, onMount, Show } from 'solid-js'

interface PageProps {
  readonly title: string
  /** In place of the plain title, e.g. with a mark before it. */
  readonly heading?: JSX.Element
  /** One quiet line beneath the title. */
  readonly subtitle?: JSX.Element
  /** Buttons at the right, the main one last. */
  readonly actions?: JSX.Element
  /** A second row: filters, tabs. */
  readonly toolbar?: JSX.Element
  /** The content scrolls within itself (panes, virtual lists) rather than as a whole. */
  readonly fixed?: boolean | undefined
  /** Text-like content gets a measure that reads well. */
  readonly narrow?: boolean | undefined
  readonly children: JSX.Element
}

/** One screen: its heading takes the focus when the screen opens, and names the window. */
export function Page(props: PageProps) {
  createEffect(() => {
    document.title = `${props.title} · Troupe`
  })
  onCleanup(() => {
    document.title = 'Troupe'
  })
  return (
    <div class="flex h-full min-h-0 flex-col">
      <PageHeader title={props.title} heading={props.heading} subtitle={props.subtitle} actions={props.actions} toolbar={props.toolbar} />
      <Show
        when={props.fixed}
        fallback={
          <div class="relative min-h-0 flex-1 overflow-auto">
            <div class={`px-6 pt-4 pb-12 narrow:px-4 ${props.narrow ? 'max-w-3xl' : ''}`}>{props.children}</div>
          </div>
        }
      >
        <div class="min-h-0 flex-1">{props.children}</div>
      </Show>
    </div>
  )
}

type PageHeaderProps = Pick<PageProps, 'title' | 'heading' | 'subtitle' | 'actions' | 'toolbar'>

export function PageHeader(props: PageHeaderProps) {
  let heading: HTMLHeadingElement | undefined
  // A new screen begins at its heading, for who hears it and for the next Tab; unless a field of it has the focus already.
  onMount(() =>
    queueMicrotask(() => {
      if (!heading?.closest('main')?.contains(document.activeElement)) heading?.focus({ preventScroll: true })
    }),
  )
  return (
    <header class="shrink-0 border-b border-line px-6 py-3 narrow:px-4">
      <div class="flex min-h-[var(--control)] flex-wrap items-center gap-x-4 gap-y-2">
        <div class="min-w-0 flex-1">
          <h1 ref={heading} tabindex={-1} data-screen-title class="truncate text-lg font-semibold tracking-tight outline-none">
            {props.heading ?? props.title}
          </h1>
          <Show when={props.subtitle}>
            <div class="truncate text-muted">{props.subtitle}</div>
          </Show>
        </div>
        <Show when={props.actions}>
          <div class="flex flex-wrap items-center gap-2">{props.actions}</div>
        </Show>
      </div>
      <Show when={props.toolbar}>
        <div class="mt-2.5 flex flex-wrap items-center gap-2">{props.toolbar}</div>
      </Show>
    </header>
  )
}
