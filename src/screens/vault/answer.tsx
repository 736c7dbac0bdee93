/** How a person shows who they are: a passphrase, the keyring, or a recovery code. Used to unlock, and again before what is dangerous. */
import { createSignal, Show } from 'solid-js'
import type { VaultAnswer, VaultSlot } from '#contract'
import { Field, type Option, Segmented, TextInput } from '../../parts/mod.ts'

type Kind = VaultAnswer['kind']
const WORDS: Readonly<Record<Kind, string>> = { passphrase: 'Passphrase', keyring: 'Keyring', recovery: 'Recovery code' }

export interface AnswerForm {
  readonly kind: () => Kind
  readonly setKind: (kind: Kind) => void
  readonly text: () => string
  readonly setText: (text: string) => void
  readonly kinds: () => readonly Kind[]
  /** undefined: not filled in yet. */
  readonly answer: () => VaultAnswer | undefined
  readonly clear: () => void
}

/** `keyring: false` where it would prove nothing. */
export function createAnswer(slots: () => readonly VaultSlot[], { keyring = true }: { readonly keyring?: boolean } = {}): AnswerForm {
  const [chosen, setKind] = createSignal<Kind>()
  const [text, setText] = createSignal('')
  const kinds = () => {
    const there = (['passphrase', 'keyring', 'recovery'] as const).filter((kind) => slots().some((slot) => slot.kind === kind))
    const useful = keyring || !there.includes('passphrase') ? there : there.filter((kind) => kind !== 'keyring')
    return useful.length > 0 ? useful : (['passphrase'] as const)
  }
  const kind = () => chosen() ?? kinds()[0] ?? 'passphrase'
  const answer = (): VaultAnswer | undefined => {
    if (kind() === 'keyring') return { kind: 'keyring' }
    if (text() === '') return undefined
    return kind() === 'recovery' ? { kind: 'recovery', code: text() } : { kind: 'passphrase', passphrase: text() }
  }
  return {
    kind,
    setKind: (next) => {
      setKind(next)
      setText('')
    },
    text,
    setText,
    kinds,
    answer,
    clear: () => setText(''),
  }
}

export function AnswerFields(props: { readonly form: AnswerForm }) {
  const options = (): readonly Option<Kind>[] => props.form.kinds().map((kind) => ({ value: kind, label: WORDS[kind] }))
  return (
    <div class="flex min-w-0 flex-col gap-2">
      <Show when={options().length > 1}>
        <Segmented label="Open it with" value={props.form.kind()} options={options()} onValue={props.form.setKind} />
      </Show>
      <Show
        when={props.form.kind() !== 'keyring'}
        fallback={<p class="text-muted">This computer’s keyring is asked; it may ask you for its own password.</p>}
      >
        <Field label={WORDS[props.form.kind()]} hideLabel={options().length > 1}>
          <TextInput
            data-first
            type={props.form.kind() === 'passphrase' ? 'password' : 'text'}
            mono={props.form.kind() === 'recovery'}
            autocomplete={props.form.kind() === 'passphrase' ? 'current-password' : 'off'}
            placeholder={WORDS[props.form.kind()]}
            value={props.form.text()}
            onValue={props.form.setText}
          />
        </Field>
      </Show>
    </div>
  )
}
