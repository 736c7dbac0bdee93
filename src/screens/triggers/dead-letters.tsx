import MailCheck from 'lucide-solid/icons/mail-check'
import { createSignal, For, Show } from 'solid-js'
import type { DeadGroup, DeadLetter } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime, counted } from '../../look/format.ts'
import { Button, ConfirmDialog, EmptyState, ErrorNote, Loading, toast, tryOrToast } from '../../parts/mod.ts'
import { createRead } from './reading.ts'

/** What could not be delivered, by like errors. */
export function DeadLetters() {
  const groups = createRead(['event', 'trigger'], () => engine.deadletter.groups())
  const [leaving, setLeaving] = createSignal<DeadGroup>()
  const redrive = (group: string) =>
    tryOrToast('They could not be delivered again', async () => {
      const { count } = await engine.deadletter.redrive({ group })
      toast.info(`${counted(count, 'letter is', 'letters are')} delivered again`)
    })
  return (
    <>
      <Show when={groups.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The dead letters could not be read" onRetry={groups.again} />}
      </Show>
      <Show
        when={groups.value()}
        fallback={
          <Show when={!groups.failure()}>
            <Loading what="dead letters" onRetry={groups.again} />
          </Show>
        }
      >
        {(rows) => (
          <Show
            when={rows().length > 0}
            fallback={
              <EmptyState icon={MailCheck} title="No dead letters">
                Every event was delivered, or skipped with a reason. What cannot be delivered is kept here, and can be sent again.
              </EmptyState>
            }
          >
            <ul class="flex flex-col gap-3">
              <For each={rows()}>
                {(group) => <Group group={group} onRedrive={() => void redrive(group.group)} onDiscard={() => setLeaving(group)} />}
              </For>
            </ul>
          </Show>
        )}
      </Show>
      <ConfirmDialog
        open={leaving() !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={`Give up ${counted(leaving()?.count ?? 0, 'letter')}?`}
        confirm="Give up"
        danger
        onConfirm={async () => {
          const group = leaving()
          if (group) await engine.deadletter.discard({ group: group.group })
        }}
      >
        <p>The events stay; they are not delivered to these triggers any more.</p>
      </ConfirmDialog>
    </>
  )
}

function Group(props: { readonly group: DeadGroup; readonly onRedrive: () => void; readonly onDiscard: () => void }) {
  const [letters, setLetters] = createSignal<readonly DeadLetter[]>()
  const show = () =>
    letters()
      ? setLetters(undefined)
      : void tryOrToast('They could not be read', async () => void setLetters(await engine.deadletter.list({ group: props.group.group })))
  return (
    <li class="rounded-lg border border-line px-3.5 py-3">
      <div class="flex flex-wrap items-center gap-3">
        <div class="min-w-0 flex-1">
          <p class="font-medium">{props.group.reason}</p>
          <p class="text-sm text-muted">
            {counted(props.group.count, 'letter')}, the last at {clockTime(props.group.lastAt)}
          </p>
        </div>
        <Button size="sm" aria-expanded={letters() !== undefined} onClick={show}>
          {letters() ? 'Hide' : 'Show'}
        </Button>
        <Button size="sm" onClick={() => props.onDiscard()}>
          Give up …
        </Button>
        <Button size="sm" variant="primary" onClick={() => props.onRedrive()}>
          Deliver again
        </Button>
      </div>
      <Show when={letters()}>
        {(rows) => (
          <ul class="mt-2">
            <For each={rows()}>
              {({ event, name, delivery }) => (
                <li class="border-t border-line py-1.5">
                  <p>
                    <span class="font-mono text-sm">{event.type}</span> for {name}
                    <span class="text-sm text-muted">
                      {' '}
                      · event {event.seq} · {counted(delivery.tries, 'try', 'tries')}
                    </span>
                  </p>
                  <p class="truncate font-mono text-sm text-muted">{event.data}</p>
                </li>
              )}
            </For>
          </ul>
        )}
      </Show>
    </li>
  )
}
