import { Show } from 'solid-js'
import type { ImportSource } from '#contract'
import { LIMITS } from '#contract/plain'
import { bytes } from '../../../look/format.ts'
import { type Failure, Field, Select, TextArea, TextInput } from '../../../parts/mod.ts'

export type SourceKind = ImportSource['kind']

const KINDS: readonly { readonly value: SourceKind; readonly label: string; readonly hint: string }[] = [
  { value: 'csv', label: 'Password manager (CSV)', hint: 'The CSV export of Bitwarden, 1Password or KeePassXC.' },
  { value: 'env', label: '.env file', hint: 'Lines such as NAME=value.' },
  { value: 'environment', label: 'Environment of Troupe', hint: 'Keys that were set when Troupe was started.' },
  { value: 'sealed', label: 'Sealed file of Troupe', hint: 'What “Export” made, with its own passphrase.' },
]

interface ImportSourceFormProps {
  readonly kind: SourceKind
  readonly text: string
  readonly passphrase: string
  readonly onKind: (kind: SourceKind) => void
  readonly onText: (text: string) => void
  readonly onPassphrase: (passphrase: string) => void
  readonly onFailure: (failure: Failure | undefined) => void
}

export function ImportSourceForm(props: ImportSourceFormProps) {
  const hint = () => KINDS.find(({ value }) => value === props.kind)?.hint
  const take = async (file: File | undefined) => {
    if (!file) return
    const most = props.kind === 'sealed' ? LIMITS.frameBytes - 65_536 : LIMITS.importBytes
    if (file.size > most) {
      const message = `${file.name} has ${bytes(file.size)}; at most ${bytes(most)} can be imported.`
      props.onFailure({ code: 'TOO_LARGE', message, hint: undefined, canRetry: false })
      return
    }
    props.onFailure(undefined)
    props.onText(await file.text())
  }
  return (
    <div class="flex flex-col gap-3">
      <Field label="From" hint={hint()}>
        <Select value={props.kind} options={KINDS} onValue={props.onKind} />
      </Field>
      <Show when={props.kind !== 'environment'}>
        <input
          type="file"
          aria-label="File to import"
          class="text-muted file:mr-3 file:h-[var(--control)] file:rounded-md file:border file:border-line-strong file:bg-raised file:px-3 file:font-medium file:text-text hover:file:bg-hover"
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        <Field label="Or paste its text">
          <TextArea rows={6} mono spellcheck={false} value={props.text} onValue={props.onText} />
        </Field>
      </Show>
      <Show when={props.kind === 'sealed'}>
        <Field label="Passphrase of the file">
          <TextInput type="password" value={props.passphrase} onValue={props.onPassphrase} />
        </Field>
      </Show>
    </div>
  )
}
