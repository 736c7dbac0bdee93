import { Show } from 'solid-js'
import { Field, Select, TextInput } from '../../parts/mod.ts'
import { connectors, credentials } from '../../state/mod.ts'
import { KINDS, keyFieldOf, type ProviderForm, type problemsOf } from './provider-kinds.ts'

interface KeyFieldsProps {
  readonly form: ProviderForm
  readonly problems: ReturnType<typeof problemsOf>
  readonly onChange: (patch: Partial<ProviderForm>) => void
}

/** Where the key comes from: a credential of the vault, or a variable of the engine's environment. */
export function KeyFields(props: KeyFieldsProps) {
  const usable = () =>
    (credentials.value() ?? []).flatMap((row) => {
      const field = keyFieldOf(connectors.value()?.find(({ id }) => id === row.connector))
      return field === undefined ? [] : [{ value: row.id, label: row.label === '' ? row.name : `${row.name} (${row.label})`, field }]
    })
  const options = () => [
    { value: '', label: 'A variable of the environment' },
    ...usable().map(({ value, label }) => ({ value, label: `${label}, from the vault` })),
  ]
  const pick = (id: string) => {
    const found = usable().find(({ value }) => value === id)
    props.onChange(
      found ? { credential: { id, field: found.field }, keyEnv: '' } : { credential: null, keyEnv: KINDS[props.form.kind].keyEnv ?? '' },
    )
  }
  return (
    <>
      <Field label="Key from" class="col-span-2">
        <Select value={props.form.credential?.id ?? ''} options={options()} onValue={pick} />
      </Field>
      <Show when={props.form.credential === null}>
        <Field
          label="Variable with the key"
          optional={KINDS[props.form.kind].keyEnv === null}
          hint="The key itself is never typed here: set this variable in the environment from which Troupe starts, or keep the key in the vault."
          error={props.problems.keyEnv}
          class="col-span-2"
        >
          <TextInput mono value={props.form.keyEnv} onValue={(keyEnv) => props.onChange({ keyEnv })} />
        </Field>
      </Show>
    </>
  )
}
