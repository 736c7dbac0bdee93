import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { DueTime, FireRow, ScheduleSpan, TriggerRow } from '#contract'
import { clockTime, duration, money } from '../../look/format.ts'
import { Badge, Button, Dialog, NumberInput } from '../../parts/mod.ts'
import { personaById } from '../../state/mod.ts'
import { runTrigger, skipNext, turn } from './actions.ts'
import { conflictAt, type Entry, MARK_WORDS, markOf } from './days.ts'

interface EntryDialogProps {
  readonly entry: Entry
  readonly span: ScheduleSpan
  readonly row: TriggerRow | undefined
  readonly movable: boolean
  readonly onMove: () => void
  readonly onClose: () => void
}

const MOST_LINES = 50
const TONES = { due: 'accent', ran: 'ok', failed: 'bad', waits: 'accent', missed: 'warn' } as const

/** One chip: what ran, what did not and why, what comes, and what can be done about it. */
export function EntryDialog(props: EntryDialogProps) {
  const { entry } = props
  const [minutes, setMinutes] = createSignal<number | null>(10)
  const persona = () => personaById(entry.personaId)?.name ?? entry.personaId
  const isNext = () => props.row?.nextAt != null && entry.dues.some(({ at }) => at === props.row?.nextAt)
  const act = (doing: Promise<unknown>) => void doing.then(props.onClose)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={entry.name}
      description={`${props.row?.described ?? 'The trigger is gone'} · ${persona()}`}
      footer={
        <Show when={props.row} fallback={<Button onClick={props.onClose}>Close</Button>}>
          {(row) => (
            <>
              <Button onClick={() => act(turn(row(), !row().doc.enabled))}>{row().doc.enabled ? 'Pause it' : 'Resume it'}</Button>
              <Show when={isNext()}>
                <Button onClick={() => act(skipNext(entry.triggerId, entry.name))}>Skip next</Button>
              </Show>
              <Show when={props.movable}>
                <Button onClick={props.onMove}>Move …</Button>
              </Show>
              <Button variant="primary" onClick={() => act(runTrigger(entry.triggerId, entry.name))}>
                Run now
              </Button>
            </>
          )}
        </Show>
      }
    >
      <ul class="flex flex-col">
        <For each={entry.fires.slice(0, MOST_LINES)}>{(fire) => <Fired fire={fire} />}</For>
        <For each={entry.dues.slice(0, MOST_LINES)}>{(due) => <Due due={due} span={props.span} persona={persona()} />}</For>
        <Show when={Math.max(entry.fires.length, entry.dues.length) > MOST_LINES}>
          <li class="pt-1 text-sm text-muted">{Math.max(entry.fires.length, entry.dues.length) - MOST_LINES} more like these</li>
        </Show>
      </ul>
      <Show when={props.row}>
        <form
          class="mt-3 flex items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            act(runTrigger(entry.triggerId, entry.name, minutes() ?? 0))
          }}
        >
          <NumberInput aria-label="Minutes from now" value={minutes()} onValue={setMinutes} min={1} max={43_200} unit="min" class="w-28" />
          <Button type="submit" disabled={minutes() === null}>
            Run in so many minutes
          </Button>
        </form>
      </Show>
    </Dialog>
  )
}

function Fired(props: { readonly fire: FireRow }) {
  return (
    <li class="border-t border-line py-1.5 first:border-t-0">
      <p class="flex flex-wrap items-center gap-2">
        <time class="tabular-nums" datetime={new Date(props.fire.due).toISOString()}>
          {clockTime(props.fire.due)}
        </time>
        <Badge tone={TONES[markOf(props.fire)]}>{props.fire.runState ?? MARK_WORDS[markOf(props.fire)]}</Badge>
        <Show when={props.fire.runId}>
          {(id) => (
            <A class="text-accent-ink underline-offset-2 hover:underline" href={`/runs/${id()}`}>
              Its run
            </A>
          )}
        </Show>
      </p>
      <Show when={props.fire.whyText || props.fire.why}>{(why) => <p class="text-sm text-muted">{why()}</p>}</Show>
    </li>
  )
}

function Due(props: { readonly due: DueTime; readonly span: ScheduleSpan; readonly persona: string }) {
  return (
    <li class="border-t border-line py-1.5 first:border-t-0">
      <p class="flex flex-wrap items-center gap-2">
        <time class="tabular-nums" datetime={new Date(props.due.at).toISOString()}>
          {clockTime(props.due.at)}
        </time>
        <Show when={props.due.mark !== 'none'}>
          <Badge tone="warn">the clocks change</Badge>
        </Show>
      </p>
      <p class="text-sm text-muted">
        Takes {props.due.durationMs === null ? 'an unknown time' : duration(props.due.durationMs)}, costs {money(props.due.costUsd)}
      </p>
      <Show when={conflictAt(props.span, props.due)}>
        {(conflict) => (
          <p class="text-sm text-warn-ink">
            {conflict().most} runs of {props.persona} would be under way at once, more than it may have: the later ones wait.
          </p>
        )}
      </Show>
    </li>
  )
}
