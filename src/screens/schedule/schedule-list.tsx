import { For, Show } from 'solid-js'
import type { TriggerRow } from '#contract'
import { clockTime } from '../../look/format.ts'
import { Menu, Switch } from '../../parts/mod.ts'
import { personaById } from '../../state/mod.ts'
import { runTrigger, skipNext, turn } from './actions.ts'

const MOST_ROWS = 200
const SOON_MINUTES = [5, 15, 60] as const

/** All schedules beside the calendar, to pause and run each. */
export function ScheduleList(props: { readonly rows: readonly TriggerRow[] }) {
  return (
    <section
      aria-label="Schedules"
      class="w-64 shrink-0 overflow-auto border-l border-line px-3 py-2 narrow:max-h-40 narrow:w-full narrow:border-t narrow:border-l-0"
    >
      <h2 class="pb-1 text-sm font-medium text-muted">Schedules</h2>
      <ul>
        <For each={props.rows.slice(0, MOST_ROWS)}>{(row) => <Line row={row} />}</For>
      </ul>
      <Show when={props.rows.length > MOST_ROWS}>
        <p class="text-sm text-muted">{props.rows.length - MOST_ROWS} more are under Triggers.</p>
      </Show>
    </section>
  )
}

function Line(props: { readonly row: TriggerRow }) {
  const row = () => props.row
  const name = () => row().doc.name
  return (
    <li class="flex items-start gap-2 border-t border-line py-1.5">
      <Switch
        label={<span class="sr-only">{name()} is on</span>}
        checked={row().doc.enabled && row().held === ''}
        onChecked={(on) => void turn(row(), on)}
      />
      <div class="min-w-0 flex-1">
        <p class="truncate font-medium" title={`${name()}, ${personaById(row().doc.personaId)?.name ?? ''}`}>
          {name()}
        </p>
        <p class="text-sm text-muted">{row().held || row().described}</p>
        <Show when={row().nextAt}>{(at) => <p class="text-sm text-muted tabular-nums">{clockTime(at())}</p>}</Show>
      </div>
      <Menu
        size="sm"
        label={`More about ${name()}`}
        entries={[
          { label: 'Run now', onSelect: () => void runTrigger(row().id, name()) },
          ...SOON_MINUTES.map((minutes) => ({
            label: `Run in ${minutes} minutes`,
            onSelect: () => void runTrigger(row().id, name(), minutes),
          })),
          ...(row().nextAt === null ? [] : [{ label: 'Skip next', onSelect: () => void skipNext(row().id, name()) }]),
        ]}
      />
    </li>
  )
}
