import CalendarClock from 'lucide-solid/icons/calendar-clock'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Show } from 'solid-js'
import type { TriggerRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, Loading, Menu, Switch, toast, tryOrToast } from '../../parts/mod.ts'
import { personaById } from '../../state/mod.ts'
import { createRead } from './reading.ts'
import { TriggerDialog } from './trigger-dialog.tsx'

/** Triggers of one persona, or of all. New ones are made where the persona is known. */
export function TriggerList(props: { readonly personaId?: string | undefined }) {
  const all = createRead(['trigger'], () => engine.trigger.list({}))
  const rows = () => all.value()?.filter((row) => props.personaId === undefined || row.doc.personaId === props.personaId)
  const [editing, setEditing] = createSignal<{ readonly personaId: string; readonly row?: TriggerRow }>()
  const [removing, setRemoving] = createSignal<TriggerRow>()
  return (
    <div class="flex flex-col gap-3">
      <Show when={props.personaId}>
        {(personaId) => (
          <div class="flex items-center gap-3">
            <p class="min-w-0 flex-1 text-muted">What starts it besides you.</p>
            <Button size="sm" icon={Plus} onClick={() => setEditing({ personaId: personaId() })}>
              New trigger
            </Button>
          </div>
        )}
      </Show>
      <Show when={all.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The triggers could not be read" onRetry={all.again} />}
      </Show>
      <Show
        when={rows()}
        fallback={
          <Show when={!all.failure()}>
            <Loading what="triggers" onRetry={all.again} />
          </Show>
        }
      >
        {(list) => (
          <ul>
            <For each={list()} fallback={<None personaId={props.personaId} />}>
              {(row) => (
                <Line
                  row={row}
                  named={props.personaId === undefined}
                  onEdit={() => setEditing({ personaId: row.doc.personaId, row })}
                  onRemove={() => setRemoving(row)}
                />
              )}
            </For>
          </ul>
        )}
      </Show>
      <Show when={editing()} keyed>
        {(of) => <TriggerDialog personaId={of.personaId} row={of.row} others={all.value() ?? []} onClose={() => setEditing(undefined)} />}
      </Show>
      <ConfirmDialog
        open={removing() !== undefined}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        title={`Remove ${removing()?.doc.name ?? ''}?`}
        confirm="Remove"
        danger
        onConfirm={async () => {
          const row = removing()
          if (row) await engine.trigger.remove({ id: row.id })
        }}
      >
        <p>It starts nothing any more. What it has fired stays in the list.</p>
      </ConfirmDialog>
    </div>
  )
}

function None(props: { readonly personaId: string | undefined }) {
  return (
    <li>
      <EmptyState icon={CalendarClock} title="No triggers yet">
        {props.personaId === undefined
          ? 'Open a persona and choose Triggers beside its form.'
          : 'Give it a schedule in words, an event, a webhook, files to watch …'}
      </EmptyState>
    </li>
  )
}

function Line(props: { readonly row: TriggerRow; readonly named: boolean; readonly onEdit: () => void; readonly onRemove: () => void }) {
  const row = () => props.row
  const turn = (enabled: boolean) =>
    tryOrToast(`${row().doc.name} could not be turned ${enabled ? 'on' : 'off'}`, () => engine.trigger.enable({ id: row().id, enabled }))
  const fire = () =>
    tryOrToast(`${row().doc.name} could not be fired`, async () => {
      const made = await engine.trigger.fire({ id: row().id })
      toast.ok(made.runId === null ? `${row().doc.name}: ${made.whyText || made.state}` : `${row().doc.name} was started`)
    })
  const skip = () =>
    tryOrToast('It could not be skipped', async () => {
      const next = await engine.trigger.skipNext({ id: row().id })
      toast.info(`${row().doc.name} leaves out ${next.skipUntil === null ? 'its next time' : clockTime(next.skipUntil)}`)
    })
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2.5 last:border-b">
      <Switch
        label={<span class="sr-only">{row().doc.name} is on</span>}
        checked={row().doc.enabled && row().held === ''}
        onChecked={(on) => void turn(on)}
      />
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-2">
          <span class="truncate font-medium">{row().doc.name}</span>
          <Show when={props.named}>
            <span class="text-muted">{personaById(row().doc.personaId)?.name ?? row().doc.personaId}</span>
          </Show>
          <Show when={row().held}>
            <Badge tone="bad">stopped</Badge>
          </Show>
          <Show when={row().doc.unattended !== 'run'}>
            <Badge>{row().doc.unattended === 'ask' ? 'asks first' : 'dry run'}</Badge>
          </Show>
        </p>
        <p class="text-sm text-muted">
          {row().held || row().described}
          <Show when={row().nextAt}>{(at) => ` · next ${clockTime(at())}`}</Show>
        </p>
      </div>
      <Menu
        label={`More about ${row().doc.name}`}
        entries={[
          { label: 'Change …', onSelect: props.onEdit },
          { label: 'Fire now', onSelect: () => void fire() },
          ...(row().nextAt === null ? [] : [{ label: 'Skip the next time', onSelect: () => void skip() }]),
          { label: 'Remove …', danger: true, apart: true, onSelect: props.onRemove },
        ]}
      />
    </li>
  )
}
