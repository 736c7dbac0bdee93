import { useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, on, onCleanup, Show } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import type { RunDetail, RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, ErrorNote, type Failure, failureOf, Loading, Page, PersonaMark, SplitPane, StateBadge, Tabs } from '../../parts/mod.ts'
import { onChange, remembered } from '../../state/mod.ts'
import { Ending } from './ending.tsx'
import { RunDetails, RunFigures } from './facts.tsx'
import { createRunFollow } from './follow.ts'
import { RunActions } from './run-actions.tsx'
import { StepsPane } from './steps-pane.tsx'
import { seedSteps } from './stream.ts'
import { TerminalPane } from './terminal-pane.tsx'
import { createWide } from './wide.ts'

/** `/runs/:id` */
export function RunScreen() {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <OneRun id={id} />}
    </Show>
  )
}

/** The stored run, read again when the engine says that it changed. */
function createDetail(id: string) {
  const [store, setStore] = createStore<{ detail: RunDetail | undefined }>({ detail: undefined })
  const [failure, setFailure] = createSignal<Failure>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const read = async () => {
    try {
      const detail = await engine.run.get({ id })
      setStore('detail', reconcile(detail))
      setFailure(undefined)
    } catch (thrown) {
      setFailure(failureOf(thrown))
    }
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), 120)
  }
  onCleanup(onChange('run', (change) => (change.id === id || change.topic === 'reset') && soon()))
  onCleanup(() => clearTimeout(timer))
  void read()
  return { detail: () => store.detail, failure, read: () => void read(), soon }
}

function OneRun(props: { readonly id: string }) {
  const stored = createDetail(props.id)
  const navigate = useNavigate()
  return (
    <Show
      when={stored.detail()}
      fallback={
        <Page title="Run">
          <Show when={stored.failure()} fallback={<Loading what="the run" onRetry={stored.read} />}>
            {(failure) => (
              <div class="flex flex-col items-start gap-3">
                <ErrorNote
                  class="w-full"
                  title="This run could not be read."
                  failure={failure()}
                  onRetry={failure().canRetry ? stored.read : undefined}
                />
                <Button onClick={() => navigate('/runs')}>All runs</Button>
              </div>
            )}
          </Show>
        </Page>
      }
    >
      {(detail) => <Standing detail={detail()} soon={stored.soon} onStarted={(run) => navigate(`/runs/${run.id}`)} />}
    </Show>
  )
}

type Pane = 'steps' | 'terminal' | 'details'

function Standing(props: { readonly detail: RunDetail; readonly soon: () => void; readonly onStarted: (run: RunRow) => void }) {
  const run = () => props.detail.run
  const live = createRunFollow(run().id)
  const wide = createWide(1100)
  const [panes, setPanes] = remembered<Record<string, Pane>>('run.pane', {})
  // The stream of an ended run is read from its beginning: what is stored knows better than what has been replayed so far.
  const over = () => isTerminal(run().state)
  const state = createMemo(() => (over() ? run().state : (live.view.state ?? run().state)))
  const reason = () => (over() ? run().reason : (live.view.reason ?? run().reason))
  const isLive = createMemo(() => !isTerminal(state()) && live.status() === 'following')
  const tabs = createMemo(() => [
    { id: 'steps' as Pane, label: 'Steps', count: live.view.steps.length || undefined },
    { id: 'terminal' as Pane, label: 'Terminal' },
    ...(wide() ? [] : [{ id: 'details' as Pane, label: 'Details' }]),
  ])
  const pane = createMemo<Pane>(() => {
    const chosen = panes()[run().bodyKind] ?? (run().bodyKind === 'command' ? 'terminal' : 'steps')
    return tabs().some((tab) => tab.id === chosen) ? chosen : 'steps'
  })
  const show = (id: Pane) => setPanes({ ...panes(), [run().bodyKind]: id })
  // The stored run learns of its end a moment after the stream; both must agree at the end.
  createEffect(on(live.status, (status) => status !== 'following' && props.soon()))

  // A run whose stream is gone still has its stored steps.
  const view = createMemo(() => {
    if (live.status() === 'following' || live.view.steps.length >= props.detail.steps.length) return live.view
    const whole = { ...live.view, steps: live.view.steps.map((step) => ({ ...step })) }
    seedSteps(whole, props.detail.steps)
    return whole
  })
  const content = () => (
    <Tabs label="Views of the run" tabs={tabs()} value={pane()} onValue={show} class="h-full">
      {(id) =>
        id === 'terminal' ? (
          <TerminalPane log={live.log} live={live.status() === 'following'} />
        ) : id === 'details' ? (
          <RunDetails detail={props.detail} />
        ) : (
          <StepsPane
            view={view()}
            log={live.log}
            live={isLive()}
            prompt={run().bodyKind === 'model' ? props.detail.prompt : ''}
            onTerminal={() => show('terminal')}
          />
        )
      }
    </Tabs>
  )
  return (
    <Page
      fixed
      title={`Run of ${run().personaName}`}
      heading={
        <span class="flex min-w-0 items-center gap-2.5">
          <PersonaMark icon={run().personaIcon} colour={run().personaColour} size="md" />
          <span class="truncate">{run().personaName}</span>
          <StateBadge state={state()} />
        </span>
      }
      subtitle={<RunFigures run={{ ...run(), state: state() }} />}
      actions={<RunActions detail={props.detail} state={state()} log={live.log} onStarted={props.onStarted} onChanged={props.soon} />}
    >
      <div class="flex h-full min-h-0 flex-col">
        <Ending state={state()} reason={reason()} run={run()} />
        <Show when={live.failure()}>
          {(failure) => (
            <ErrorNote title="The live output could not be read." failure={failure()} onRetry={live.again} class="mx-6 mt-3 narrow:mx-4" />
          )}
        </Show>
        <div class="min-h-0 flex-1">
          <Show when={wide()} fallback={content()}>
            <SplitPane
              name="run"
              label="Width of the details"
              initial={68}
              min={40}
              max={85}
              first={content()}
              second={
                <section aria-label="Details of the run" tabindex={0} class="relative h-full overflow-auto bg-surface -outline-offset-2">
                  <RunDetails detail={props.detail} />
                </section>
              }
            />
          </Show>
        </div>
      </div>
    </Page>
  )
}
