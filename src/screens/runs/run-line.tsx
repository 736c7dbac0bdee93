import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { RunRow } from '#contract'
import { Duration, Money, PersonaMark, StateBadge, TimeAgo, Tokens } from '../../parts/mod.ts'
import { askedModel, totalTokens } from '../run/facts.tsx'
import { plainOutput } from '../run/values.ts'

interface RunLineProps {
  /** undefined while its page is being read. */
  readonly row: RunRow | undefined
  readonly current: boolean
  readonly picked: boolean
  readonly onPick: (picked: boolean) => void
  readonly onCurrent: () => void
}

/** Columns of the head and of each line. */
export const COLUMNS =
  'grid grid-cols-[1.75rem_7rem_minmax(8rem,14rem)_minmax(10rem,1fr)_5rem_5.5rem_5.5rem_6.5rem] items-center gap-x-3 narrow:grid-cols-[1.75rem_6.5rem_minmax(6rem,10rem)_minmax(6rem,1fr)_4.5rem_6rem]'

export function RunLine(props: RunLineProps) {
  return (
    <div
      class={`${COLUMNS} relative h-full border-b border-line px-6 narrow:px-4`}
      classList={{ 'bg-accent-soft': props.current, 'hover:bg-hover': !props.current }}
      aria-current={props.current ? 'true' : undefined}
    >
      <Show when={props.row} fallback={<span class="col-span-full h-2 w-1/3 rounded-full bg-hover" />}>
        {(row) => <Cells {...props} row={row()} />}
      </Show>
    </div>
  )
}

function Cells(props: RunLineProps & { readonly row: RunRow }) {
  const row = () => props.row
  return (
    <>
      <span class="relative z-10 grid size-6 place-items-center">
        <input
          type="checkbox"
          class="tick"
          tabindex={-1}
          aria-label={`Pick the run of ${row().personaName} to compare`}
          checked={props.picked}
          onChange={(event) => props.onPick(event.currentTarget.checked)}
        />
      </span>
      <StateBadge state={row().state} bare />
      <span class="flex min-w-0 items-center gap-2">
        <PersonaMark icon={row().personaIcon} colour={row().personaColour} size="sm" />
        {/* The whole line is the link: its area covers the line, its name stays the persona's. */}
        <A
          href={`/runs/${row().id}`}
          tabindex={-1}
          class="min-w-0 truncate font-medium after:absolute after:inset-0"
          onClick={() => props.onCurrent()}
          aria-label={`Run of ${row().personaName}: ${row().state}`}
        >
          {row().personaName}
        </A>
        <Show when={row().revision === null}>
          <span class="shrink-0 text-sm text-muted">draft</span>
        </Show>
      </span>
      <span class="min-w-0 truncate text-muted" title={row().resultPreview || said(row())}>
        {said(row())}
      </span>
      <span class="text-right text-muted">
        <Show when={row().startedAt !== null} fallback="–">
          <Duration from={row().startedAt} to={row().endedAt} />
        </Show>
      </span>
      <span class="text-right text-muted narrow:hidden">
        <Show when={askedModel(row())} fallback="–">
          <Tokens n={totalTokens(row())} />
        </Show>
      </span>
      <span class="text-right text-muted narrow:hidden">
        <Show when={askedModel(row())} fallback="–">
          <Money usd={row().costUsd} known={row().costKnown} />
        </Show>
      </span>
      <span class="text-right text-muted">
        <TimeAgo at={row().queuedAt} />
      </span>
    </>
  )
}

/** What a run did, in one line: why it did not succeed, what came out, or what went in. A report ends in its verdict, an answer begins with what matters. */
export function said(row: RunRow): string {
  if (row.state !== 'succeeded' && row.reason) return row.reason.message
  const lines = plainOutput(row.resultPreview)
    .split('\n')
    .filter((line) => line.trim() !== '')
  return (row.bodyKind === 'command' ? lines.at(-1) : lines[0]) ?? row.inputPreview
}
