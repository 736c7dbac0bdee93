import { Dialog as Kobalte } from '@kobalte/core/dialog'
import X from 'lucide-solid/icons/x'
import { type JSX, Show } from 'solid-js'
import { createFocusReturn } from './focus-return.ts'
import { IconButton } from './icon-button.tsx'

interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly description?: JSX.Element
  /** Buttons at the end, the main one last. */
  readonly footer?: JSX.Element
  readonly size?: 'sm' | 'md' | 'lg' | undefined
  readonly children?: JSX.Element
}

const WIDTHS = { sm: 'w-[26rem]', md: 'w-[36rem]', lg: 'w-[60rem]' }

export function Dialog(props: DialogProps) {
  let content: HTMLElement | undefined
  const focusBack = createFocusReturn(() => props.open)
  // Not the close button, which stands first: the first field, or the dialog itself when it has none.
  const focusFirst = (event: Event) => {
    event.preventDefault()
    const field =
      content?.querySelector<HTMLElement>('[data-first]') ??
      content?.querySelector<HTMLElement>('input:not(:disabled), textarea:not(:disabled), select:not(:disabled)')
    ;(field ?? content)?.focus()
  }
  return (
    <Kobalte open={props.open} onOpenChange={props.onOpenChange}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="fixed inset-0 z-40 bg-scrim" />
        <div class="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)] place-items-center p-6 narrow:p-4">
          <Kobalte.Content
            ref={content}
            tabindex={-1}
            onOpenAutoFocus={focusFirst}
            onCloseAutoFocus={focusBack}
            class={`floating flex outline-none max-h-full max-w-full flex-col overflow-hidden ${WIDTHS[props.size ?? 'md']}`}
          >
            <header class="flex items-start gap-3 px-5 pt-4 pb-3">
              <div class="min-w-0 flex-1">
                <Kobalte.Title class="text-lg font-semibold">{props.title}</Kobalte.Title>
                <Show when={props.description}>
                  <Kobalte.Description class="mt-0.5 text-muted">{props.description}</Kobalte.Description>
                </Show>
              </div>
              <IconButton icon={X} label="Close" size="sm" onClick={() => props.onOpenChange(false)} />
            </header>
            <div class="relative min-h-0 flex-1 overflow-auto px-5 pt-1 pb-4">{props.children}</div>
            <Show when={props.footer}>
              <footer class="flex flex-wrap justify-end gap-2 border-t border-line bg-surface px-5 py-3">{props.footer}</footer>
            </Show>
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  )
}
