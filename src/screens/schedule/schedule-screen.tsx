import { useNavigate, useSearchParams } from '@solidjs/router'
import CalendarClock from 'lucide-solid/icons/calendar-clock'
import ChevronLeft from 'lucide-solid/icons/chevron-left'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import { createEffect, createMemo, createSignal, on, Show } from 'solid-js'
import type { ScheduleSpan, TriggerRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime, counted, spent } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, IconButton, Loading, Page, Segmented, tryOrToast } from '../../parts/mod.ts'
import { createRead } from '../triggers/reading.ts'
import { type Days, daysOf, dayWords, type Entry, entriesOf, entryText, hoursOf, turned, type View } from './days.ts'
import { createDrag } from './drag.ts'
import { EntryDialog } from './entry-dialog.tsx'
import { MonthGrid, WeekGrid } from './grids.tsx'
import { canMove, stepped } from './move.ts'
import { MoveDialog } from './move-dialog.tsx'
import { ScheduleList } from './schedule-list.tsx'

export function ScheduleScreen() {
  const [search, setSearch] = useSearchParams<{ view?: string; at?: string }>()
  const view = (): View => (search.view === 'week' ? 'week' : 'month')
  const at = createMemo(() => {
    const asked = Number(search.at)
    return Number.isSafeInteger(asked) && asked > 0 ? asked : Date.now()
  })
  const days = createMemo(() => daysOf(view(), at()))
  const span = createRead(['trigger'], () => engine.schedule.between({ from: days().starts[0] ?? 0, to: days().end - 1 }))
  const status = createRead(['trigger'], () => engine.schedule.status())
  const triggers = createRead(['trigger'], () => engine.trigger.list({}))
  createEffect(on(days, span.again, { defer: true }))
  const look = (next: { readonly view?: View; readonly at?: number }) =>
    setSearch({ view: next.view ?? view(), at: String(next.at ?? at()) }, { replace: true })
  const schedules = () => triggers.value()?.filter((row) => row.kind === 'schedule')
  const failure = () => span.failure() ?? triggers.failure() ?? status.failure()
  const again = () => [span, triggers, status].forEach((read) => void read.again())
  return (
    <Page
      fixed
      title="Schedule"
      subtitle={<Show when={span.value()}>{(seen) => <Forecast span={seen()} nextAt={status.value()?.nextAt ?? null} />}</Show>}
      actions={<PauseAll pausedUntil={status.value()?.pausedUntil} />}
      toolbar={<Place view={view()} at={at()} days={days()} onLook={look} />}
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={failure()}>
          {(shown) => <ErrorNote class="m-3" failure={shown()} title="The schedule could not be read" onRetry={again} />}
        </Show>
        <Show
          when={schedules()}
          fallback={
            <Show when={!failure()}>
              <Loading what="schedule" onRetry={again} />
            </Show>
          }
        >
          {(rows) => (
            <Show when={rows().length > 0 || (span.value()?.past.length ?? 0) > 0} fallback={<Nothing />}>
              <Calendar
                {...{ view: view(), at: at(), days: days(), rows: rows(), zone: status.value()?.zone ?? '' }}
                span={span.value()}
                onDay={(day) => look({ view: 'week', at: day })}
              />
            </Show>
          )}
        </Show>
      </div>
    </Page>
  )
}

interface CalendarProps {
  readonly view: View
  readonly at: number
  readonly days: Days
  readonly rows: readonly TriggerRow[]
  readonly zone: string
  readonly span: ScheduleSpan | undefined
  readonly onDay: (at: number) => void
}

/** What the due times ahead may cost, from what their runs cost so far. */
function costAhead({ future, forecast: { costUsd, unknown } }: ScheduleSpan): string {
  return unknown === future.length ? 'cost not known yet' : `about ${spent(costUsd, unknown)}`
}

const NOTHING: ScheduleSpan = { past: [], future: [], conflicts: [], forecast: { costUsd: 0, unknown: 0 }, cut: false }

