import { createSignal, Show } from 'solid-js'
import type { RunDetail, RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { ErrorNote, Page, PersonaMark, SplitPane, StateBadge, Tabs } from '../../parts/mod.ts'
import { ForRun } from '../inbox/mod.tsx'
import { Ending } from './ending.tsx'
import { RunDetails, RunFigures } from './facts.tsx'
import { ForkDialog } from './fork-dialog.tsx'
import { GoingOn } from './going-on.tsx'
import { Guidance } from './guidance.tsx'
import { RunActions } from './run-actions.tsx'
import { createRunStanding, type RunStanding } from './run-standing.ts'
import { StepsPane } from './steps-pane.tsx'
import { TerminalPane } from './terminal-pane.tsx'
import { TimelinePane } from './timeline-pane.tsx'

interface StandingProps {
  readonly detail: RunDetail
  /** The stored run is to be read again. */
  readonly soon: () => void
  readonly onStarted: (run: RunRow) => void
}

export function Standing(props: StandingProps) {
  const standing = createRunStanding(props)
  const { run, live, wide, state, reason } = standing
  const [forked, setForked] = createSignal<number>()
  const panes = () => <Panes of={standing} detail={props.detail} onFork={setForked} />
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
      actions={
        <RunActions
          detail={props.detail}
          state={state()}
          log={live.log}
          onStarted={props.onStarted}
          onChanged={props.soon}
          onFork={setForked}
        />
      }
    >
      <div class="flex h-full min-h-0 flex-col">
        <Ending state={state()} reason={reason()} run={run()}>
          <Show when={state() === 'parked' && run().state === 'parked'}>
            <GoingOn detail={props.detail} onChanged={props.soon} />
          </Show>
        </Ending>
        <Show when={state() === 'parked'}>
          <ForRun runId={run().id} />
        </Show>
        <Show when={live.failure()}>
          {(failure) => (
            <ErrorNote title="The live output could not be read." failure={failure()} onRetry={live.again} class="mx-6 mt-3 narrow:mx-4" />
          )}
        </Show>
        <div class="min-h-0 flex-1">
          <Show when={wide()} fallback={panes()}>
            <SplitPane
              name="run"
              label="Width of the details"
              initial={68}
              min={40}
              max={85}
              first={panes()}
              second={
                <section aria-label="Details of the run" tabindex={0} class="relative h-full overflow-auto bg-surface -outline-offset-2">
                  <RunDetails detail={props.detail} />
                </section>
              }
            />
          </Show>
        </div>
        <Show when={run().bodyKind !== 'command'}>
          <Guidance run={run()} messages={props.detail.guidance} open={!isTerminal(state())} onChanged={props.soon} />
        </Show>
      </div>
      <ForkDialog detail={props.detail} step={forked()} onClose={() => setForked(undefined)} onStarted={props.onStarted} />
    </Page>
  )
}

interface PanesProps {
  readonly of: RunStanding
  readonly detail: RunDetail
  readonly onFork: (step: number) => void
}

function Panes(props: PanesProps) {
  const { of } = props
  return (
    <Tabs label="Views of the run" tabs={of.tabs()} value={of.pane()} onValue={of.show} class="h-full">
      {(id) =>
        id === 'terminal' ? (
          <TerminalPane log={of.live.log} live={of.live.status() === 'following'} />
        ) : id === 'timeline' ? (
          <TimelinePane steps={of.records()} live={of.isLive()} onStep={of.lookAt} />
        ) : id === 'details' ? (
          <RunDetails detail={props.detail} />
        ) : (
          <StepsPane
            view={of.view()}
            log={of.live.log}
            live={of.isLive()}
            prompt={of.run().bodyKind === 'model' ? props.detail.prompt : ''}
            onTerminal={() => of.show('terminal')}
            wanted={of.wanted()}
            onFork={of.run().bodyKind === 'command' ? undefined : props.onFork}
          />
        )
      }
    </Tabs>
  )
}
