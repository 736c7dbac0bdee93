import Dices from 'lucide-solid/icons/dices'
import Eye from 'lucide-solid/icons/eye'
import EyeOff from 'lucide-solid/icons/eye-off'
import { createSignal, For, Show } from 'solid-js'
import type { ConnectorField, ConnectorRow } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Checkbox, Field, IconButton, NumberInput, Select, TextArea, TextInput, toast, tryOrToast } from '../../../parts/mod.ts'
import type { CredentialForm, FormProblems } from './form.ts'

interface CredentialFieldsProps {
  readonly connector: ConnectorRow
  readonly form: CredentialForm
  readonly problems: FormProblems
  readonly onChange: (patch: Partial<CredentialForm>) => void
  /** Fields that have a value already: left empty, they keep it. */
  readonly kept?: readonly string[]
}

/** The connector's form, then what holds for every credential. */
export function CredentialFields(props: CredentialFieldsProps) {
  const put = (name: string, value: string) => props.onChange({ values: { ...props.form.values, [name]: value } })
  return (
    <div class="flex flex-col gap-3">
      <div class="grid grid-cols-2 gap-x-4 gap-y-3 tiny:grid-cols-1">
        <Field label="Name" error={props.problems['#name']} hint={`Prompts use it: {{credential.${props.form.name || 'name'}.…}}`}>
          <TextInput mono value={props.form.name} onValue={(name) => props.onChange({ name })} />
        </Field>
        <Field label="Called" optional hint="For you, e.g. “work account”.">
          <TextInput maxlength={80} value={props.form.label} onValue={(label) => props.onChange({ label })} />
        </Field>
      </div>
      <For each={props.connector.fields.filter((field) => field.kind !== 'connected')}>
        {(field) => (
          <Field label={field.label} optional={!field.required} hint={field.help} error={props.problems[field.name]}>
            <Value
              field={field}
              kept={props.kept?.includes(field.name) ?? false}
              value={props.form.values[field.name] ?? ''}
              onValue={(value) => put(field.name, value)}
            />
          </Field>
        )}
      </For>
      <More {...props} />
    </div>
  )
}

interface ValueProps {
  readonly field: ConnectorField
  readonly kept: boolean
  readonly value: string
  readonly onValue: (value: string) => void
}

function Value(props: ValueProps) {
  const { field } = props
  if (field.kind === 'choice')
    return (
      <Select
        value={props.value || field.default}
        options={field.choices.map((value) => ({ value, label: value }))}
        onValue={props.onValue}
      />
    )
  if (field.kind === 'lines')
    return (
      <TextArea
        mono
        rows={5}
        spellcheck={false}
        placeholder={props.kept ? 'Stays as it is' : undefined}
        value={props.value}
        onValue={props.onValue}
      />
    )
  return (
    <Show when={field.secret} fallback={<TextInput value={props.value} placeholder={field.default} onValue={props.onValue} />}>
      <Secret {...props} />
    </Show>
  )
}

function Secret(props: ValueProps) {
  const [shown, setShown] = createSignal(false)
  const generate = () =>
    void tryOrToast('No password was made', async () => {
      const made = await engine.credential.generate({})
      props.onValue(made.password)
      setShown(true)
      toast.ok(`A password with ${Math.round(made.bits)} bits of chance was made`)
    })
  return (
    <div class="flex gap-1">
      <TextInput
        class="min-w-0 flex-1"
        type={shown() ? 'text' : 'password'}
        mono
        autocomplete="new-password"
        placeholder={props.kept ? 'Stays as it is' : undefined}
        value={props.value}
        onValue={props.onValue}
      />
      <IconButton
        icon={shown() ? EyeOff : Eye}
        label={shown() ? `Hide ${props.field.label}` : `Show ${props.field.label}`}
        pressed={shown()}
        onClick={() => setShown(!shown())}
      />
      <Show when={/password|passwort|secret/i.test(props.field.name)}>
        <IconButton icon={Dices} label={`Make a new ${props.field.label.toLowerCase()}`} onClick={generate} />
      </Show>
    </div>
  )
}

/** Hosts, end and reminder: the same for each. */
function More(props: CredentialFieldsProps) {
  return (
    <details class="rounded-md border border-line px-3 py-2" open={props.problems['#hosts'] !== undefined}>
      <summary class="text-muted hover:text-text">Hosts, end and reminder</summary>
      <div class="mt-3 flex flex-col gap-3">
        <Field
          label="More hosts it may be sent to"
          optional
          error={props.problems['#hosts']}
          hint={
            props.connector.hosts.length > 0
              ? `Besides ${props.connector.hosts.join(', ')}. One a line.`
              : 'It is sent nowhere else. One a line, e.g. api.example.org.'
          }
        >
          <TextArea
            mono
            rows={2}
            spellcheck={false}
            value={props.form.extraHosts}
            onValue={(extraHosts) => props.onChange({ extraHosts })}
          />
        </Field>
        <Checkbox
          label="Its hosts may be private addresses"
          hint="For a server of your own, at home or on this computer."
          checked={props.form.allowPrivate}
          onChecked={(allowPrivate) => props.onChange({ allowPrivate })}
        />
        <div class="grid grid-cols-2 gap-4 tiny:grid-cols-1">
          <Field label="Ends on" optional hint="The service’s own end of it.">
            <input
              type="date"
              class="control"
              aria-label="Ends on"
              value={props.form.expires}
              onInput={(event) => props.onChange({ expires: event.currentTarget.value })}
            />
          </Field>
          <Field label="Remind me of a new value" optional hint="Empty: no reminder.">
            <NumberInput
              unit="days"
              min={1}
              max={3650}
              step={1}
              value={props.form.rotateEveryDays}
              onValue={(rotateEveryDays) => props.onChange({ rotateEveryDays })}
            />
          </Field>
        </div>
      </div>
    </details>
  )
}
