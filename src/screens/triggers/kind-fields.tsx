import { For, Match, Show, Switch } from 'solid-js'
import type { SetStoreFunction } from 'solid-js/store'
import type { ScheduleReading, TriggerRow } from '#contract'
import { Checkbox, Field, NumberInput, Select, TextInput } from '../../parts/mod.ts'
import { personas } from '../../state/mod.ts'
import type { TriggerForm } from './form.ts'
import { NextTimes } from './next-times.tsx'

interface KindFieldsProps {
  readonly form: TriggerForm
  readonly set: SetStoreFunction<TriggerForm>
  readonly reading: ScheduleReading | undefined
  /** Triggers that a composite may wait for. */
  readonly others: readonly TriggerRow[]
}

/** What the chosen kind asks for. */
export function KindFields(props: KindFieldsProps) {
  return (
    <Switch>
      <Match when={props.form.kind === 'schedule'}>
        <ScheduleFields {...props} />
      </Match>
      <Match when={props.form.kind === 'event'}>
        <EventFields {...props} />
      </Match>
      <Match when={props.form.kind === 'webhook'}>
        <Field label="Signature" hint="How the sender signs. Address and key are sealed in the vault, and shown under Triggers → Webhooks.">
          <Select
            value={props.form.signature}
            options={[
              { value: 'generic', label: 'Signed with a key (HMAC-SHA256)' },
              { value: 'github', label: 'GitHub' },
              { value: 'stripe', label: 'Stripe' },
              { value: 'slack', label: 'Slack' },
              { value: 'none', label: 'Not signed: who knows the address may call it' },
            ]}
            onValue={(signature) => props.set('signature', signature)}
          />
        </Field>
      </Match>
      <Match when={props.form.kind === 'file'}>
        <Field label="Folder" hint="It need not be there yet.">
          <TextInput mono value={props.form.folder} placeholder="~/Documents" onValue={(folder) => props.set('folder', folder)} />
        </Field>
        <Field label="Files" optional hint="Patterns, parted by commas.">
          <TextInput mono value={props.form.globs} placeholder="**/*.pdf" onValue={(globs) => props.set('globs', globs)} />
        </Field>
      </Match>
      <Match when={props.form.kind === 'poll'}>
        <PollFields {...props} />
      </Match>
      <Match when={props.form.kind === 'chain'}>
        <ChainFields {...props} />
      </Match>
      <Match when={props.form.kind === 'composite'}>
        <CompositeFields {...props} />
      </Match>
      <Match when={props.form.kind === 'clipboard'}>
        <Field label="With these words in it" optional>
          <TextInput value={props.form.contains} onValue={(contains) => props.set('contains', contains)} />
        </Field>
      </Match>
      <Match when={props.form.kind === 'focus'}>
        <Field label="Program" hint="A part of its name is enough.">
          <TextInput value={props.form.contains} onValue={(contains) => props.set('contains', contains)} />
        </Field>
      </Match>
    </Switch>
  )
}

function ScheduleFields(props: KindFieldsProps) {
  return (
    <>
      <Field
        label="When"
        hint="In words or as cron: every weekday at 9 · every 15 minutes between 9 and 17 · 0 9 * * 1-5"
        error={props.form.words.trim() === '' ? undefined : props.reading?.problem || undefined}
      >
        <TextInput value={props.form.words} placeholder="every weekday at 9" onValue={(words) => props.set('words', words)} />
      </Field>
      <Field label="Time zone" optional hint="Empty: the zone of this machine, wherever it is.">
        <TextInput value={props.form.zone} placeholder="Europe/Vienna" onValue={(zone) => props.set('zone', zone)} />
      </Field>
      <Show when={props.reading?.preview}>{(preview) => <NextTimes preview={preview()} />}</Show>
    </>
  )
}

function EventFields(props: KindFieldsProps) {
  return (
    <>
      <Field label="Type" hint="order.created, order.* for one part, order.** for any rest; several parted by commas.">
        <TextInput mono value={props.form.types} placeholder="order.*" onValue={(types) => props.set('types', types)} />
      </Field>
      <div class="grid grid-cols-[2fr_1fr_2fr] gap-2">
        <Field label="Only if" optional>
          <TextInput mono value={props.form.conditionPath} placeholder="data.total" onValue={(path) => props.set('conditionPath', path)} />
        </Field>
        <Field label="is">
          <Select
            value={props.form.conditionIs}
            options={(['equals', 'not', 'contains', 'exists', 'above', 'below'] as const).map((value) => ({ value, label: value }))}
            onValue={(is) => props.set('conditionIs', is)}
          />
        </Field>
        <Field label="Value">
          <TextInput value={props.form.conditionValue} onValue={(value) => props.set('conditionValue', value)} />
        </Field>
      </div>
    </>
  )
}

function PollFields(props: KindFieldsProps) {
  return (
    <>
      <Field label="Address">
        <TextInput
          mono
          type="url"
          value={props.form.url}
          placeholder="https://example.org/status.json"
          onValue={(url) => props.set('url', url)}
        />
      </Field>
      <div class="grid grid-cols-2 gap-3">
        <Field label="Every, minutes">
          <NumberInput
            value={props.form.everyMinutes}
            min={0.1}
            max={100_000}
            onValue={(minutes) => props.set('everyMinutes', minutes ?? 5)}
          />
        </Field>
        <Field label="Only this value" optional hint="Of a JSON page.">
          <TextInput mono value={props.form.path} placeholder="data.items[0].id" onValue={(path) => props.set('path', path)} />
        </Field>
      </div>
    </>
  )
}

function ChainFields(props: KindFieldsProps) {
  const options = () => [
    { value: '', label: 'Any persona' },
    ...(personas.value() ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <>
      <Field label="After a run of">
        <Select value={props.form.afterPersona} options={options()} onValue={(id) => props.set('afterPersona', id)} />
      </Field>
      <Field label="That">
        <Select
          value={props.form.outcome}
          options={[
            { value: 'succeeded', label: 'succeeded' },
            { value: 'failed', label: 'failed' },
            { value: 'any', label: 'ended in any way' },
          ]}
          onValue={(outcome) => props.set('outcome', outcome)}
        />
      </Field>
      <Field label="With these words in its result" optional>
        <TextInput value={props.form.contains} onValue={(contains) => props.set('contains', contains)} />
      </Field>
    </>
  )
}

function CompositeFields(props: KindFieldsProps) {
  const pick = (id: string, on: boolean) => props.set('of', on ? [...props.form.of, id] : props.form.of.filter((one) => one !== id))
  return (
    <>
      <Field label="Fires when">
        <Select
          value={props.form.mode}
          options={[
            { value: 'all', label: 'all of these have fired within an hour' },
            { value: 'any', label: 'any of these fires' },
          ]}
          onValue={(mode) => props.set('mode', mode)}
        />
      </Field>
      <fieldset class="flex flex-col gap-1.5">
        <legend class="mb-1 text-sm font-medium">Triggers</legend>
        <For each={props.others} fallback={<p class="text-muted">There are no other triggers yet.</p>}>
          {(row) => (
            <Checkbox
              label={row.doc.name}
              hint={row.described}
              checked={props.form.of.includes(row.id)}
              onChecked={(on) => pick(row.id, on)}
            />
          )}
        </For>
      </fieldset>
    </>
  )
}
