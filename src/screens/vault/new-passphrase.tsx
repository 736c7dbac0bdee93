import { For, Show } from 'solid-js'
import type { PassphraseStrength } from '#contract'
import { Field, TextInput } from '../../parts/mod.ts'
import { foundWhen, isTooShort, STRENGTH_WORDS } from './passphrase.ts'
import { createStrength } from './strength.ts'

interface NewPassphraseProps {
  readonly value: string
  readonly again: string
  readonly onValue: (value: string) => void
  readonly onAgain: (value: string) => void
  /** Shown once it was tried. */
  readonly error?: string | undefined
  readonly label?: string | undefined
}

/** Two fields and how well it would hold. */
export function NewPassphrase(props: NewPassphraseProps) {
  const strength = createStrength(() => props.value)
  return (
    <div class="flex flex-col gap-3">
      <Field label={props.label ?? 'Passphrase'} error={isTooShort(props.value) ? props.error : undefined}>
        <TextInput type="password" autocomplete="new-password" value={props.value} onValue={props.onValue} />
      </Field>
      <Meter strength={strength()} />
      <Field label="Passphrase again" error={isTooShort(props.value) ? undefined : props.error}>
        <TextInput type="password" autocomplete="new-password" value={props.again} onValue={props.onAgain} />
      </Field>
    </div>
  )
}

const TONES = ['bg-bad', 'bg-bad', 'bg-warn', 'bg-ok', 'bg-ok'] as const

function Meter(props: { readonly strength: PassphraseStrength | undefined }) {
  const score = () => props.strength?.score ?? -1
  return (
    <div class="-mt-1" role="status">
      <div class="grid grid-cols-5 gap-1" aria-hidden="true">
        <For each={TONES}>
          {(_, index) => <span class={`h-1 rounded-full transition-colors ${index() <= score() ? TONES[score()] : 'bg-line'}`} />}
        </For>
      </div>
      <p class="mt-1 min-h-10 text-sm text-muted">
        <Show when={props.strength} fallback="Four or five unrelated words hold well, and can be remembered. Nobody can reset it.">
          {(strength) => (
            <>
              <span class="font-medium text-text">{STRENGTH_WORDS[strength().score]}.</span> Somebody with this computer’s files{' '}
              {foundWhen(strength().crackSeconds)}. {strength().warning} {strength().advice[0] ?? ''}
            </>
          )}
        </Show>
      </p>
    </div>
  )
}
