import { A } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import { isTerminal } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, buttonClass, ErrorNote, StateBadge, tryOrToast } from '../../parts/mod.ts'
import { createRunFollow, StepsPane } from '../run/mod.tsx'

interface WatchProps {
  readonly runId: string
  readonly personaId: string | null
  readonly name: string
  readonly onAnother: () => void
  readonly onDone: () => void
}

/** The first run, live, and where to find it again. */
export function Watch(props: WatchProps) {
  const run = createRunFollow(props.runId)
  const state = () => run.view.state
  const ended = createMemo(() => {
    const now = state()
    return now !== null && isTerminal(now)
  })
  const cancel = () => void tryOrToast('The run was not cancelled', () => engine.run.cancel({ id: props.runId }))
  return (
    <div class="flex h-full min-h-0 flex-col">
      <div class="flex flex-wrap items-center gap-3 px-6 py-3 narrow:px-4">
        <h2 class="text-md font-semibold">{props.name}</h2>
        <Show when={state()}>{(now) => <StateBadge state={now()} />}</Show>
        <p class="min-w-0 flex-1 text-muted narrow:order-last narrow:basis-full">
          <Show when={ended()} fallback="Each line as it comes. You may leave: it goes on without this window.">
            <Show
              when={run.view.reason && run.view.reason.code !== 'done'}
              fallback="That is all there is to it. The run is kept, with its input, its output and what it cost."
            >
              {run.view.reason?.message}
            </Show>
          </Show>
        </p>
        <Show when={ended()} fallback={<Button onClick={cancel}>Cancel the run</Button>}>
          <Button variant="quiet" onClick={() => props.onAnother()}>
            Another one
          </Button>
          <A href={`/personas/${props.personaId}`} class={buttonClass()}>
            Edit this persona
          </A>
          <A href={`/runs/${props.runId}`} class={buttonClass()}>
            See the run
          </A>
          <Button variant="primary" onClick={() => props.onDone()}>
            Done
          </Button>
        </Show>
      </div>
      <Show when={run.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The run could not be watched" onRetry={run.again} class="mx-6 mb-3" />}
      </Show>
      <div class="min-h-0 flex-1 border-t border-line bg-ground">
        <StepsPane view={run.view} log={run.log} live={!ended()} prompt="" />
      </div>
    </div>
  )
}
