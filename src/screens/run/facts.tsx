import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { RunDetail, RunRow } from '#contract'
import { bytes } from '../../look/format.ts'
import { Duration, Money, TimeAgo, Tokens } from '../../parts/mod.ts'
import { personaById } from '../../state/mod.ts'
import { RunBudget } from '../budget/mod.tsx'
import { LongText } from './fold.tsx'
import { plainOutput } from './values.ts'

function notBegun({ endedAt, state }: RunRow): string {
  if (endedAt !== null) return 'never began'
  return state === 'parked' ? 'not begun yet' : 'waiting for its turn'
}

/** Time, cost, tokens and model in one quiet line. */
export function RunFigures(props: { readonly run: RunRow }) {
  return (
    <span class="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-muted">
      <span>
        <span class="sr-only">Asked for </span>
        <TimeAgo at={props.run.queuedAt} />
      </span>
      <Show when={props.run.startedAt !== null} fallback={<span>{notBegun(props.run)}</span>}>
        <span>
          <span class="sr-only">Took </span>
          <Duration from={props.run.startedAt} to={props.run.endedAt} />
        </span>
      </Show>
      <Show when={askedModel(props.run)}>
        <span>
          <Tokens n={totalTokens(props.run)} /> tokens
        </span>
        <span>
          cost <Money usd={props.run.costUsd} known={props.run.costKnown} />
        </span>
        <Show when={props.run.model}>
          <span class="font-mono text-sm">{props.run.model}</span>
        </Show>
      </Show>
      <Show when={props.run.exitCode !== null}>
        <span>exit code {props.run.exitCode}</span>
      </Show>
    </span>
  )
}

/** Whether a model was asked at all: where none was, tokens and cost are nothing, not unknown. */
export function askedModel(run: RunRow): boolean {
  return run.bodyKind === 'model' && !(run.usage === null && run.costKnown && (run.costUsd ?? 0) === 0)
}

export function totalTokens(run: RunRow): number | null {
  const { usage } = run
  return usage === null || usage.input === null || usage.output === null ? null : usage.input + usage.output
}

const ORIGINS = { start: 'Repeats', fork: 'Forked from', replay: 'Replays' } as const

/** What the run was given, and what it came from. */
export function RunDetails(props: { readonly detail: RunDetail }) {
  const run = () => props.detail.run
  const params = () => Object.entries(props.detail.params)
  return (
    <dl class="relative flex flex-col gap-4 px-5 py-4">
      <RunBudget runId={run().id} />
      <Item term="Result">
        <Show when={props.detail.result !== ''} fallback={<p class="text-muted">{run().endedAt === null ? 'Not yet.' : 'None.'}</p>}>
          <LongText text={run().bodyKind === 'command' ? plainOutput(props.detail.result) : props.detail.result} label="Result" />
        </Show>
      </Item>
      <Item term="Input">
        <Show when={props.detail.input !== ''} fallback={<p class="text-muted">Empty.</p>}>
          <LongText text={props.detail.input} label="Input" />
        </Show>
      </Item>
      <Show when={params().length > 0}>
        <Item term="Parameters">
          <ul class="flex flex-col gap-1">
            <For each={params()}>
              {([name, value]) => (
                <li class="flex gap-2">
                  <span class="shrink-0 font-mono text-sm text-muted">{name}</span>
                  <span class="min-w-0 wrap-anywhere">{value === '' ? <span class="text-muted">empty</span> : value}</span>
                </li>
              )}
            </For>
          </ul>
        </Item>
      </Show>
      <Item term="Revision">
        <RevisionLink run={run()} />
      </Item>
      <Show when={run().againOf}>
        {(id) => (
          <Item term={ORIGINS[run().origin]}>
            <A href={`/runs/${id()}`} class="text-accent-ink underline">
              an earlier run
            </A>
            <Show when={run().originStep !== null}> from step {run().originStep}</Show>
          </Item>
        )}
      </Show>
      <Item term="Tokens">
        <Show
          when={run().usage}
          fallback={<p class="text-muted">{run().bodyKind === 'command' ? 'A command uses none.' : 'None reported.'}</p>}
        >
          {(usage) => (
            <p>
              <Tokens n={usage().input} /> in
              <Show when={usage().cachedInput}>
                {' '}
                (of which <Tokens n={usage().cachedInput} /> cached)
              </Show>
              , <Tokens n={usage().output} /> out
              <Show when={usage().reasoning}>
                {' '}
                (of which <Tokens n={usage().reasoning} /> reasoning)
              </Show>
            </p>
          )}
        </Show>
      </Item>
      <Show when={run().cutBytes > 0}>
        <Item term="Cut">
          <p>{bytes(run().cutBytes)} of output were over the persona’s limits and were dropped.</p>
        </Item>
      </Show>
      <Item term="Run">
        <p class="font-mono text-sm wrap-anywhere">{run().id}</p>
      </Item>
    </dl>
  )
}

function RevisionLink(props: { readonly run: RunRow }) {
  const now = () => personaById(props.run.personaId)
  return (
    <Show
      when={props.run.revision !== null}
      fallback={
        <p>{props.run.personaId === null ? 'None: a draft was tried that belongs to no persona.' : 'None: an unsaved draft was tried.'}</p>
      }
    >
      <Show when={now()} fallback={<p>Revision {props.run.revision}. The persona is archived or no longer there.</p>}>
        {(card) => (
          <p>
            Revision {props.run.revision}
            <Show when={card().revision !== props.run.revision} fallback={<span class="text-muted">, the current one</span>}>
              {' · '}
              <A
                href={`/personas/${props.run.personaId}?revisions=${props.run.revision}..${card().revision}`}
                class="text-accent-ink underline"
              >
                what changed since
              </A>
            </Show>
          </p>
        )}
      </Show>
    </Show>
  )
}

function Item(props: { readonly term: string; readonly children: JSX.Element }) {
  return (
    <div class="flex min-w-0 flex-col gap-1">
      <dt class="text-sm font-medium text-muted">{props.term}</dt>
      <dd class="min-w-0">{props.children}</dd>
    </div>
  )
}
