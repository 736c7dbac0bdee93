import Plus from 'lucide-solid/icons/plus'
import { For, Show } from 'solid-js'
import { SECTION_KINDS } from '#contract/plain'
import type { PlaceholderName } from '../../parts/editor/mod.tsx'
import { Button, Menu } from '../../parts/mod.ts'
import { SECTION_WORDS } from './doc-text.ts'
import type { Draft } from './draft.ts'
import { Part } from './part.tsx'
import { SectionCard } from './section-card.tsx'
import { createSections } from './sections.ts'

interface PromptPartProps {
  readonly draft: Draft
  readonly placeholders: readonly PlaceholderName[]
  /** What scrolls while a section is dragged. */
  readonly scroller: () => HTMLElement | undefined
}

export function PromptPart(props: PromptPartProps) {
  const { form } = props.draft
  let root: HTMLElement | undefined
  const sections = createSections(props.draft, { root: () => root, scroller: () => props.scroller() })
  const addable = () => SECTION_KINDS.map((kind) => ({ label: SECTION_WORDS[kind], onSelect: () => sections.add(kind) }))
  return (
    <Part
      id="prompt"
      title="Prompt"
      hint={
        form.bodyKind === 'command'
          ? 'A command reads no prompt; these sections are kept, and not used.'
          : 'Sections in order. What is off stays here, and out of the prompt.'
      }
      actions={<Menu label="Add section" text="Add section" icon={Plus} size="sm" entries={addable()} />}
    >
      <ul
        ref={(element) => {
          root = element
        }}
        class="flex flex-col gap-3"
      >
        <For each={sections.ids()}>
          {(id) => (
            <SectionCard
              id={id}
              draft={props.draft}
              reorder={sections.reorder}
              placeholders={props.placeholders}
              onRemove={() => sections.remove(id)}
            />
          )}
        </For>
      </ul>
      <Show when={form.sections.length === 0}>
        <div class="flex gap-2">
          <Button icon={Plus} onClick={() => sections.add('instructions')}>
            Write instructions
          </Button>
        </div>
      </Show>
      <p class="sr-only" aria-live="assertive">
        {sections.said()}
      </p>
    </Part>
  )
}
