import Check from 'lucide-solid/icons/check'
import Pen from 'lucide-solid/icons/pen'
import Send from 'lucide-solid/icons/send'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, For, Show } from 'solid-js'
import type { RunMessage, RunRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, ErrorNote, Field, IconButton, TextInput } from '../../parts/mod.ts'

interface GuidanceProps {
  readonly run: RunRow
  readonly messages: readonly RunMessage[]
  /** It may still be told something. */
  readonly open: boolean
  readonly onChanged: () => void
}

/** What is said to a run while it goes on: taken at its next turn, and changeable until then. */
export function Guidance(props: GuidanceProps) {
  const [text, setText] = createSignal('')
  const { busy, failure, run } = createAttempt()
  const waiting = () => props.messages.filter(({ state }) => state === 'waiting')
  const send = () =>
    void run(async () => {
      await engine.run.guide({ id: props.run.id, text: text() })
      setText('')
      props.onChanged()
    })
  return (
    <Show when={props.open || waiting().length > 0}>
      <section aria-label="Guidance" class="shrink-0 border-t border-line bg-surface px-6 py-2.5 narrow:px-4">
        <Show when={waiting().length > 0}>
          <ul class="mb-2 flex max-h-40 flex-col gap-1 overflow-auto">
            <For each={waiting()}>
              {(message) => <Waiting run={props.run} message={message} open={props.open} onChanged={props.onChanged} />}
            </For>
          </ul>
        </Show>
        <Show when={props.open}>
          <form
            class="flex items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (text().trim() !== '' && !busy()) send()
            }}
          >
            <Field label="Say something to it" hideLabel class="flex-1">
              <TextInput
                value={text()}
                onValue={setText}
                maxlength={LIMITS.guidanceChars}
                placeholder="Say something to it; it reads this at its next turn"
              />
            </Field>
            <Button type="submit" icon={Send} busy={busy()} disabled={text().trim() === ''}>
              Say it
            </Button>
          </form>
        </Show>
        <Show when={failure()}>{(shown) => <ErrorNote class="mt-2" title="That was not said." failure={shown()} />}</Show>
      </section>
    </Show>
  )
}

function Waiting(props: { readonly run: RunRow; readonly message: RunMessage; readonly open: boolean; readonly onChanged: () => void }) {
  const [draft, setDraft] = createSignal<string>()
  const { busy, failure, run } = createAttempt()
  const change = (text: string) =>
    void run(async () => {
      await engine.run.editGuidance({ id: props.run.id, message: props.message.id, text })
      setDraft(undefined)
      props.onChanged()
    })
  return (
    <li class="flex flex-col gap-1">
      <div class="flex items-center gap-2">
        <Show when={draft() !== undefined} fallback={<span class="min-w-0 flex-1 wrap-anywhere">{props.message.text}</span>}>
          <TextInput
            aria-label="The changed message"
            class="flex-1"
            value={draft() ?? ''}
            onValue={setDraft}
            maxlength={LIMITS.guidanceChars}
          />
        </Show>
        <span class="shrink-0 text-sm text-muted">{props.open ? 'waits for its next turn' : 'it ended before it read this'}</span>
        <Show when={props.open}>
          <Show
            when={draft() !== undefined}
            fallback={<IconButton icon={Pen} size="sm" label="Change this message" onClick={() => setDraft(props.message.text)} />}
          >
            <IconButton icon={Check} size="sm" label="Keep the change" disabled={busy()} onClick={() => change(draft() ?? '')} />
          </Show>
          <IconButton icon={Trash} size="sm" label="Take this message back" disabled={busy()} onClick={() => change('')} />
        </Show>
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote title="It was not changed." failure={shown()} />}</Show>
    </li>
  )
}
