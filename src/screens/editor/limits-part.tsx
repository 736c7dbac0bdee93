import { Show } from 'solid-js'
import { LIMITS } from '#contract/plain'
import { Field, Select, TextInput } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'
import type { LimitsForm } from './form.ts'
import { Part } from './part.tsx'
import { BYTE_UNITS, inUnits, TIME_UNITS, type Unit } from './units.ts'

export function LimitsPart(props: { readonly draft: Draft }) {
  const { form } = props.draft
  return (
    <Part id="limits" title="Limits" hint="Where a run is stopped, whatever it does. It says so when it is.">
      <div class="grid grid-cols-2 gap-3 narrow:grid-cols-1">
        <AmountField draft={props.draft} field="timeoutMs" label="Time of one run" units={TIME_UNITS} usual={LIMITS.runTimeoutMs.default} />
        <NumberField draft={props.draft} field="concurrency" label="Runs at the same time" usual={LIMITS.runConcurrency.default} />
        <Show when={form.bodyKind === 'model'}>
          <NumberField draft={props.draft} field="turns" label="Model calls in one run" usual={LIMITS.runTurns.default} />
        </Show>
        <AmountField
          draft={props.draft}
          field="outputBytes"
          label="Output kept of one run"
          units={BYTE_UNITS}
          usual={LIMITS.runOutputBytes.default}
        />
        <AmountField
          draft={props.draft}
          field="lineBytes"
          label="Longest line of output"
          units={BYTE_UNITS}
          usual={LIMITS.runLineBytes.default}
        />
      </div>
    </Part>
  )
}

interface AmountFieldProps {
  readonly draft: Draft
  readonly field: 'timeoutMs' | 'outputBytes' | 'lineBytes'
  readonly label: string
  readonly units: readonly Unit[]
  readonly usual: number
}

function AmountField(props: AmountFieldProps) {
  const amount = () => props.draft.form.limits[props.field]
  const put = (patch: Partial<LimitsForm['timeoutMs']>) => props.draft.set('limits', props.field, patch)
  return (
    <Field label={props.label} hint={`Usually ${inUnits(props.usual, props.units)}`} error={props.draft.problem(`limits.${props.field}`)}>
      <div class="flex gap-2">
        <TextInput inputmode="decimal" class="flex-1" value={amount().value} onValue={(value) => put({ value })} />
        <Select
          class="w-36 shrink-0"
          id={`unit-${props.field}`}
          aria-label={`Unit of: ${props.label}`}
          value={amount().unit}
          options={props.units.map((unit) => ({ value: unit.id, label: unit.label }))}
          onValue={(unit) => put({ unit })}
        />
      </div>
    </Field>
  )
}

function NumberField(props: {
  readonly draft: Draft
  readonly field: 'turns' | 'concurrency'
  readonly label: string
  readonly usual: number
}) {
  return (
    <Field label={props.label} hint={`Usually ${props.usual}`} error={props.draft.problem(`limits.${props.field}`)}>
      <TextInput
        inputmode="numeric"
        value={props.draft.form.limits[props.field]}
        onValue={(value) => props.draft.set('limits', props.field, value)}
      />
    </Field>
  )
}
