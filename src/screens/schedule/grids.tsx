import { createEffect, For, on, Show } from 'solid-js'
import { Chip, type ChipHands } from './chip.tsx'
import { type Days, dayWords, type Entry, hoursOf } from './days.ts'

interface GridProps {
  readonly days: Days
  readonly entries: ReadonlyMap<number, readonly Entry[]>
  /** The cell that a drag is over. */
  readonly over: number | undefined
  readonly hands: ChipHands
}

const SHOWN_IN_A_DAY = 4
const NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const FIRST_SEEN_HOUR = 7

const isToday = (start: number) => new Date(start).toDateString() === new Date().toDateString()

/** Weeks beneath each other; a full day leads to its week. */
export function MonthGrid(props: GridProps & { readonly month: number; readonly onDay: (at: number) => void }) {
  const weeks = () => Array.from({ length: props.days.starts.length / 7 }, (_, n) => props.days.starts.slice(n * 7, n * 7 + 7))
  return (
    <table class="w-full min-w-[44rem] table-fixed border-collapse" aria-label="Month">
      <thead>
        <tr>
          <For each={NAMES}>
            {(name) => (
              <th scope="col" class="border-b border-line px-2 py-1 text-left text-sm font-medium text-muted">
                {name}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={weeks()}>
          {(week) => (
            <tr>
              <For each={week}>
                {(start) => {
                  const all = () => props.entries.get(start) ?? []
                  return (
                    <td
                      data-cell={start}
                      class="h-28 border border-line p-1 align-top"
                      classList={{
                        'bg-accent-soft': props.over === start,
                        'bg-ground': props.over !== start && new Date(start).getMonth() !== props.month,
                      }}
                    >
                      <button
                        type="button"
                        class="mb-0.5 rounded-sm px-1 text-sm tabular-nums hover:bg-hover"
                        classList={{ 'bg-ink font-semibold text-on-ink hover:bg-ink': isToday(start), 'text-muted': !isToday(start) }}
                        aria-label={`${dayWords(start)}: show its week`}
                        aria-current={isToday(start) ? 'date' : undefined}
                        onClick={() => props.onDay(start)}
                      >
                        {new Date(start).getDate()}
                      </button>
                      <div class="flex flex-col gap-0.5">
                        <For each={all().slice(0, SHOWN_IN_A_DAY)}>{(entry) => <Chip entry={entry} hands={props.hands} />}</For>
                        <Show when={all().length > SHOWN_IN_A_DAY}>
                          <button
                            type="button"
                            class="rounded-sm px-1 text-left text-sm text-muted hover:bg-hover hover:text-text"
                            onClick={() => props.onDay(start)}
                          >
                            {all().length - SHOWN_IN_A_DAY} more
                          </button>
                        </Show>
                      </div>
                    </td>
                  )
                }}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  )
}

/** Hours of seven days; it opens at the morning. */
export function WeekGrid(props: GridProps) {
  const hours = () => hoursOf(props.days.starts)
  let morning: HTMLTableRowElement | undefined
  createEffect(
    on(
      () => props.days.starts[0],
      () => requestAnimationFrame(() => morning?.scrollIntoView({ block: 'start' })),
    ),
  )
  return (
    <table class="w-full min-w-[52rem] table-fixed border-collapse" aria-label="Week">
      <thead class="sticky top-0 z-10 bg-surface">
        <tr>
          <td class="w-14 border-b border-line" />
          <For each={props.days.starts}>
            {(start) => (
              <th
                scope="col"
                aria-current={isToday(start) ? 'date' : undefined}
                class="border-b border-line px-2 py-1 text-left text-sm font-medium"
                classList={{ 'text-muted': !isToday(start), 'text-accent-ink': isToday(start) }}
              >
                {dayWords(start)}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={Array.from({ length: 24 }, (_, hour) => hour)}>
          {(hour) => (
            <tr
              ref={(row) => {
                if (hour === FIRST_SEEN_HOUR) morning = row
              }}
              class="scroll-mt-8"
            >
              <th scope="row" class="h-9 px-2 pt-0.5 text-right align-top text-sm font-normal text-muted tabular-nums">
                {String(hour).padStart(2, '0')}:00
              </th>
              <For each={hours()}>
                {(day) => {
                  const start = day[hour] ?? 0
                  return (
                    <td data-cell={start} class="border border-line p-0.5 align-top" classList={{ 'bg-accent-soft': props.over === start }}>
                      <div class="flex flex-col gap-0.5">
                        <For each={props.entries.get(start) ?? []}>{(entry) => <Chip entry={entry} hands={props.hands} />}</For>
                      </div>
                    </td>
                  )
                }}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  )
}
