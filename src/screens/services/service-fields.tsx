import { Show } from 'solid-js'
import { Field, NumberInput, Segmented, Select, TextArea, TextInput } from '../../parts/mod.ts'
import type { FormProblems, ServiceForm } from './service-form.ts'

interface ServiceFieldsProps {
  readonly form: ServiceForm
  readonly problems: FormProblems
  readonly isNew: boolean
  readonly onChange: (change: Partial<ServiceForm>) => void
}

const DESIRED = [
  { value: 'on', label: 'On' },
  { value: 'on-demand', label: 'On demand' },
  { value: 'off', label: 'Off' },
] as const
const READY = [
  { value: 'started', label: 'When it runs' },
  { value: 'port', label: 'When a port takes connections' },
  { value: 'http', label: 'When an address answers' },
  { value: 'line', label: 'When it says a text' },
  { value: 'notify', label: 'When it says READY=1' },
] as const
const HEALTH = [
  { value: 'none', label: 'Not asked' },
  { value: 'port', label: 'A port takes connections' },
  { value: 'http', label: 'An address answers' },
  { value: 'command', label: 'A program ends with 0' },
] as const
const PLACES = { started: '', notify: '', none: '', port: 'Port', http: 'Address', line: 'Text', command: 'Program and arguments' } as const

export function ServiceFields(props: ServiceFieldsProps) {
  return (
    <>
      <div class="grid grid-cols-2 gap-4">
        <Field label="Id" error={props.problems.id} hint={props.isNew ? 'Short, such as ollama.' : undefined}>
          <TextInput mono value={props.form.id} disabled={!props.isNew} onValue={(id) => props.onChange({ id })} />
        </Field>
        <Field label="Name" optional>
          <TextInput value={props.form.label} onValue={(label) => props.onChange({ label })} />
        </Field>
      </div>
      <Segmented label="Whether it runs" value={props.form.desired} options={DESIRED} onValue={(desired) => props.onChange({ desired })} />
      <Show when={props.form.desired === 'on-demand'}>
        <Field label="Stop it when nobody used it for" class="w-56">
          <NumberInput
            min={1}
            max={86_400}
            unit="s"
            value={props.form.idleSeconds}
            onValue={(value) => props.onChange({ idleSeconds: value ?? 300 })}
          />
        </Field>
      </Show>
      <Field label="Program" error={props.problems.program} hint="On the PATH, or a whole path. Never a shell line.">
        <TextInput mono value={props.form.program} onValue={(program) => props.onChange({ program })} />
      </Field>
      <Field label="Arguments" optional hint="One a line.">
        <TextArea mono rows={2} value={props.form.args} onValue={(args) => props.onChange({ args })} />
      </Field>
      <Asked
        label="Ready"
        value={props.form.ready}
        options={READY}
        onValue={(ready) => props.onChange({ ready })}
        at={props.form.readyAt}
        onAt={(readyAt) => props.onChange({ readyAt })}
        error={props.problems.readyAt}
      />
      <Asked
        label="Health"
        value={props.form.health}
        options={HEALTH}
        onValue={(health) => props.onChange({ health })}
        at={props.form.healthAt}
        onAt={(healthAt) => props.onChange({ healthAt })}
        error={props.problems.healthAt}
      />
      <details>
        <summary class="w-fit font-medium">Ports, needs, environment and limits</summary>
        <More {...props} />
      </details>
    </>
  )
}

function More(props: ServiceFieldsProps) {
  return (
    <div class="mt-3 grid grid-cols-2 gap-4">
      <Field label="Ports" optional error={props.problems.ports} hint="Must be free before it is started.">
        <TextInput value={props.form.ports} onValue={(ports) => props.onChange({ ports })} />
      </Field>
      <Field label="Needs" optional hint="Ids of services that come first.">
        <TextInput mono value={props.form.needs} onValue={(needs) => props.onChange({ needs })} />
      </Field>
      <Field label="Credentials" optional hint="Names; lent as variables while it runs.">
        <TextInput mono value={props.form.credentials} onValue={(credentials) => props.onChange({ credentials })} />
      </Field>
      <Field label="Folder" optional hint="Empty: one of its own.">
        <TextInput mono value={props.form.cwd} onValue={(cwd) => props.onChange({ cwd })} />
      </Field>
      <Field label="Variables" optional class="col-span-2" error={props.problems.env} hint="NAME=value, one a line. Not for secrets.">
        <TextArea mono rows={2} value={props.form.env} onValue={(env) => props.onChange({ env })} />
      </Field>
      <Field label="When it ends by itself">
        <Select
          value={props.form.restart}
          options={[
            { value: 'always', label: 'Start it again' },
            { value: 'on-failure', label: 'Start it again after a failure' },
            { value: 'never', label: 'Leave it' },
          ]}
          onValue={(restart) => props.onChange({ restart })}
        />
      </Field>
      <Field label="Kill it when it has not stopped after">
        <NumberInput
          min={0}
          max={300}
          unit="s"
          value={props.form.stopSeconds}
          onValue={(value) => props.onChange({ stopSeconds: value ?? 5 })}
        />
      </Field>
      <Field label="Memory at most" optional>
        <NumberInput min={1} step={1} unit="MB" value={props.form.memoryMb} onValue={(memoryMb) => props.onChange({ memoryMb })} />
      </Field>
      <Field label="Processor at most" optional>
        <NumberInput min={1} step={1} unit="%" value={props.form.cpuPercent} onValue={(cpuPercent) => props.onChange({ cpuPercent })} />
      </Field>
      <Show when={props.form.memoryMb !== null || props.form.cpuPercent !== null}>
        <Field label="When it takes more">
          <Select
            value={props.form.limitAction}
            options={[
              { value: 'warn', label: 'Say so' },
              { value: 'restart', label: 'Start it anew' },
              { value: 'stop', label: 'Stop it' },
            ]}
            onValue={(limitAction) => props.onChange({ limitAction })}
          />
        </Field>
      </Show>
    </div>
  )
}

interface AskedProps<Kind extends keyof typeof PLACES> {
  readonly label: string
  readonly value: Kind
  readonly options: readonly { readonly value: Kind; readonly label: string }[]
  readonly onValue: (value: Kind) => void
  readonly at: string
  readonly onAt: (text: string) => void
  readonly error: string | undefined
}

/** How something is asked, and where. */
function Asked<Kind extends keyof typeof PLACES>(props: AskedProps<Kind>) {
  return (
    <div class="grid grid-cols-2 gap-4">
      <Field label={props.label}>
        <Select value={props.value} options={props.options} onValue={props.onValue} />
      </Field>
      <Show when={PLACES[props.value] !== ''}>
        <Field label={PLACES[props.value]} error={props.error}>
          <Show when={props.value === 'command'} fallback={<TextInput mono value={props.at} onValue={props.onAt} />}>
            <TextArea mono rows={2} value={props.at} onValue={props.onAt} />
          </Show>
        </Field>
      </Show>
    </div>
  )
}
