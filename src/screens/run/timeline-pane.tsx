import ChartGantt from 'lucide-solid/icons/chart-gantt'
import { createMemo, createSignal, For, onCleanup, Show } from 'solid-js'
import type { StepRecord } from '#contract'
import { duration } from '../../look/format.ts'
import { Duration, EmptyState, Money, Tokens } from '../../parts/mod.ts'
import { type Timeline, type TimelineBar, timelineOf } from './timeline.ts'

interface TimelinePaneProps {
  readonly steps: readonly StepRecord[]
  readonly live: boolean
  /** Shows a step where its content is. */
  readonly onStep: (n: number) => void
}

const TONES: Readonly<Record<StepRecord['state'], string>> = {
  running: 'bg-accent',
  done: 'bg-ok-ink',
  failed: 'bg-bad-ink',
  unknown: 'bg-warn-ink',
}
const STATES: Readonly<Record<StepRecord['state'], string>> = {
  running: 'under way',
  done: 'done',
  failed: 'failed',
  unknown: 'outcome unknown',
}

/** When each step ran, what it cost and how many tokens it took; one row a step. */
export function TimelinePane(props: TimelinePaneProps) {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => props.live && setNow(Date.now()), 1_000)
  onCleanup(() => clearInterval(timer))
  const line = createMemo(() => timelineOf(props.steps, now()))
  const kept = () => props.steps.length - line().bars.length
  return (
    <section aria-label="Timeline" tabindex={0} class="relative h-full overflow-auto px-6 py-4 -outline-offset-2 narrow:px-4">
      <Show
        when={props.steps.length > 0}
        fallback={
          <EmptyState icon={ChartGantt} title="No step yet.">
            Each model call and each tool call gets a bar here: when it ran, how long, and what it cost.
          </EmptyState>
        }
      >
        <p class="mb-2 text-sm text-muted">
          {duration(line().shownMs)} from the first step to the last
          <Show when={line().cuts.length > 0}>, with its pauses cut short</Show>
          <Show when={kept() > 0}>; {kept()} steps were kept from another run</Show>.
        </p>
        <table class="w-full table-fixed border-collapse text-sm">
          <thead class="text-left text-muted">
            <tr>
              <th scope="col" class="w-[34%] py-1 pr-3 font-medium">
                Step
              </th>
              <th scope="col" class="py-1 font-medium">
                When
              </th>
              <th scope="col" class="w-20 py-1 text-right font-medium">
                Time
              </th>
              <th scope="col" class="w-20 py-1 text-right font-medium narrow:hidden">
                Tokens
              </th>
              <th scope="col" class="w-20 py-1 text-right font-medium narrow:hidden">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.steps}>{(step) => <Row step={step} line={line()} onStep={props.onStep} />}</For>
          </tbody>
        </table>
      </Show>
    </section>
  )
}

function Row(props: { readonly step: StepRecord; readonly line: Timeline; readonly onStep: (n: number) => void }) {
  const bar = () => props.line.bars.find(({ step }) => step.n === props.step.n)
  const total = () => {
    const { usage } = props.step
    return usage && usage.input !== null && usage.output !== null ? usage.input + usage.output : null
  }
  return (
    <tr class="timeline-row border-t border-line">
      <th scope="row" class="py-0.5 pr-3 text-left font-normal">
        <button
          type="button"
          class="flex w-full min-w-0 items-baseline gap-2 rounded-sm text-left hover:underline"
          onClick={() => props.onStep(props.step.n)}
        >
          <span class="shrink-0 text-muted tabular-nums">{props.step.n}</span>
          <span class="min-w-0 truncate">{props.step.title}</span>
          <span class="sr-only">, {STATES[props.step.state]}</span>
          <Show when={props.step.attempt > 1}>
            <span class="shrink-0 text-muted">try {props.step.attempt}</span>
          </Show>
        </button>
      </th>
      <td class="relative h-6">
        <Show when={bar()} fallback={<span class="text-muted">kept</span>}>
          {(shown) => <Bar bar={shown()} line={props.line} />}
        </Show>
      </td>
      <td class="text-right">
        <Show when={!props.step.inherited}>
          <Duration from={props.step.startedAt} to={props.step.endedAt ?? (props.step.state === 'running' ? null : props.step.startedAt)} />
        </Show>
      </td>
      <td class="text-right narrow:hidden">
        <Show when={props.step.usage}>
          <Tokens n={total()} />
        </Show>
      </td>
      <td class="text-right narrow:hidden">
        <Show when={props.step.kind === 'model' && !props.step.inherited}>
          <Money usd={props.step.costUsd} known={props.step.costUsd !== null} />
        </Show>
      </td>
    </tr>
  )
}

function Bar(props: { readonly bar: TimelineBar; readonly line: Timeline }) {
  return (
    <>
      <For each={props.line.cuts}>
        {(cut) => (
          <span
            class="absolute inset-y-0 border-l border-dashed border-line-strong"
            style={{ left: `${cut.at * 100}%` }}
            title={`A pause of ${duration(cut.ms)}`}
          />
        )}
      </For>
      <span
        class={`absolute top-1/2 h-2.5 min-w-[3px] -translate-y-1/2 rounded-sm ${TONES[props.bar.step.state]}`}
        style={{ left: `${props.bar.left * 100}%`, width: `${props.bar.width * 100}%` }}
      />
    </>
  )
}
