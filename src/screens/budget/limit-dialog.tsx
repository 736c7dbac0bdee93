import { createEffect, createSignal, on, Show } from 'solid-js'
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
const MINUTE_MS = 60_000
const BEGIN = { unit: 'usd', span: 'day', firmness: 'hard', whose: 'everything', amount: 5 as number | null } as const

/** A new limit, or another amount for one that stands. */
export function LimitDialog(props: { readonly of: { readonly bar: BudgetBar | undefined } | undefined; readonly onClose: () => void }) {
  const [unit, setUnit] = createSignal<BudgetUnit>(BEGIN.unit)
  const [span, setSpan] = createSignal<BudgetSpan>(BEGIN.span)
  const [firmness, setFirmness] = createSignal<BudgetFirmness>(BEGIN.firmness)
  const [whose, setWhose] = createSignal<string>(BEGIN.whose)
  const [amount, setAmount] = createSignal<number | null>(BEGIN.amount)
  const { busy, failure, run } = createAttempt()
  const standing = () => props.of?.bar?.limit
  createEffect(
    on(
      () => props.of,
      () => {
        const limit = standing()
        setUnit(limit?.unit ?? BEGIN.unit)
        setSpan(limit?.span ?? BEGIN.span)
        setFirmness(limit?.firmness ?? BEGIN.firmness)
        setWhose(limit ? keyOf(limit.target) : BEGIN.whose)
        setAmount(limit ? limit.amount / (limit.unit === 'ms' ? MINUTE_MS : 1) : BEGIN.amount)
      },
    ),
  )
  const groups = () => [...new Set((personas.value() ?? []).map(({ group }) => group).filter((group) => group !== ''))]
  const choices = () => [
    { value: 'everything', label: 'Everything' },
    ...groups().map((group) => ({ value: `group:${group}`, label: `Group ${group}` })),
    ...(personas.value() ?? []).map(({ id, name }) => ({ value: `persona:${id}`, label: name })),
  ]
  const save = () =>
    run(async () => {
      const value = amount()
      if (value === null) return
      const limit: NewLimit = {
        ...{ target: targetOf(whose()), span: span(), unit: unit(), firmness: firmness() },
        amount: unit() === 'ms' ? value * MINUTE_MS : value,
      }
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
          <Button variant="primary" busy={busy()} disabled={amount() === null} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <div class="flex flex-col gap-4">
        <Show when={!standing()}>
          <Field label="Of">
            <Select value={whose()} options={choices()} onValue={setWhose} />
          </Field>
        </Show>
        <div class="grid grid-cols-2 gap-3">
          <Field label="At most">
            <NumberInput
              data-first
              min={0}
              step={unit() === 'tokens' || unit() === 'requests' ? 1 : 'any'}
              value={amount()}
              onValue={setAmount}
            />
          </Field>
          <Show when={!standing()}>
            <Field label="Of what">
              <Select value={unit()} options={UNITS} onValue={setUnit} />
            </Field>
          </Show>
        </div>
        <Show when={!standing()}>
          <Segmented
            label="How often it begins anew"
            value={span()}
            options={[
              { value: 'run', label: 'Each run' },
              { value: 'day', label: 'A day' },
              { value: 'month', label: 'A month' },
            ]}
            onValue={setSpan}
          />
          <Segmented
            label="What it does"
            value={firmness()}
            options={[
              { value: 'hard', label: 'Runs wait' },
              { value: 'soft', label: 'Only tell me' },
            ]}
            onValue={setFirmness}
          />
        </Show>
        <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="The limit was not set" />}</Show>
      </div>
    </Dialog>
  )
}

function keyOf(target: NewLimit['target']): string {
  return target.kind === 'everything' ? 'everything' : target.kind === 'group' ? `group:${target.name}` : `persona:${target.id}`
}

function targetOf(key: string): NewLimit['target'] {
  if (key.startsWith('group:')) return { kind: 'group', name: key.slice('group:'.length) }
  return key.startsWith('persona:') ? { kind: 'persona', id: key.slice('persona:'.length) } : { kind: 'everything' }
}
