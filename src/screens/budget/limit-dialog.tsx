import { createEffect, on, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { BudgetBar, NewLimit } from '#contract'
import type { BudgetFirmness, BudgetSpan, BudgetUnit } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, NumberInput, Segmented, Select, toast } from '../../parts/mod.ts'
import { budgets, personas } from '../../state/mod.ts'

const UNITS: readonly { readonly value: BudgetUnit; readonly label: string }[] = [
  { value: 'usd', label: 'US dollars' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'requests', label: 'Model calls' },
  { value: 'ms', label: 'Minutes of calls' },
]
const SPANS: readonly { readonly value: BudgetSpan; readonly label: string }[] = [
  { value: 'run', label: 'Each run' },
  { value: 'day', label: 'A day' },
  { value: 'month', label: 'A month' },
]
const FIRMNESS: readonly { readonly value: BudgetFirmness; readonly label: string }[] = [
  { value: 'hard', label: 'Runs wait' },
  { value: 'soft', label: 'Only tell me' },
]
const MINUTE_MS = 60_000

interface Form {
  unit: BudgetUnit
  span: BudgetSpan
  firmness: BudgetFirmness
  /** `everything`, `group:<name>` or `persona:<id>`. */
  whose: string
  /** null: empty. Time in minutes. */
  amount: number | null
}

const BEGIN: Form = { unit: 'usd', span: 'day', firmness: 'hard', whose: 'everything', amount: 5 }

/** A new limit, or another amount for one that stands. */
export function LimitDialog(props: { readonly of: { readonly bar: BudgetBar | undefined } | undefined; readonly onClose: () => void }) {
  const [form, setForm] = createStore<Form>({ ...BEGIN })
  const { busy, failure, run } = createAttempt()
  const standing = () => props.of?.bar?.limit
  createEffect(
    on(
      () => props.of,
      () => {
        setForm(formOf(standing()))
      },
    ),
  )
  const save = () =>
    run(async () => {
      const { amount, unit, span, firmness, whose } = form
      if (amount === null) return
      const limit: NewLimit = { target: targetOf(whose), span, unit, firmness, amount: unit === 'ms' ? amount * MINUTE_MS : amount }
      await engine.budget.set(limit)
      budgets.again()
      toast.ok('The limit holds; runs that now fit go on')
      props.onClose()
    })
  return (
    <Dialog
      open={props.of !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={standing() ? 'Change the limit' : 'Add a limit'}
      size="sm"
      footer={
        <>
          <Button onClick={() => props.onClose()}>Back</Button>
          <Button variant="primary" busy={busy()} disabled={form.amount === null} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <div class="flex flex-col gap-4">
        <Fields form={form} onForm={setForm} standing={standing() !== undefined} />
        <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="The limit was not set" />}</Show>
      </div>
    </Dialog>
  )
}

interface FieldsProps {
  readonly form: Form
  readonly onForm: (patch: Partial<Form>) => void
  /** Only the amount of a limit that stands is changed. */
  readonly standing: boolean
}

function Fields(props: FieldsProps) {
  const groups = () => [...new Set((personas.value() ?? []).map(({ group }) => group).filter((group) => group !== ''))]
  const choices = () => [
    { value: 'everything', label: 'Everything' },
    ...groups().map((group) => ({ value: `group:${group}`, label: `Group ${group}` })),
    ...(personas.value() ?? []).map(({ id, name }) => ({ value: `persona:${id}`, label: name })),
  ]
  const whole = () => props.form.unit === 'tokens' || props.form.unit === 'requests'
  return (
    <>
      <Show when={!props.standing}>
        <Field label="Of">
          <Select value={props.form.whose} options={choices()} onValue={(whose) => props.onForm({ whose })} />
        </Field>
      </Show>
      <div class="grid grid-cols-2 gap-3">
        <Field label="At most">
          <NumberInput
            data-first
            min={0}
            step={whole() ? 1 : 'any'}
            value={props.form.amount}
            onValue={(amount) => props.onForm({ amount })}
          />
        </Field>
        <Show when={!props.standing}>
          <Field label="Of what">
            <Select value={props.form.unit} options={UNITS} onValue={(unit) => props.onForm({ unit })} />
          </Field>
        </Show>
      </div>
      <Show when={!props.standing}>
        <Segmented label="How often it begins anew" value={props.form.span} options={SPANS} onValue={(span) => props.onForm({ span })} />
        <Segmented label="What it does" value={props.form.firmness} options={FIRMNESS} onValue={(firmness) => props.onForm({ firmness })} />
      </Show>
    </>
  )
}

function formOf(limit: BudgetBar['limit'] | undefined): Form {
  if (!limit) return { ...BEGIN }
  const { unit, span, firmness, target } = limit
  return { unit, span, firmness, whose: keyOf(target), amount: limit.amount / (unit === 'ms' ? MINUTE_MS : 1) }
}

function keyOf(target: NewLimit['target']): string {
  return target.kind === 'everything' ? 'everything' : target.kind === 'group' ? `group:${target.name}` : `persona:${target.id}`
}

function targetOf(key: string): NewLimit['target'] {
  if (key.startsWith('group:')) return { kind: 'group', name: key.slice('group:'.length) }
  return key.startsWith('persona:') ? { kind: 'persona', id: key.slice('persona:'.length) } : { kind: 'everything' }
}
