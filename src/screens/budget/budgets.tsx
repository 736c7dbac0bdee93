import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import Wallet from 'lucide-solid/icons/wallet'
import { createSignal, For, Show } from 'solid-js'
import type { BudgetBar, BudgetSpend } from '#contract'
import { engine } from '../../link/mod.ts'
import { count, spent, tokens } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, IconButton, Loading, toast, tryOrToast } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { budgets, personaById } from '../../state/mod.ts'
import { Bar } from './bar.tsx'
import { LimitDialog } from './limit-dialog.tsx'

/** The part of Settings: what was spent, and every limit with its bar. */
export function Budgets() {
  const [editing, setEditing] = createSignal<{ readonly bar: BudgetBar | undefined }>()
  useActions(() => [{ id: 'budget.add', title: 'Add a limit', section: 'Here', icon: Plus, run: () => setEditing({ bar: undefined }) }])
  return (
    <section>
      <div class="mb-3 flex items-end gap-4 tiny:flex-wrap">
        <div class="min-w-0 flex-1">
          <h2 class="text-md font-semibold">Budgets</h2>
          <p class="mt-0.5 max-w-prose text-muted">
            The worst case of each model call is reserved before it is made. At a limit runs wait with their state kept; raise it, and they
            go on.
          </p>
        </div>
        <Button icon={Plus} onClick={() => setEditing({ bar: undefined })}>
          Add a limit
        </Button>
      </div>
      <Show when={budgets.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The budgets could not be read" onRetry={budgets.again} class="mb-3" />}
      </Show>
      <Show when={budgets.value()} fallback={<Show when={!budgets.failure()}>{<Loading what="budgets" onRetry={budgets.again} />}</Show>}>
        {(status) => (
          <>
            <dl class="mb-4 grid grid-cols-2 gap-3">
              <Spent title="Today" spend={status().today} />
              <Spent title="This month" spend={status().month} />
            </dl>
            <Show
              when={status().bars.length > 0}
              fallback={
                <EmptyState icon={Wallet} title="No limit stands">
                  Runs may spend what their models cost. Set a limit for everything, a group or a persona, for each run, a day or a month.
                </EmptyState>
              }
            >
              <ul>
                <For each={status().bars}>{(bar) => <Line bar={bar} onEdit={() => setEditing({ bar })} />}</For>
              </ul>
            </Show>
          </>
        )}
      </Show>
      <LimitDialog of={editing()} onClose={() => setEditing(undefined)} />
    </section>
  )
}

function Spent(props: { readonly title: string; readonly spend: BudgetSpend }) {
  return (
    <div class="rounded-md bg-sunken px-3 py-2">
      <dt class="text-sm text-muted">{props.title}</dt>
      <dd class="text-md font-semibold tabular-nums">{spent(props.spend.usd, props.spend.unpriced)}</dd>
      <dd class="text-sm text-muted">
        {tokens(props.spend.tokens)} tokens · {count(props.spend.requests)} model calls
      </dd>
    </div>
  )
}

function whoseWords({ limit: { target } }: BudgetBar): string {
  if (target.kind === 'everything') return 'Everything'
  return target.kind === 'group' ? `Group ${target.name}` : (personaById(target.id)?.name ?? target.id)
}

function Line(props: { readonly bar: BudgetBar; readonly onEdit: () => void }) {
  const remove = async () => {
    const done = await tryOrToast('The limit was not removed', () => engine.budget.remove({ id: props.bar.limit.id }))
    if (done) toast.ok('The limit is gone; runs that waited for it go on')
    budgets.again()
  }
  return (
    <li class="flex items-center gap-4 border-t border-line py-2.5 last:border-b">
      <div class="min-w-0 flex-1">
        <Bar bar={props.bar} whose={whoseWords(props.bar)} />
      </div>
      <Button size="sm" onClick={() => props.onEdit()}>
        Change …
      </Button>
      <IconButton icon={Trash} label={`Remove the limit of ${whoseWords(props.bar)}`} onClick={() => void remove()} />
    </li>
  )
}
