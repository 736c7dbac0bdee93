import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import Info from 'lucide-solid/icons/info'
import X from 'lucide-solid/icons/x'
import { For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'
import { Said } from './said.tsx'
import { type ToastRow, toast } from './toasts.ts'

const LOOKS = {
  ok: { icon: CircleCheck, colour: 'text-ok-ink' },
  info: { icon: Info, colour: 'text-accent-ink' },
  error: { icon: CircleAlert, colour: 'text-bad-ink' },
}

export function ToastRegion() {
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      class="pointer-events-none fixed right-0 bottom-0 z-50 flex max-h-[80vh] w-[26rem] max-w-full flex-col gap-2 overflow-y-auto p-4"
    >
      <For each={toast.rows()}>{(row) => <Toast row={row} />}</For>
    </section>
  )
}

function Toast(props: { readonly row: ToastRow }) {
  const look = () => LOOKS[props.row.tone]
  const close = () => toast.dismiss(props.row.id)
  return (
    <div
      role={props.row.tone === 'error' ? 'alert' : 'status'}
      class="floating pointer-events-auto flex items-start gap-2.5 py-2 pr-2 pl-3"
    >
      <Dynamic component={look().icon} size={16} class={`mt-1 shrink-0 ${look().colour}`} aria-hidden="true" />
      <div class="min-w-0 flex-1 break-words py-0.5">
        <p class="font-semibold">{props.row.title}</p>
        <Show when={props.row.failure}>
          {(failure) => (
            <>
              <p>
                <Said text={failure().message} />
              </p>
              <Show when={failure().hint}>
                {(hint) => (
                  <p class="text-muted">
                    <Said text={hint()} />
                  </p>
                )}
              </Show>
            </>
          )}
        </Show>
        <Show when={props.row.action}>
          {(action) => (
            <Button
              size="sm"
              class="mt-1.5"
              onClick={() => {
                close()
                action().run()
              }}
            >
              {action().label}
            </Button>
          )}
        </Show>
      </div>
      <IconButton icon={X} label="Dismiss" size="sm" onClick={close} />
    </div>
  )
}
