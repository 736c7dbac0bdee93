import { For, Match, Show, Switch } from 'solid-js'
import type { ImportResult } from '#contract'
import { counted } from '../../../look/format.ts'
import { Button, Dialog, ErrorNote } from '../../../parts/mod.ts'
import { ImportPlan } from './import-plan.tsx'
import { ImportSourceForm } from './import-source.tsx'
import { createImporting, type Importing } from './importing.ts'

interface ImportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

export function ImportDialog(props: ImportDialogProps) {
  const importing = createImporting(() => props.open)
  const { done, planned } = importing
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={done() ? 'Imported' : planned() ? 'This would be made' : 'Import credentials'}
      description={planned() ? 'Without a value: those stay in the file until you say yes.' : undefined}
      footer={<Footer importing={importing} onClose={() => props.onOpenChange(false)} />}
    >
      <Switch>
        <Match when={done()}>{(result) => <Result result={result()} />}</Match>
        <Match when={planned()}>{(shown) => <ImportPlan plan={shown()} keys={importing.keys()} onKeys={importing.setKeys} />}</Match>
        <Match when={true}>
          <ImportSourceForm
            kind={importing.kind()}
            text={importing.text()}
            passphrase={importing.passphrase()}
            onKind={importing.setKind}
            onText={importing.setText}
            onPassphrase={importing.setPassphrase}
            onFailure={importing.fail}
          />
        </Match>
      </Switch>
      <Show when={importing.failure()}>{(shown) => <ErrorNote failure={shown()} title="Nothing was imported" class="mt-3" />}</Show>
    </Dialog>
  )
}

function Footer(props: { readonly importing: Importing; readonly onClose: () => void }) {
  const { done, planned, choose, keys, busy, make, ready, plan } = props.importing
  return (
    <Switch>
      <Match when={done()}>
        <Button variant="primary" onClick={() => props.onClose()}>
          Done
        </Button>
      </Match>
      <Match when={planned()}>
        <Button onClick={choose}>Back</Button>
        <Button variant="primary" busy={busy()} disabled={keys().size === 0} onClick={make}>
          Seal {counted(keys().size, 'credential')}
        </Button>
      </Match>
      <Match when={true}>
        <Button onClick={() => props.onClose()}>Not now</Button>
        <Button variant="primary" busy={busy()} disabled={!ready()} onClick={plan}>
          Show what it is
        </Button>
      </Match>
    </Switch>
  )
}

function Result(props: { readonly result: ImportResult }) {
  return (
    <>
      <p>
        {counted(props.result.added.length, 'credential')} sealed in the vault. Delete the file now: its values lie open in it. No persona
        may borrow them yet.
      </p>
      <Show when={props.result.skipped.length > 0}>
        <ul class="mt-2 list-disc pl-5 text-muted">
          <For each={props.result.skipped}>
            {(one) => (
              <li>
                {one.from}: {one.why}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </>
  )
}
