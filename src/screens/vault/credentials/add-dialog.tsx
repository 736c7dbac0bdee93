import { createEffect, createUniqueId, on, Show } from 'solid-js'
import { Button, Dialog, ErrorNote } from '../../../parts/mod.ts'
import { type AddDialogProps, createAdding } from './adding.ts'
import { ConnectorPicker } from './connector-picker.tsx'
import { DocsLink } from './docs-link.tsx'
import { CredentialFields } from './fields.tsx'

export function AddDialog(props: AddDialogProps) {
  const formId = createUniqueId()
  const { connector, form, pick, forget, change, problems, add, busy, failure } = createAdding(props)
  let body: HTMLDivElement | undefined
  // What was clicked is gone with its step; without this the keys would go nowhere.
  createEffect(
    on(connector, () => queueMicrotask(() => body?.querySelector<HTMLElement>('input, textarea, select')?.focus()), { defer: true }),
  )
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={connector() ? `Add: ${connector()?.name}` : 'Add a credential'}
      description={connector()?.summary ?? 'Which service is it for?'}
      footer={
        <Show when={connector()} fallback={<Button onClick={() => props.onOpenChange(false)}>Not now</Button>}>
          <Button onClick={forget}>Another service</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy()}>
            Add
          </Button>
        </Show>
      }
    >
      <div ref={body}>
        <Show when={connector()} fallback={<ConnectorPicker onPick={pick} />}>
          {(one) => (
            <form
              id={formId}
              onSubmit={(event) => {
                event.preventDefault()
                void add()
              }}
            >
              <DocsLink connector={one()} />
              <Show when={form()}>
                {(filled) => <CredentialFields connector={one()} form={filled()} problems={problems()} onChange={change} />}
              </Show>
            </form>
          )}
        </Show>
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="It was not added" class="mt-3" />}</Show>
    </Dialog>
  )
}
