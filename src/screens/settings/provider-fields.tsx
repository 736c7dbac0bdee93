import { Show } from 'solid-js'
import { PROVIDER_KINDS } from '#contract/plain'
import { Field, NumberInput, Segmented, Select, TextInput } from '../../parts/mod.ts'
import { KeyFields } from './provider-key.tsx'
import { KINDS, type ProviderForm, type problemsOf } from './provider-kinds.ts'

interface ProviderFieldsProps {
  readonly form: ProviderForm
  readonly taken: readonly string[]
  readonly problems: ReturnType<typeof problemsOf>
  readonly onChange: (patch: Partial<ProviderForm>) => void
  readonly onKind: (kind: ProviderForm['kind']) => void
}

/** What a provider of this kind needs to be told. */
export function ProviderFields(props: ProviderFieldsProps) {
  const look = () => KINDS[props.form.kind]
  return (
    <div class="grid grid-cols-2 gap-x-4 gap-y-3">
      <Field label="Kind" hint={look().about} class="col-span-2">
        <Select
          value={props.form.kind}
          options={PROVIDER_KINDS.map((kind) => ({ value: kind, label: KINDS[kind].label }))}
          onValue={props.onKind}
        />
      </Field>
      <Field label="Name" error={props.problems.label}>
        <TextInput value={props.form.label} onValue={(label) => props.onChange({ label })} />
      </Field>
      <Field label="Id" hint="Personas name it so." error={props.problems.id}>
        <TextInput mono value={props.form.id} onValue={(id) => props.onChange({ id })} />
      </Field>
      <Show when={look().address !== 'none'}>
        <Field
          label="Address"
          optional={look().address === 'may'}
          hint={look().addressHint}
          error={props.problems.baseUrl}
          class="col-span-2"
        >
          <TextInput mono type="url" value={props.form.baseUrl} onValue={(baseUrl) => props.onChange({ baseUrl })} />
        </Field>
      </Show>
      <KeyFields form={props.form} problems={props.problems} onChange={props.onChange} />
      <Show when={props.form.kind === 'openai'}>
        <div class="col-span-2 flex items-center gap-3">
          <span class="text-sm font-medium">Protocol</span>
          <Segmented
            label="Protocol"
            value={props.form.api}
            options={[
              { value: 'responses', label: 'Responses' },
              { value: 'chat', label: 'Chat' },
            ]}
            onValue={(api) => props.onChange({ api })}
          />
        </div>
      </Show>
      <Field label="Model to try" optional hint="Streaming and tools are tried with it.">
        <TextInput mono value={props.form.model} onValue={(model) => props.onChange({ model })} />
      </Field>
      <Field label="Context" optional hint="When it does not say itself.">
        <NumberInput
          unit="tokens"
          min={256}
          max={20_000_000}
          step={1}
          value={props.form.contextTokens}
          onValue={(contextTokens) => props.onChange({ contextTokens })}
        />
      </Field>
    </div>
  )
}
