import { createEffect, createSignal, For, on, onCleanup, Show } from 'solid-js'
import type { BudgetOfRun } from '#contract'
import { engine } from '../../link/mod.ts'
import { onChange } from '../../state/mod.ts'
import { Bar } from './bar.tsx'

const READ_AFTER_MS = 500

/** The limits that hold for one run, with what is used of each; nothing when none does. */
export function RunBudget(props: { readonly runId: string }) {
  const [found, setFound] = createSignal<BudgetOfRun>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const read = async () => {
    timer = undefined
    // Without an answer there is no bar: the run's own cost stands above it anyway.
    const next = await engine.budget.ofRun({ id: props.runId }).catch(() => undefined)
    if (next) setFound(next)
  }
  createEffect(
    on(
      () => props.runId,
      () => void read(),
    ),
  )
  const stop = onChange('budget', () => {
    timer ??= setTimeout(() => void read(), READ_AFTER_MS)
  })
  onCleanup(() => {
    clearTimeout(timer)
    stop()
  })
  const whose = (kind: 'everything' | 'group' | 'persona') =>
    ({ everything: 'Everything', group: 'Its group', persona: 'This persona' })[kind]
  return (
    <Show when={found()?.bars.length}>
      <section aria-label="Budgets" class="flex flex-col gap-3">
        <For each={found()?.bars}>{(bar) => <Bar bar={bar} whose={whose(bar.limit.target.kind)} />}</For>
      </section>
    </Show>
  )
}
