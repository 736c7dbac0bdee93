import Send from 'lucide-solid/icons/send'
import X from 'lucide-solid/icons/x'
import { createSignal, createUniqueId, For, Show } from 'solid-js'
import type { InboxItem, Question } from '#contract'
import { SideBySide } from '../../parts/diff/mod.tsx'
import { Button, ErrorNote, Field, Kbd, TextArea } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { createDeciding } from './deciding.ts'
import { DenyDialog } from './deny-dialog.tsx'

/** What the model asks: one or several options, words of one's own, and a file as it would have it. */
export function QuestionPane(props: { readonly item: InboxItem; readonly question: Question }) {
  const deciding = createDeciding()
  const [chosen, setChosen] = createSignal<readonly string[]>([])
  const [text, setText] = createSignal('')
  const [refusing, setRefusing] = createSignal(false)
  const several = () => props.question.answer === 'several'
  const choose = (id: string, on: boolean) =>
    setChosen((before) => (several() ? [...before.filter((one) => one !== id), ...(on ? [id] : [])] : on ? [id] : before))
  const ready = () => chosen().length > 0 || text().trim() !== '' || several()
  const answer = () => {
    if (ready()) void deciding.decide([props.item], { kind: 'answer', chosen: [...chosen()], text: text() })
  }
  const pick = (index: number) => {
    const option = props.question.options[index]
    if (option) choose(option.id, !chosen().includes(option.id))
  }
  useActions(() => [
    { id: 'inbox.answer', title: 'Send the answer', section: 'Here', icon: Send, shortcut: 'mod+enter', run: answer },
    ...props.question.options.slice(0, 9).map((option, index) => ({
      id: `inbox.option.${option.id}`,
      title: `Choose ${option.label}`,
      section: 'Here' as const,
      shortcut: String(index + 1),
      run: () => pick(index),
    })),
  ])
  return (
    <div class="flex max-w-4xl flex-col gap-4">
      <h2 class="text-md font-semibold whitespace-pre-wrap wrap-anywhere">{props.question.text}</h2>
      <Show when={props.question.proposal}>
        {(file) => (
          <SideBySide
            before={file().before}
            after={file().after}
            beforeLabel={`${file().path}, as it is`}
            afterLabel="As it would be"
            class="max-h-96 overflow-auto"
          />
        )}
      </Show>
      <Options question={props.question} chosen={chosen()} onChoose={choose} />
      <Show when={props.question.ownWords}>
        <Field label="In your own words" optional={props.question.options.length > 0}>
          <TextArea
            rows={3}
            value={text()}
            onValue={setText}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) answer()
            }}
          />
        </Field>
      </Show>
      <Show when={deciding.failure()}>{(shown) => <ErrorNote failure={shown()} title="The answer was not sent" />}</Show>
      <div class="flex flex-wrap gap-2">
        <Button variant="primary" icon={Send} busy={deciding.busy()} disabled={!ready()} onClick={answer}>
          Answer <Kbd keys="mod+enter" />
        </Button>
        <Button icon={X} onClick={() => setRefusing(true)}>
          Do not answer …
        </Button>
      </div>
      <DenyDialog open={refusing()} onOpenChange={setRefusing} items={[props.item]} />
    </div>
  )
}

interface OptionsProps {
  readonly question: Question
  readonly chosen: readonly string[]
  readonly onChoose: (id: string, on: boolean) => void
}

function Options(props: OptionsProps) {
  const name = createUniqueId()
  const several = () => props.question.answer === 'several'
  return (
    <Show when={props.question.options.length > 0}>
      <fieldset class="flex flex-col gap-1.5">
        <legend class="sr-only">{several() ? 'Choose any' : 'Choose one'}</legend>
        <For each={props.question.options}>
          {(option) => (
            <label class="flex items-start gap-2.5 rounded-md border border-line px-3 py-2 hover:bg-hover has-checked:border-line-strong has-checked:bg-hover">
              <input
                type={several() ? 'checkbox' : 'radio'}
                name={name}
                class={several() ? 'tick mt-0.5' : 'mt-1'}
                checked={props.chosen.includes(option.id)}
                onChange={(event) => props.onChoose(option.id, event.currentTarget.checked)}
              />
              <span class="min-w-0 flex-1">
                <span class="font-medium">{option.label}</span>
                <Show when={option.about}>
                  <span class="block text-sm text-muted">{option.about}</span>
                </Show>
              </span>
              <Kbd keys={option.id} />
            </label>
          )}
        </For>
      </fieldset>
    </Show>
  )
}
