/** Whether the whole store is encrypted with the vault's key, and the way from one form to the other. */
import { createSignal, Show } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { Badge, Button, ConfirmDialog, toast } from '../../../parts/mod.ts'
import { Row } from '../row.tsx'
import { working } from './work.tsx'

export function Sealing(props: { readonly sealed: boolean }) {
  const [asking, setAsking] = createSignal(false)
  return (
    <>
      <Row
        label="Encryption"
        hint={
          props.sealed
            ? "Snapshots, journals and backups can only be read with the vault's key. Exports are plain."
            : 'Sealed fields are encrypted; everything else can be read by whoever reads the folder.'
        }
      >
        <span class="flex items-center gap-2">
          <Badge tone={props.sealed ? 'ok' : 'quiet'}>{props.sealed ? 'Sealed' : 'Plain'}</Badge>
          <Button size="sm" disabled={working()} onClick={() => setAsking(true)}>
            {props.sealed ? 'Unseal…' : 'Seal…'}
          </Button>
        </span>
      </Row>
      <SealDialog open={asking()} sealed={props.sealed} onClose={() => setAsking(false)} />
    </>
  )
}

function SealDialog(props: { readonly open: boolean; readonly sealed: boolean; readonly onClose: () => void }) {
  const change = async () => {
    await (props.sealed ? engine.store.unseal({}) : engine.store.seal({ start: 'keyring' }))
    toast.ok('The engine restarts and rewrites the store; this window finds it again by itself')
  }
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={props.sealed ? 'Unseal the store?' : 'Seal the store?'}
      confirm={props.sealed ? 'Unseal and restart' : 'Seal and restart'}
      danger
      onConfirm={change}
    >
      <Show
        when={props.sealed}
        fallback={
          <>
            <p>
              The whole store is encrypted with the vault's key, and the plain files and backups are removed. Exports that were made stay as
              they are.
            </p>
            <p class="mt-3">
              At each start the key comes from the vault's slot in the keyring. Whoever loses every way into the vault loses the data too. A
              vault without a keyring: troupe store seal --start passphrase, in a terminal.
            </p>
          </>
        }
      >
        <p>Everything is written as it is, without a key, and the sealed backups are removed.</p>
      </Show>
    </ConfirmDialog>
  )
}
