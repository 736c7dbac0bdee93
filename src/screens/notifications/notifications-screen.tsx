import { useNavigate } from '@solidjs/router'
import BellOff from 'lucide-solid/icons/bell-off'
import CheckCheck from 'lucide-solid/icons/check-check'
import { createMemo, createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import type { NotificationRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import {
  Button,
  buttonClass,
  EmptyState,
  ErrorNote,
  Loading,
  Page,
  Segmented,
  tryOrToast,
  VirtualList,
  type VirtualListReach,
} from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { notifications } from '../../state/mod.ts'
import { NotificationLine } from './line.tsx'

const ROW_HEIGHT = 52

const mark = (ids: readonly string[] | undefined, unread: boolean) =>
  void tryOrToast('It was not marked', () => engine.notification.mark({ unread, ...(ids && { ids: [...ids] }) }))
const markOne = (row: NotificationRow) => mark([row.id], row.readAt !== null)
const readAll = () => mark(undefined, false)
const clearRead = () => void tryOrToast('They were not removed', () => engine.notification.clear({}))

export function NotificationsScreen() {
  const [which, setWhich] = createSignal<'all' | 'unread'>('all')
  const rows = createMemo(() => (notifications.value()?.rows ?? []).filter((row) => which() === 'all' || row.readAt === null))
  const unread = () => notifications.value()?.unread ?? 0
  const walk = createWalk(rows)
  useActions(() => [
    { id: 'notifications.read', title: 'Mark all notifications as read', section: 'Here', shortcut: 'shift+m', run: readAll },
    { id: 'notifications.clear', title: 'Remove the notifications that were read', section: 'Here', run: clearRead },
  ])
  return (
    <Page
      fixed
      title="Notifications"
      subtitle={unread() === 0 ? 'Nothing is unread' : counted(unread(), 'is unread', 'are unread')}
      actions={
        <>
          <Button variant="quiet" disabled={!rows().some(({ readAt }) => readAt !== null)} onClick={clearRead}>
            Remove read ones
          </Button>
          <Button icon={CheckCheck} disabled={unread() === 0} onClick={readAll}>
            Mark all as read
          </Button>
        </>
      }
      toolbar={
        <>
          <Segmented
            label="Which notifications"
            value={which()}
            options={[
              { value: 'all', label: 'All' },
              { value: 'unread', label: 'Not read' },
            ]}
            onValue={setWhich}
          />
          <a class={`${buttonClass('quiet')} ml-auto`} href="#/settings/notifications">
            What is told, and how
          </a>
        </>
      }
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={notifications.failure()}>
          {(failure) => (
            <ErrorNote
              title="The notifications could not be read."
              failure={failure()}
              onRetry={notifications.again}
              class="mx-6 mt-3 narrow:mx-4"
            />
          )}
        </Show>
        <Switch>
          <Match when={notifications.value() === undefined && !notifications.failure()}>
            <Loading what="notifications" onRetry={notifications.again} />
          </Match>
          <Match when={rows().length === 0 && notifications.value()}>
            <Empty unread={which() === 'unread'} />
          </Match>
          <Match when={rows().length > 0}>
            <VirtualList label="Notifications" class="flex-1" count={rows().length} rowHeight={ROW_HEIGHT} reach={walk.reach}>
              {(index) => (
                <Show when={rows()[index]}>
                  {(row) => (
                    <NotificationLine
                      row={row()}
                      current={walk.current() === index}
                      onOpen={() => row().readAt === null && mark([row().id], false)}
                      onMark={() => markOne(row())}
                    />
                  )}
                </Show>
              )}
            </VirtualList>
          </Match>
        </Switch>
      </div>
    </Page>
  )
}

/** The line at which the keys are: j and k move, Enter opens, m marks as read or not. */
function createWalk(rows: () => readonly NotificationRow[]) {
  const navigate = useNavigate()
  const [current, setCurrent] = createSignal(0)
  let reach: VirtualListReach | undefined
  const go = (to: number) => {
    const bounded = Math.max(0, Math.min(rows().length - 1, to))
    setCurrent(bounded)
    reach?.show(bounded)
  }
  const pressed = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : document.body
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (target.closest('input, select, textarea, button, a, [contenteditable], [role="dialog"]')) return
    const row = rows()[current()]
    const move = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 }[event.key]
    if (move !== undefined) go(current() + move)
    else if (event.key === 'Enter' && row) {
      if (row.readAt === null) mark([row.id], false)
      navigate(row.href)
    } else if (event.key === 'm' && row) markOne(row)
    else return
    event.preventDefault()
  }
  onMount(() => addEventListener('keydown', pressed))
  onCleanup(() => removeEventListener('keydown', pressed))
  return {
    current,
    reach: (given: VirtualListReach) => {
      reach = given
    },
  }
}

function Empty(props: { readonly unread: boolean }) {
  return (
    <EmptyState
      icon={BellOff}
      title={props.unread ? 'Nothing is unread' : 'No notifications'}
      actions={
        <a class={buttonClass()} href="#/settings/notifications">
          Choose what is told, and how
        </a>
      }
    >
      <p>
        A run that fails or waits for you, a budget at its limit, a credential that is due: what happens while you look elsewhere is kept
        here.
      </p>
    </EmptyState>
  )
}
