import { createMemo, Match, Show, Switch } from 'solid-js'
import { Segmented } from '../../parts/mod.ts'
import { AboutPart } from './about-part.tsx'
import { AgentFields } from './agent-part.tsx'
import { CommandFields } from './command-part.tsx'
import type { Draft } from './draft.ts'
import { LimitsPart } from './limits-part.tsx'
import { ModelFields } from './model-part.tsx'
import { ParametersPart } from './parameters-part.tsx'
import { Part } from './part.tsx'
import { PromptPart } from './prompt-part.tsx'

/** The whole document, part after part. */
export function FormPane(props: { readonly draft: Draft }) {
  let scroller: HTMLElement | undefined
  const { form, set } = props.draft
  const placeholders = createMemo(() => [
    ...form.parameters.map((one) => ({ name: `param.${one.name}`, detail: one.label || one.kind })),
    { name: 'input', detail: 'the run’s input' },
  ])
  return (
    <section
      ref={(element) => {
        scroller = element
      }}
      aria-label="The persona"
      data-form
      class="relative h-full overflow-auto"
    >
      <div class="max-w-3xl px-6 py-5 narrow:px-4">
        <AboutPart draft={props.draft} />
        <Part
          id="body"
          title="What runs"
          actions={
            <Segmented
              label="What runs"
              size="sm"
              value={form.bodyKind}
              options={[
                { value: 'model', label: 'A model' },
                { value: 'command', label: 'A command' },
                { value: 'agent', label: 'An agent' },
              ]}
              onValue={(kind) => set('bodyKind', kind)}
            />
          }
        >
          <Switch>
            <Match when={form.bodyKind === 'model'}>
              <ModelFields draft={props.draft} />
            </Match>
            <Match when={form.bodyKind === 'command'}>
              <CommandFields draft={props.draft} />
            </Match>
            <Match when={form.bodyKind === 'agent'}>
              <AgentFields draft={props.draft} />
            </Match>
          </Switch>
        </Part>
        <Show when={form.bodyKind !== 'command' || form.sections.length > 0}>
          <PromptPart draft={props.draft} placeholders={placeholders()} scroller={() => scroller} />
        </Show>
        <ParametersPart draft={props.draft} />
        <LimitsPart draft={props.draft} />
      </div>
    </section>
  )
}
