import { Show } from 'solid-js'
import type { BudgetBar } from '#contract'
import { budgets } from '../../state/mod.ts'
import { Bar } from './bar.tsx'

/** The fullest limit that holds for a persona or its group, for the list; nothing when none does. */
export function PersonaBudget(props: { readonly personaId: string; readonly group: string }) {
  const fullest = (): BudgetBar | undefined =>
    (budgets.value()?.bars ?? [])
      .filter(({ limit: { target, span } }) => {
        if (span === 'run') return false
        return target.kind === 'persona' ? target.id === props.personaId : target.kind === 'group' && target.name === props.group
      })
      .toSorted((a, b) => share(b) - share(a))[0]
  return (
    <Show when={fullest()}>
      {(bar) => <Bar bar={bar()} whose={bar().limit.target.kind === 'group' ? 'Its group' : 'Budget'} compact />}
    </Show>
  )
}

const share = ({ used, reserved, limit }: BudgetBar): number => (limit.amount === 0 ? 1 : (used + reserved) / limit.amount)
