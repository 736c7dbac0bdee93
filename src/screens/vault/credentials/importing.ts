/** choosing → planned (what would be made, without a value) → done */
import { createEffect, createSignal, on } from 'solid-js'
import type { CredentialPlan, ImportResult, ImportSource } from '#contract'
import { engine } from '../../../link/mod.ts'
import { createAttempt } from '../../../parts/mod.ts'
import type { SourceKind } from './import-source.tsx'

type Stage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'planned'; readonly source: ImportSource; readonly plan: CredentialPlan }
  | { readonly kind: 'done'; readonly result: ImportResult }

export type Importing = ReturnType<typeof createImporting>

/** Begins anew whenever the dialog opens or closes; a file's text does not outlive it. */
export function createImporting(open: () => boolean) {
  const [stage, setStage] = createSignal<Stage>({ kind: 'choosing' })
  const [kind, setKind] = createSignal<SourceKind>('csv')
  const [text, setText] = createSignal('')
  const [passphrase, setPassphrase] = createSignal('')
  const [keys, setKeys] = createSignal<ReadonlySet<string>>(new Set())
  const { busy, failure, run, fail } = createAttempt()
  const choose = () => setStage({ kind: 'choosing' })
  const dropSecrets = () => {
    setText('')
    setPassphrase('')
  }
  createEffect(
    on(open, () => {
      choose()
      dropSecrets()
      fail(undefined)
    }),
  )
  const source = (): ImportSource => {
    const now = kind()
    if (now === 'environment') return { kind: now }
    if (now === 'sealed') return { kind: now, text: text(), passphrase: passphrase() }
    return { kind: now, text: text() }
  }
  const plan = () =>
    void run(async () => {
      const from = source()
      const made = await engine.credential.planImport({ source: from })
      setKeys(new Set(made.items.filter((item) => item.chosen).map((item) => item.key)))
      setStage({ kind: 'planned', source: from, plan: made })
    })
  const make = () => {
    const now = stage()
    if (now.kind !== 'planned') return
    void run(async () => {
      const result = await engine.credential.import({ source: now.source, digest: now.plan.digest, keys: [...keys()] })
      dropSecrets()
      setStage({ kind: 'done', result })
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
  return {
    kind,
    setKind,
    text,
    setText,
    passphrase,
    setPassphrase,
    ready: () => kind() === 'environment' || (text().trim() !== '' && (kind() !== 'sealed' || passphrase() !== '')),
    plan,
    planned,
    /** Keys of the plan's items that are wanted. */
    keys,
    setKeys,
    make,
    done,
    choose,
    busy,
    failure,
    fail,
  }
}