function Calendar(props: CalendarProps) {
  const [open, setOpen] = createSignal<Entry>()
  const [moving, setMoving] = createSignal<{ readonly row: TriggerRow; readonly from: number; readonly to: number }>()
  const span = () => props.span ?? NOTHING
  const rowOf = (entry: Entry) => props.rows.find(({ id }) => id === entry.triggerId)
  const movable = (entry: Entry) => {
    const when = rowOf(entry)?.doc.when
    return entry.dues.length > 0 && when?.kind === 'schedule' && canMove(when.rule)
  }
  const move = (entry: Entry, to: number) => {
    const row = rowOf(entry)
    const from = entry.dues[0]?.at
    if (row && from !== undefined) setMoving({ row, from, to })
  }
  // The cell says the day, or day and hour; what is finer stays.
  const drag = createDrag((entry, cell) => {
    const old = new Date(entry.at)
    const target = new Date(cell)
    target.setHours(props.view === 'month' ? old.getHours() : target.getHours(), old.getMinutes(), old.getSeconds())
    move(entry, target.getTime())
  })
  const cells = () => (props.view === 'month' ? props.days.starts : hoursOf(props.days.starts).flat())
  const entries = createMemo(() => entriesOf(span(), cells(), props.days.end))
  const hands = {
    open: setOpen,
    canMove: movable,
    press: drag.press,
    step: (entry: Entry, key: string) => {
      const to = stepped(entry.at, key, props.view)
      if (to !== undefined) move(entry, to)
      return to !== undefined
    },
  }
  const grid = () => ({ days: props.days, entries: entries(), over: drag.dragging()?.cell, hands })
  return (
    <div class="flex min-h-0 flex-1 narrow:flex-col">
      <section aria-label="Calendar" class="relative min-h-0 min-w-0 flex-1 overflow-auto">
        <Show when={props.view === 'month'} fallback={<WeekGrid {...grid()} />}>
          <MonthGrid {...grid()} month={new Date(props.at).getMonth()} onDay={props.onDay} />
        </Show>
        <Show when={span().cut}>
          <p class="px-3 py-2 text-sm text-warn-ink">There is more than fits here. A week shows more of it.</p>
        </Show>
      </section>
      <ScheduleList rows={props.rows} />
      <Show when={drag.dragging()}>
        {(now) => (
          <div
            class="floating pointer-events-none fixed z-50 max-w-56 truncate px-2 py-1 text-sm"
            style={{ left: `${now().x + 10}px`, top: `${now().y + 10}px` }}
          >
            {entryText(now().entry)}
          </div>
        )}
      </Show>
      <Show when={open()} keyed>
        {(entry) => (
          <EntryDialog
            {...{ entry, span: span(), row: rowOf(entry), movable: movable(entry) }}
            onMove={() => {
              setOpen(undefined)
              move(entry, entry.at)
            }}
            onClose={() => setOpen(undefined)}
          />
        )}
      </Show>
      <Show when={moving()} keyed>
        {(now) => <MoveDialog {...now} zone={props.zone} onClose={() => setMoving(undefined)} />}
      </Show>
    </div>
  )
}

function Forecast(props: { readonly span: ScheduleSpan; readonly nextAt: number | null }) {
  const missed = () => props.span.past.filter(({ state }) => state === 'missed').length
  return (
    <>
      {props.nextAt === null ? 'Nothing is due' : `Next at ${clockTime(props.nextAt)}`}
      {` · ${counted(props.span.future.length, 'due time')} ahead`}
      <Show when={props.span.future.length > 0}>{`, ${costAhead(props.span)}`}</Show>
      <Show when={props.span.conflicts.length > 0}>{` · ${counted(props.span.conflicts.length, 'conflict')}`}</Show>
      <Show when={missed() > 0}>{` · ${counted(missed(), 'time was', 'times were')} missed`}</Show>
    </>
  )
}

function PauseAll(props: { readonly pausedUntil: number | null | undefined }) {
  const press = () =>
    tryOrToast('Schedules could not be changed', () => (props.pausedUntil === null ? engine.schedule.pause({}) : engine.schedule.resume()))
  return (
    <Button disabled={props.pausedUntil === undefined} onClick={() => void press()}>
      {props.pausedUntil === null || props.pausedUntil === undefined ? 'Pause all schedules' : 'Resume schedules'}
    </Button>
  )
}

interface PlaceProps {
  readonly view: View
  readonly at: number
  readonly days: Days
  readonly onLook: (next: { readonly view?: View; readonly at?: number }) => void
}

function Place(props: PlaceProps) {
  const words = () =>
    props.view === 'month'
      ? new Date(props.at).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' })
      : `${dayWords(props.days.starts[0] ?? 0)} to ${dayWords(props.days.starts.at(-1) ?? 0)}`
  return (
    <>
      <Segmented
        label="Shown"
        value={props.view}
        options={[
          { value: 'month', label: 'Month' },
          { value: 'week', label: 'Week' },
        ]}
        onValue={(view) => props.onLook({ view })}
      />
      <IconButton
        icon={ChevronLeft}
        label={`The ${props.view} before`}
        onClick={() => props.onLook({ at: turned(props.view, props.at, -1) })}
      />
      <IconButton
        icon={ChevronRight}
        label={`The ${props.view} after`}
        onClick={() => props.onLook({ at: turned(props.view, props.at, 1) })}
      />
      <Button size="sm" onClick={() => props.onLook({ at: Date.now() })}>
        Today
      </Button>
      <h2 class="text-md font-semibold" aria-live="polite">
        {words()}
      </h2>
    </>
  )
}

function Nothing() {
  const go = useNavigate()
  return (
    <EmptyState
      whole
      icon={CalendarClock}
      title="Nothing is scheduled"
      actions={
        <Button variant="primary" onClick={() => go('/personas')}>
          Choose a persona
        </Button>
      }
    >
      Open a persona, choose Triggers beside its form, and say when: "every weekday at 9". Its times then stand here.
    </EmptyState>
  )
}
