import { createEffect, createSignal, For, Match, on, Show, Switch } from 'solid-js'
import type { CredentialPlan, ImportResult, ImportSource } from '#contract'
import { engine } from '../../../link/mod.ts'
import { counted } from '../../../look/format.ts'
import { Button, Dialog, ErrorNote, type Failure, failureOf } from '../../../parts/mod.ts'
import { ImportPlan } from './import-plan.tsx'
import { ImportSourceForm, type SourceKind } from './import-source.tsx'

interface ImportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** choosing → planned (what would be made, without a value) → done */
type Stage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'planned'; readonly source: ImportSource; readonly plan: CredentialPlan }
  | { readonly kind: 'done'; readonly result: ImportResult }

export function ImportDialog(props: ImportDialogProps) {
  const [stage, setStage] = createSignal<Stage>({ kind: 'choosing' })
  const [kind, setKind] = createSignal<SourceKind>('csv')
  const [text, setText] = createSignal('')
  const [passphrase, setPassphrase] = createSignal('')
  const [keys, setKeys] = createSignal<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const forget = () => {
    setStage({ kind: 'choosing' })
    setText('')
    setPassphrase('')
    setFailure(undefined)
  }
  createEffect(on(() => props.open, forget))
  const during = async (work: () => Promise<Stage>) => {
    setBusy(true)
    setFailure(undefined)
    try {
      setStage(await work())
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }
  const source = (): ImportSource => {
    const now = kind()
    if (now === 'environment') return { kind: now }
    if (now === 'sealed') return { kind: now, text: text(), passphrase: passphrase() }
    return { kind: now, text: text() }
  }
  const ready = () => kind() === 'environment' || (text().trim() !== '' && (kind() !== 'sealed' || passphrase() !== ''))
  const plan = () =>
    void during(async () => {
      const from = source()
      const made = await engine.credential.planImport({ source: from })
      setKeys(new Set(made.items.filter((item) => item.chosen).map((item) => item.key)))
      return { kind: 'planned', source: from, plan: made }
    })
  const make = () => {
    const now = stage()
    if (now.kind !== 'planned') return
    void during(async () => {
      const result = await engine.credential.import({ source: now.source, digest: now.plan.digest, keys: [...keys()] })
      setText('')
      setPassphrase('')
      return { kind: 'done', result }
    })
  }
  const planned = () => {
    const now = stage()
    return now.kind === 'planned' ? now.plan : undefined
  }
  const done = () => {
    const now = stage()
    return now.kind === 'done' ? now.result : undefined
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={done() ? 'Imported' : planned() ? 'This would be made' : 'Import credentials'}
      description={planned() ? 'Without a value: those stay in the file until you say yes.' : undefined}
      footer={
        <Switch>
          <Match when={done()}>
            <Button variant="primary" onClick={() => props.onOpenChange(false)}>
              Done
            </Button>
          </Match>
          <Match when={planned()}>
            <Button onClick={() => setStage({ kind: 'choosing' })}>Back</Button>
            <Button variant="primary" busy={busy()} disabled={keys().size === 0} onClick={make}>
              Seal {counted(keys().size, 'credential')}
            </Button>
          </Match>
          <Match when={true}>
            <Button onClick={() => props.onOpenChange(false)}>Not now</Button>
            <Button variant="primary" busy={busy()} disabled={!ready()} onClick={plan}>
              Show what it is
            </Button>
          </Match>
        </Switch>
      }
    >
      <Switch>
        <Match when={done()}>{(result) => <Result result={result()} />}</Match>
        <Match when={planned()}>{(shown) => <ImportPlan plan={shown()} keys={keys()} onKeys={setKeys} />}</Match>
        <Match when={true}>
          <ImportSourceForm
            kind={kind()}
            text={text()}
            passphrase={passphrase()}
            onKind={setKind}
            onText={setText}
            onPassphrase={setPassphrase}
            onFailure={setFailure}
          />
        </Match>
      </Switch>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="Nothing was imported" class="mt-3" />}</Show>
    </Dialog>
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
