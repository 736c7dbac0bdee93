import { A } from '@solidjs/router'
import History from 'lucide-solid/icons/list-clock'
import { For, Show } from 'solid-js'
import type { FireRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime, counted } from '../../look/format.ts'
import { Badge, Button, EmptyState, ErrorNote, Loading, type Tone, tryOrToast } from '../../parts/mod.ts'
import { createRead } from './reading.ts'

const TONES: Readonly<Record<FireRow['state'], Tone>> = {
  waiting: 'accent',
  asking: 'warn',
  starting: 'accent',
  started: 'accent',
  ended: 'ok',
  skipped: 'quiet',
  missed: 'warn',
  counted: 'quiet',
  'dry-run': 'quiet',
  failed: 'bad',
}

/** What fired, and what did not and why: the newest 200. */
export function FireList() {
  const fires = createRead(['trigger'], () => engine.trigger.fires({ limit: 200 }))
  return (
    <>
      <Show when={fires.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The fires could not be read" onRetry={fires.again} />}
      </Show>
      <Show
        when={fires.value()}
        fallback={
          <Show when={!fires.failure()}>
            <Loading what="fires" onRetry={fires.again} />
          </Show>
        }
      >
        {(rows) => (
          <Show
            when={rows().length > 0}
            fallback={
              <EmptyState icon={History} title="Nothing has fired yet">
                Each due time leaves a line here: with its run, or with the reason why there is none.
              </EmptyState>
            }
          >
            <ul>
              <For each={rows()}>{(row) => <Line row={row} />}</For>
            </ul>
          </Show>
        )}
      </Show>
    </>
  )
}

function Line(props: { readonly row: FireRow }) {
  const row = () => props.row
  const failed = () => row().runState === 'failed' || row().runState === 'incomplete'
  const answer = (yes: boolean) => tryOrToast('The answer could not be given', () => engine.trigger.answer({ id: row().id, yes }))
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2 last:border-b">
      <time class="w-36 shrink-0 text-sm text-muted tabular-nums" datetime={new Date(row().due).toISOString()}>
        {clockTime(row().due)}
      </time>
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-2">
          <span class="font-medium">{row().triggerName}</span>
          <Badge tone={failed() ? 'bad' : TONES[row().state]}>{row().runState ?? row().state}</Badge>
          <Show when={row().count !== 1}>
            <span class="text-sm text-muted">{row().count === null ? 'many due times' : counted(row().count ?? 0, 'due time')}</span>
          </Show>
        </p>
        <Show when={row().whyText || row().why}>
          <p class="text-sm text-muted">{row().whyText || row().why}</p>
        </Show>
      </div>
      <Show when={row().state === 'asking'}>
        <Button size="sm" variant="primary" onClick={() => void answer(true)}>
          Run it
        </Button>
        <Button size="sm" onClick={() => void answer(false)}>
          No
        </Button>
      </Show>
      <Show when={row().runId}>
        {(id) => (
          <A class="text-accent-ink underline-offset-2 hover:underline" href={`/runs/${id()}`}>
            Its run
          </A>
        )}
      </Show>
    </li>
  )
}
