import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import Radio from 'lucide-solid/icons/radio'
import { createMemo, createSignal, Show } from 'solid-js'
import type { EventRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime, count, counted } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, Loading, Page, SearchField, Segmented } from '../../parts/mod.ts'
import { createRead } from '../triggers/reading.ts'
import { createLaneClock } from './clock.ts'
import { Counts } from './counts.tsx'
import { EventTable } from './event-table.tsx'
import { createFollowing } from './following.ts'
import { Inspector } from './inspector.tsx'
import { LanesCanvas } from './lanes-canvas.tsx'
import { KEPT_MS, type LaneModel, type Move } from './model.ts'
import { ReplayDialog } from './replay-dialog.tsx'

/** Rows of the table; older ones are found by scrubbing back. */
const TABLE_ROWS = 1_000

type Shown = 'lanes' | 'counts'

export function EventsScreen() {
  const following = createFollowing()
  const { model, version } = following
  const clock = createLaneClock()
  const [shown, setShown] = createSignal<Shown>(document.documentElement.dataset.motion === 'reduced' ? 'counts' : 'lanes')
  const [filter, setFilter] = createSignal('')
  const [inspected, setInspected] = createSignal<number>()
  const [replaying, setReplaying] = createSignal<{ readonly fromSeq: number; readonly toSeq: number }>()
  const names = createRead(['trigger'], () => engine.event.subscriptions())
  const nameOf = (id: string) => names.value()?.find((one) => one.id === id)?.name ?? id
  const has = (text: string) => text.toLowerCase().includes(filter().trim().toLowerCase())
  const fits = (event: EventRow) => has(event.type) || has(event.source) || has(event.subject)
  const moveFits = (move: Move) => {
    if (filter() === '') return true
    const event = model.eventOf(move.seq)
    return event ? fits(event) : has(move.type)
  }
  const moment = createMemo(() => (version() >= 0 ? clock.at() : 0))
  const rows = createMemo(() => model.list(clock.pace() === 'live' && moment() > 0 ? Number.POSITIVE_INFINITY : moment(), fits, TABLE_ROWS))
  const words = () =>
    version() >= 0
      ? `${count(model.events)} events from ${counted(model.sources.size, 'source')} over the bus to ${counted(model.subscribers.size, 'subscriber')}`
      : ''
  const replay = () => {
    const from = model.moves.find((move) => move.what === 'event' && move.at >= clock.at())
    const to = model.list(Number.POSITIVE_INFINITY, () => true, 1)[0]
    if (from && to) setReplaying({ fromSeq: from.seq, toSeq: to.seq })
  }
  return (
    <Page
      fixed
      title="Events"
      subtitle={words()}
      actions={<Paces clock={clock} onReplay={replay} />}
      toolbar={
        <>
          <SearchField label="Type, source or subject" value={filter()} onValue={setFilter} class="w-64" />
          <Segmented
            label="Shown as"
            value={shown()}
            options={[
              { value: 'lanes', label: 'Lanes' },
              { value: 'counts', label: 'Counts' },
            ]}
            onValue={setShown}
          />
          <Scrub clock={clock} moment={moment()} model={model} />
        </>
      }
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={following.failure()}>
          {(failure) => <ErrorNote class="m-3" failure={failure()} title="The bus could not be followed" onRetry={following.again} />}
        </Show>
        <Show
          when={following.ready()}
          fallback={
            <Show when={!following.failure()}>
              <Loading what="events" onRetry={following.again} />
            </Show>
          }
        >
          <Show when={shown() === 'lanes'} fallback={<Counts model={model} version={version()} nameOf={nameOf} />}>
            <LanesCanvas {...{ model, at: clock.at, fits: moveFits, nameOf, words: words(), onInspect: setInspected }} />
          </Show>
          <Show when={rows().length > 0} fallback={<Nothing filtered={filter() !== '' || clock.pace() !== 'live'} />}>
            <EventTable rows={rows()} model={model} nameOf={nameOf} onInspect={setInspected} />
          </Show>
        </Show>
      </div>
      <Show when={inspected()} keyed>
        {(seq) => <Inspector seq={seq} nameOf={nameOf} onClose={() => setInspected(undefined)} />}
      </Show>
      <Show when={replaying()} keyed>
        {(range) => <ReplayDialog {...range} onClose={() => setReplaying(undefined)} />}
      </Show>
    </Page>
  )
}

type LaneClock = ReturnType<typeof createLaneClock>

function Paces(props: { readonly clock: LaneClock; readonly onReplay: () => void }) {
  return (
    <>
      <Show
        when={props.clock.pace() === 'live'}
        fallback={
          <>
            <Button onClick={() => props.onReplay()}>Deliver again from here …</Button>
            <Button icon={Radio} onClick={() => props.clock.live()}>
              Live
            </Button>
          </>
        }
      >
        {null}
      </Show>
      <Show
        when={props.clock.pace() === 'frozen'}
        fallback={
          <Button icon={Pause} onClick={() => props.clock.freeze()}>
            Freeze
          </Button>
        }
      >
        <Button icon={Play} onClick={() => props.clock.play()}>
          Play from here
        </Button>
      </Show>
    </>
  )
}

/** The last hour as a slider; its right end is now. */
function Scrub(props: { readonly clock: LaneClock; readonly moment: number; readonly model: LaneModel }) {
  const back = () => Math.min(KEPT_MS, Math.max(0, Date.now() - props.moment)) / 1000
  const live = () => props.clock.pace() === 'live'
  return (
    <label class="flex min-w-0 items-center gap-2 text-sm text-muted">
      <span class="sr-only">Moment within the last hour</span>
      <input
        type="range"
        class="w-48 accent-[var(--ink)]"
        min={-KEPT_MS / 1000}
        max={0}
        step={1}
        value={live() ? 0 : -back()}
        aria-valuetext={live() ? 'now' : clockTime(props.moment)}
        onInput={(event) => {
          const seconds = Number(event.currentTarget.value)
          if (seconds === 0) props.clock.live()
          else props.clock.scrub(Date.now() + seconds * 1000)
        }}
      />
      <span class="whitespace-nowrap tabular-nums">{live() ? 'now' : clockTime(props.moment)}</span>
    </label>
  )
}

function Nothing(props: { readonly filtered: boolean }) {
  return (
    <EmptyState icon={Radio} title={props.filtered ? 'No such events then' : 'No events in the last hour'}>
      {props.filtered
        ? 'Clear the filter, or go on to now.'
        : 'They come from webhooks, watched files, ended runs and "troupe event emit". Give a persona a trigger on an event to see one travel.'}
    </EmptyState>
  )
}
