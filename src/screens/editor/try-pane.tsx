import { A } from '@solidjs/router'
import Play from 'lucide-solid/icons/play'
import Square from 'lucide-solid/icons/square'
import { type Accessor, createSignal, Show } from 'solid-js'
import { isTerminal } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, ErrorNote, type Failure, failureOf, StateBadge, tryOrToast } from '../../parts/mod.ts'
import { createRunFollow, RunFields, type RunGiven, StepsPane, TerminalPane } from '../run/mod.tsx'
import type { Draft } from './draft.ts'

interface TryPaneProps {
  readonly draft: Draft
  readonly given: RunGiven
  readonly onInput: (input: string) => void
  readonly onParam: (name: string, value: string) => void
  readonly run: Accessor<string | undefined>
  readonly onRun: (id: string) => void
}

/** Runs the document as it stands in the form, unsaved, and shows what happens beside it. */
export function TryPane(props: TryPaneProps) {
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const start = async () => {
    const row = props.draft.base()
    if (!row || busy()) return
    setBusy(true)
    setFailure(undefined)
    try {
      const run = await engine.run.start({
        personaId: row.id,
        draft: props.draft.doc(),
        input: props.given.input,
        params: { ...props.given.params },
      })
      props.onRun(run.id)
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="relative flex h-full min-h-0 flex-col">
      <div class="relative flex max-h-[55%] shrink-0 flex-col gap-3 overflow-auto border-b border-line px-5 py-4">
        <Show
          when={props.draft.base()}
          fallback={<p class="text-muted">Save this persona once. From then on a draft can be tried here without saving it.</p>}
        >
          <RunFields
            of={{ ...props.draft.doc(), bodyKind: props.draft.doc().body.kind }}
            given={props.given}
            onInput={props.onInput}
            onParam={props.onParam}
          />
          <div class="flex items-center gap-2">
            <Button
              variant="primary"
              icon={Play}
              busy={busy()}
              disabled={Object.keys(props.draft.problems()).length > 0}
              onClick={() => void start()}
            >
              {props.draft.dirty() ? 'Try this draft' : 'Try it'}
            </Button>
            <Show when={props.draft.dirty()}>
              <span class="text-sm text-muted">Runs what stands in the form, without saving it.</span>
            </Show>
          </div>
          <Show when={failure()}>{(shown) => <ErrorNote title="It was not tried" failure={shown()} />}</Show>
        </Show>
      </div>
      <Show when={props.run()} keyed>
        {(id) => <Tried id={id} command={props.draft.doc().body.kind === 'command'} />}
      </Show>
    </div>
  )
}

function Tried(props: { readonly id: string; readonly command: boolean }) {
  const live = createRunFollow(props.id)
  const command = props.command
  const state = () => live.view.state ?? 'queued'
  const isLive = () => !isTerminal(state()) && live.status() === 'following'
  return (
    <section aria-label="What happened" class="flex min-h-0 flex-1 flex-col">
      <div class="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-5 py-2">
        <StateBadge state={state()} />
        <Show when={live.view.reason && state() !== 'succeeded'}>
          <span class="min-w-0 flex-1 truncate text-muted" title={live.view.reason?.message}>
            {live.view.reason?.message}
          </span>
        </Show>
        <span class="flex-1" />
        <Show when={isLive()}>
          <Button
            size="sm"
            icon={Square}
            onClick={() => void tryOrToast('The run was not cancelled', () => engine.run.cancel({ id: props.id }))}
          >
            Cancel
          </Button>
        </Show>
        <A href={`/runs/${props.id}`} class="text-sm text-accent-ink underline">
          Open this run
        </A>
      </div>
      <Show when={live.failure()}>
        {(failure) => <ErrorNote title="Its output could not be read." failure={failure()} onRetry={live.again} class="m-3" />}
      </Show>
      <div class="min-h-0 flex-1">
        <Show when={command} fallback={<StepsPane view={live.view} log={live.log} live={isLive()} prompt="" />}>
          <TerminalPane log={live.log} live={isLive()} />
        </Show>
      </div>
    </section>
  )
}
