import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { type Accessor, createEffect, createSignal, For, onCleanup, Show } from 'solid-js'
import type { AssembledPrompt, PersonaDoc } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted, tokens } from '../../look/format.ts'
import { ErrorNote, type Failure, failureOf, Loading } from '../../parts/mod.ts'

/** After the last keystroke. */
const PAUSE_MS = 350

export interface Preview {
  readonly assembled: Accessor<AssembledPrompt | undefined>
  readonly failure: Accessor<Failure | undefined>
  readonly again: () => void
}

/** The prompt that a run would send, assembled by the engine a moment after the last change. */
export function createPreview(
  doc: Accessor<PersonaDoc>,
  given: Accessor<{ readonly input: string; readonly params: Readonly<Record<string, string>> }>,
): Preview {
  const [assembled, setAssembled] = createSignal<AssembledPrompt>()
  const [failure, setFailure] = createSignal<Failure>()
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const read = async () => {
    const mine = ++asked
    try {
      const now = doc()
      // A prompt can be looked at before the persona has a name.
      const found = await engine.persona.assemble({
        doc: now.name === '' ? { ...now, name: 'Unnamed' } : now,
        params: { ...given().params },
        input: given().input,
      })
      if (mine !== asked) return
      setAssembled(found)
      setFailure(undefined)
    } catch (thrown) {
      if (mine === asked) setFailure(failureOf(thrown))
    }
  }
  createEffect(() => {
    doc()
    given()
    clearTimeout(timer)
    timer = setTimeout(() => void read(), asked === 0 ? 0 : PAUSE_MS)
  })
  onCleanup(() => clearTimeout(timer))
  return { assembled, failure, again: () => void read() }
}

export function PreviewPane(props: { readonly preview: Preview; readonly doc: PersonaDoc }) {
  return (
    <div class="relative flex flex-col gap-4 px-5 py-4">
      <Show when={props.preview.failure()}>
        {(failure) => (
          <ErrorNote
            title="It cannot be assembled as it is."
            failure={failure()}
            onRetry={failure().canRetry ? props.preview.again : undefined}
          />
        )}
      </Show>
      <Show
        when={props.preview.assembled() || props.preview.failure()}
        fallback={<Loading what="the prompt" onRetry={props.preview.again} />}
      >
        <Show when={props.preview.assembled()}>
          {(found) => (
            <>
              <Problems of={found()} />
              <Show when={props.doc.body.kind !== 'command'} fallback={<CommandPreview doc={props.doc} />}>
                <PromptPreview of={found()} />
              </Show>
            </>
          )}
        </Show>
      </Show>
    </div>
  )
}

function Problems(props: { readonly of: AssembledPrompt }) {
  return (
    <Show when={props.of.problems.length > 0}>
      <section aria-label="Problems" class="rounded-md bg-warn-soft px-3 py-2 text-warn-ink">
        <h2 class="flex items-center gap-2 font-medium">
          <TriangleAlert size={14} aria-hidden="true" />
          {counted(props.of.problems.length, 'thing')} to look at
        </h2>
        <ul class="mt-1 flex list-disc flex-col gap-1 pl-5">
          <For each={props.of.problems}>
            {(problem) => (
              <li class="wrap-anywhere">
                <span class="font-medium">{problem.where}: </span>
                {problem.message}
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  )
}

function PromptPreview(props: { readonly of: AssembledPrompt }) {
  return (
    <>
      <p class="text-muted">
        About <span class="font-medium text-text tabular-nums">{tokens(props.of.tokens)}</span> tokens, before the input. An estimate, good
        to a tenth.
      </p>
      <Show when={props.of.parts.length > 0} fallback={<p class="text-muted">The prompt is empty: no section is on and has a text.</p>}>
        <ol class="flex flex-col gap-4">
          <For each={props.of.parts}>
            {(part) => (
              <li class="min-w-0">
                <p class="mb-1 flex items-baseline gap-2 text-sm">
                  <span class="min-w-0 flex-1 truncate font-medium">{part.heading}</span>
                  <span class="shrink-0 text-muted tabular-nums">{tokens(part.tokens)} tokens</span>
                </p>
                <pre class="rounded-md bg-sunken px-3 py-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere">
                  {props.of.prompt.slice(part.start, part.end)}
                </pre>
              </li>
            )}
          </For>
        </ol>
      </Show>
    </>
  )
}

function CommandPreview(props: { readonly doc: PersonaDoc }) {
  const argv = () => (props.doc.body.kind === 'command' ? [props.doc.body.program, ...props.doc.body.args] : [])
  return (
    <>
      <p class="text-muted">A command reads no prompt. It would be started like this, each line one argument:</p>
      <ol class="flex flex-col gap-1 rounded-md bg-sunken px-3 py-2 font-mono text-sm">
        <For each={argv()} fallback={<li class="text-muted">Nothing yet</li>}>
          {(arg) => <li class="whitespace-pre-wrap wrap-anywhere">{arg === '' ? <span class="text-muted">(empty)</span> : arg}</li>}
        </For>
      </ol>
    </>
  )
}
