import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Show } from 'solid-js'
import type { VaultSlot, VaultStatus } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, ConfirmDialog, toast } from '../../parts/mod.ts'
import { Section } from '../settings/row.tsx'
import { AutoLock } from './auto-lock.tsx'
import { FieldCheck } from './field-check.tsx'
import { IfLost } from './if-lost.tsx'
import { withProof } from './proof.tsx'
import { Rotation } from './rotation.tsx'
import { SlotDialog } from './slot-dialog.tsx'
import { SlotLine } from './slot-line.tsx'
import { failureOfVault } from './vault-failure.ts'

/** The slots, and what concerns the key as a whole. */
export function Keys(props: { readonly status: VaultStatus }) {
  const [adding, setAdding] = createSignal(false)
  const [changing, setChanging] = createSignal<VaultSlot>()
  const [removing, setRemoving] = createSignal<VaultSlot>()
  const open = () => props.status.state === 'open'
  const remove = async () => {
    const slot = removing()
    if (!slot) return
    const outcome = await withProof(`remove “${slot.label}”`, (proof) => engine.vault.removeSlot({ id: slot.id, proof }))
    if (outcome === undefined) return
    if (!outcome.ok) throw failureOfVault(outcome)
    toast.ok(`“${slot.label}” opens the vault no more`)
  }
  return (
    <div class="max-w-3xl px-6 pt-4 pb-12 narrow:px-4">
      <Section
        title="Ways in"
        about="Each opens the vault by itself. Changing one rewraps the key and rewrites no secret; the last one cannot be removed."
        actions={
          <Button icon={Plus} disabled={!open()} onClick={() => setAdding(true)}>
            Add
          </Button>
        }
      >
        <ul>
          <For each={props.status.slots}>
            {(slot) => (
              <SlotLine
                slot={slot}
                open={open()}
                last={props.status.slots.length === 1}
                onChange={() => setChanging(slot)}
                onRemove={() => setRemoving(slot)}
              />
            )}
          </For>
        </ul>
        <Show when={!props.status.slots.some((slot) => slot.kind === 'recovery')}>
          <p class="mt-2 text-warn-ink">
            There is no recovery kit. If the passphrase is forgotten, what is in here is lost. <span class="text-muted">Add one.</span>
          </p>
        </Show>
        <div class="mt-3">
          <IfLost />
        </div>
      </Section>
      <AutoLock status={props.status} />
      <Rotation status={props.status} />
      <FieldCheck open={open()} fields={props.status.fields} />
      <SlotDialog open={adding()} onOpenChange={setAdding} status={props.status} />
      <SlotDialog
        open={changing() !== undefined}
        onOpenChange={(is) => !is && setChanging(undefined)}
        status={props.status}
        slot={changing()}
      />
      <ConfirmDialog
        open={removing() !== undefined}
        onOpenChange={(is) => !is && setRemoving(undefined)}
        title={`Remove “${removing()?.label ?? ''}”?`}
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        <p>It opens the vault no more, from now on. No secret is touched, and the other ways in stay as they are.</p>
      </ConfirmDialog>
    </div>
  )
}
