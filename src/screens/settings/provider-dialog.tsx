import { createUniqueId, Show } from 'solid-js'
import { Button, Dialog, ErrorNote } from '../../parts/mod.ts'
import { Findings } from './findings.tsx'
import { createAdding, type ProviderDialogProps } from './provider-adding.ts'
import { ProviderFields } from './provider-fields.tsx'

/** A provider is looked at before it is kept: what the probe finds is shown, and only what answers can be saved. */
export function ProviderDialog(props: ProviderDialogProps) {
  const formId = createUniqueId()
  const { form, problems, probe, change, changeKind, work, busy, failure } = createAdding(props)
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Add a provider"
      description="It is asked what it can do before it is saved."
      footer={
        <>
          <Button type="submit" form={formId} busy={busy() === 'probe'} disabled={busy() !== undefined}>
            Ask it what it can do
          </Button>
          <Button
            variant="primary"
            busy={busy() === 'save'}
            disabled={busy() !== undefined || probe()?.reachable.outcome !== 'yes'}
            title={probe() ? undefined : 'Ask it first'}
            onClick={() => void work('save')}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault()
          void work('probe')
        }}
      >
        <ProviderFields form={form()} taken={props.taken} problems={problems()} onChange={change} onKind={changeKind} />
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-4" />}</Show>
      <Show when={probe()}>
        {(found) => (
          <div class="mt-4 border-t border-line pt-3" role="status">
            <Findings probe={found()} />
          </div>
        )}
      </Show>
    </Dialog>
  )
}
