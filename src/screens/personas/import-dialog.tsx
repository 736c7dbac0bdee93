import { Match, Show, Switch } from 'solid-js'
import { counted } from '../../look/format.ts'
import { Button, Dialog, ErrorNote } from '../../parts/mod.ts'
import { Created } from './import-created.tsx'
import { Plan } from './import-plan.tsx'
import { Choose } from './import-source.tsx'
import { createImporting, type Importing } from './importing.ts'

interface ImportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

export function ImportDialog(props: ImportDialogProps) {
  const importing = createImporting()
  const { done, planned } = importing
  const close = (open: boolean) => {
    props.onOpenChange(open)
    if (!open) importing.forget()
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={close}
      title={done() ? 'Imported' : planned() ? 'This would be created' : 'Import personas'}
      footer={<Footer importing={importing} onClose={() => close(false)} />}
    >
      <Switch>
        <Match when={done()}>{(rows) => <Created rows={rows()} />}</Match>
        <Match when={planned()}>{(shown) => <Plan plan={shown()} />}</Match>
        <Match when={true}>
          <Choose text={importing.text()} onText={importing.setText} onFile={(file) => void importing.take(file)} />
        </Match>
      </Switch>
      <Show when={importing.failure()}>{(shown) => <ErrorNote title="Nothing was imported" failure={shown()} class="mt-3" />}</Show>
    </Dialog>
  )
}

function Footer(props: { readonly importing: Importing; readonly onClose: () => void }) {
  const { done, planned, choose, create, text, plan, busy } = props.importing
  return (
    <Switch>
      <Match when={done()}>
        <Button variant="primary" onClick={() => props.onClose()}>
          Done
        </Button>
      </Match>
      <Match when={planned()}>
        {(shown) => (
          <>
            <Button onClick={choose}>Back</Button>
            <Button variant="primary" busy={busy()} onClick={create}>
              Create {counted(shown().items.length, 'persona')}, asleep
            </Button>
          </>
        )}
      </Match>
      <Match when={true}>
        <Button onClick={() => props.onClose()}>Not now</Button>
        <Button variant="primary" disabled={text().trim() === ''} busy={busy()} onClick={plan}>
          Show what it is
        </Button>
      </Match>
    </Switch>
  )
}
