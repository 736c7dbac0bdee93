import { A } from '@solidjs/router'
import Play from 'lucide-solid/icons/play'
import Square from 'lucide-solid/icons/square'
import { type Accessor, Show } from 'solid-js'
import type { PersonaDoc } from '#contract'
import { isTerminal } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, ErrorNote, StateBadge, tryOrToast } from '../../parts/mod.ts'
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
  const { busy, failure, run: attempt } = createAttempt()
  const start = async () => {
    if (busy()) return
    const row = props.draft.base()
    await attempt(async () => {
      const run = await engine.run.start({
        ...(row ? { personaId: row.id } : {}),
        draft: named(props.draft.doc()),
        input: props.given.input,
        params: { ...props.given.params },
      })
      props.onRun(run.id)
    })
  }
  // A draft can be tried before it has a name.
  const problems = () => Object.keys(props.draft.problems()).filter((path) => path !== 'name' || props.draft.doc().name !== '').length
  const unsaved = () => props.draft.dirty() || props.draft.base() === null
  const note = () => {
    if (problems() > 0) return 'Something in the form must be put right first.'
    if (props.draft.base() === null) return 'Runs what stands in the form. Files that it writes are removed when it ends.'
    return props.draft.dirty() ? 'Runs what stands in the form, without saving it.' : ''
  }
  return (
    <div class="relative flex h-full min-h-0 flex-col">
      <div class="relative flex max-h-[55%] shrink-0 flex-col gap-3 overflow-auto border-b border-line px-5 py-4">
        <RunFields
          of={{ ...props.draft.doc(), bodyKind: props.draft.doc().body.kind }}
          given={props.given}
          onInput={props.onInput}
          onParam={props.onParam}
        />
        <div class="flex items-center gap-2">
          <Button variant="primary" icon={Play} busy={busy()} disabled={problems() > 0} onClick={() => void start()}>
            {unsaved() ? 'Try this draft' : 'Try it'}
          </Button>
          <p class="text-sm text-muted">{note()}</p>
        </div>
        <Show when={failure()}>{(shown) => <ErrorNote title="It was not tried" failure={shown()} />}</Show>
      </div>
      <Show when={props.run()} keyed>
        {(id) => <Tried id={id} command={props.draft.doc().body.kind === 'command'} />}
      </Show>
    </div>
  )
}

function named(doc: PersonaDoc): PersonaDoc {
  return doc.name === '' ? { ...doc, name: 'Unnamed draft' } : doc
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
