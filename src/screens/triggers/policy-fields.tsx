import type { SetStoreFunction } from 'solid-js/store'
import { Field, NumberInput, Select, TextInput } from '../../parts/mod.ts'
import type { TriggerForm } from './form.ts'

/** What happens when two meet, when one was missed, and when nobody is there. */
export function PolicyFields(props: { readonly form: TriggerForm; readonly set: SetStoreFunction<TriggerForm> }) {
  return (
    <div class="grid grid-cols-2 gap-3">
      <Field label="When one is still running">
        <Select
          value={props.form.overlap}
          options={[
            { value: 'queue-one', label: 'Let one wait' },
            { value: 'skip', label: 'Skip it' },
            { value: 'cancel', label: 'Cancel the running one' },
            { value: 'all', label: 'Run all' },
          ]}
          onValue={(overlap) => props.set('overlap', overlap)}
        />
      </Field>
      <Field label="When it was missed" hint="Asleep, off, or too busy.">
        <Select
          value={props.form.missed}
          options={[
            { value: 'coalesce', label: 'Run once for all of them' },
            { value: 'skip', label: 'Note it, and go on' },
            { value: 'catch-up', label: 'Make up for the last ten' },
          ]}
          onValue={(missed) => props.set('missed', missed)}
        />
      </Field>
      <Field label="Unattended">
        <Select
          value={props.form.unattended}
          options={[
            { value: 'run', label: 'Run' },
            { value: 'ask', label: 'Ask me first' },
            { value: 'dry-run', label: 'Only note what would be sent' },
          ]}
          onValue={(unattended) => props.set('unattended', unattended)}
        />
      </Field>
      <Field label="Stop after failures in a row" hint="0: never.">
        <NumberInput
          value={props.form.stopAfterFailures}
          min={0}
          max={1000}
          onValue={(count) => props.set('stopAfterFailures', count ?? 0)}
        />
      </Field>
      <Field label="Quiet from" optional>
        <TextInput value={props.form.quietFrom} placeholder="22:00" onValue={(time) => props.set('quietFrom', time)} />
      </Field>
      <Field label="to" optional>
        <TextInput value={props.form.quietTo} placeholder="07:00" onValue={(time) => props.set('quietTo', time)} />
      </Field>
      <Field label="Rest after a fire, minutes" hint="0: none.">
        <NumberInput
          value={props.form.coolDownMinutes}
          min={0}
          max={100_000}
          onValue={(minutes) => props.set('coolDownMinutes', minutes ?? 0)}
        />
      </Field>
      <Field label="Fire once for each" optional hint="A template such as {{data.id}}.">
        <TextInput mono value={props.form.dedupeKey} onValue={(key) => props.set('dedupeKey', key)} />
      </Field>
    </div>
  )
}
