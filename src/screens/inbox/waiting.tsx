import Check from 'lucide-solid/icons/check'
import Inbox from 'lucide-solid/icons/inbox'
import { createEffect, createMemo, createSignal, on, Show } from 'solid-js'
import type { InboxItem } from '#contract'
import { counted } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, Kbd, Loading, VirtualList, type VirtualListReach } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { inbox } from '../../state/mod.ts'
import { createDeciding } from './deciding.ts'
import { ItemPane } from './item-pane.tsx'
import { LINE_PX, WaitingLine } from './waiting-line.tsx'

/** The list at the left, the chosen one at the right. J and K go from one to the next. */
export function Waiting() {
  const items = () => inbox.value() ?? []
  return (
    <>
      <Show when={inbox.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The inbox could not be read" onRetry={inbox.again} class="m-4" />}
      </Show>
      <Show
        when={inbox.value()}
        fallback={
          <Show when={!inbox.failure()}>
            <Loading what="the inbox" onRetry={inbox.again} />
          </Show>
        }
      >
        <Show
          when={items().length > 0}
          fallback={
            <EmptyState icon={Inbox} title="Nothing waits for you">
              Calls that a rule wants to be asked for, questions of your personas, used-up budgets and a locked vault are collected here.
              What is asked first is set under Rules.
            </EmptyState>
          }
        >
          <Standing items={items()} />
        </Show>
      </Show>
    </>
  )
}

function Standing(props: { readonly items: readonly InboxItem[] }) {
  const [chosen, setChosen] = createSignal<string>()
  const [marked, setMarked] = createSignal<ReadonlySet<string>>(new Set())
  const deciding = createDeciding()
  let reach: VirtualListReach | undefined
  let last = 0
  const at = createMemo(() => {
    const index = props.items.findIndex(({ id }) => id === chosen())
    return index < 0 ? Math.min(last, props.items.length - 1) : index
  })
  // When the chosen one is decided, the one in its place is next.
  createEffect(on(at, (index) => (last = index)))
  const item = () => props.items[at()]
  const move = (by: number) => {
    const next = Math.min(props.items.length - 1, Math.max(0, at() + by))
    setChosen(props.items[next]?.id)
    reach?.show(next)
  }
  const mark = (id: string, on: boolean) => setMarked((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)))
  const batch = () => props.items.filter(({ id, call }) => call !== null && marked().has(id))
  const approveBatch = async () => {
    await deciding.decide(batch(), { kind: 'approve' })
    setMarked(new Set<string>())
  }
  useActions(() => [
    { id: 'inbox.next', title: 'Next in the inbox', section: 'Here', shortcut: 'j', run: () => move(1) },
    { id: 'inbox.previous', title: 'Previous in the inbox', section: 'Here', shortcut: 'k', run: () => move(-1) },
  ])
  return (
    <div class="grid h-full min-h-0 grid-cols-[22rem_minmax(0,1fr)] narrow:grid-cols-[15rem_minmax(0,1fr)]">
      <div class="flex min-h-0 flex-col border-r border-line">
        <VirtualList label="What waits" class="flex-1" count={props.items.length} rowHeight={LINE_PX} reach={(to) => (reach = to)}>
          {(index) => (
            <Show when={props.items[index]}>
              {(row) => (
                <WaitingLine
                  item={row()}
                  chosen={index === at()}
                  marked={marked().has(row().id)}
                  onChoose={() => setChosen(row().id)}
                  onMark={(on) => mark(row().id, on)}
                />
              )}
            </Show>
          )}
        </VirtualList>
        <div class="flex min-h-11 flex-wrap items-center gap-2 border-t border-line px-4 py-1.5 text-sm text-muted narrow:px-3">
          <Show
            when={batch().length > 0}
            fallback={
              <span class="flex items-center gap-1.5 narrow:hidden">
                <Kbd keys="j" /> <Kbd keys="k" /> next and previous
              </span>
            }
          >
            <Button size="sm" variant="primary" icon={Check} busy={deciding.busy()} onClick={() => void approveBatch()}>
              Approve {counted(batch().length, 'call')}
            </Button>
          </Show>
        </div>
      </div>
      <Show when={item()} keyed>
        {(shown) => <ItemPane item={shown} />}
      </Show>
    </div>
  )
}
