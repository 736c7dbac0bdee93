import GripVertical from 'lucide-solid/icons/grip-vertical'
import Trash from 'lucide-solid/icons/trash'
import { createMemo, Show } from 'solid-js'
import type { PromptSection } from '#contract'
import { LIMITS, SECTION_KINDS } from '#contract/plain'
import { type PlaceholderName, TextEditor } from '../../parts/editor/mod.tsx'
import { IconButton, Select, Switch, TextInput } from '../../parts/mod.ts'
import type { Reorder } from '../../parts/reorder/mod.ts'
import { SECTION_WORDS, sectionTitle } from './doc-text.ts'
import type { Draft } from './draft.ts'

interface SectionCardProps {
  readonly id: string
  readonly draft: Draft
  readonly reorder: Reorder
  readonly placeholders: readonly PlaceholderName[]
  readonly onRemove: () => void
}

/** One section of the prompt: its place, kind, heading, switch and text. */
export function SectionCard(props: SectionCardProps) {
  const at = createMemo(() => props.draft.form.sections.findIndex((section) => section.id === props.id))
  const section = () => props.draft.form.sections[at()]
  const held = () => props.reorder.grabbed() === props.id
  const put = <K extends keyof PromptSection>(key: K, value: PromptSection[K]) => props.draft.set('sections', at(), { [key]: value })
  const name = () => sectionTitle(section() ?? { kind: 'own', title: '' })
  const error = () => props.draft.problem(`sections.${at()}.text`) ?? props.draft.problem(`sections.${at()}.title`)
  return (
    <Show when={section()}>
      {(shown) => (
        <li data-reorder-id={props.id} class="rounded-lg border border-line bg-surface" classList={{ 'shadow-floating': held() }}>
          <div class="flex items-center gap-1.5 py-1.5 pr-2 pl-1">
            <button
              type="button"
              class="grid h-7 w-5 shrink-0 cursor-grab touch-none place-items-center rounded-sm text-muted hover:text-text active:cursor-grabbing"
              aria-label={`Move ${name()}`}
              aria-pressed={held()}
              title="Drag, or Space and arrow keys"
              {...props.reorder.grip(props.id)}
            >
              <GripVertical size={14} aria-hidden="true" />
            </button>
            <Select
              class="w-36 shrink-0"
              aria-label="Kind of section"
              value={shown().kind}
              options={SECTION_KINDS.map((kind) => ({ value: kind, label: SECTION_WORDS[kind] }))}
              onValue={(kind) => put('kind', kind)}
            />
            <TextInput
              class="min-w-0 flex-1"
              aria-label="Heading"
              placeholder={shown().kind === 'own' ? 'Heading' : `Heading (${SECTION_WORDS[shown().kind]})`}
              maxlength={LIMITS.nameChars}
              value={shown().title}
              onValue={(title) => put('title', title)}
            />
            <Switch
              label={<span class="sr-only">{name()} is in the prompt</span>}
              checked={shown().enabled}
              onChecked={(on) => put('enabled', on)}
              class="px-1"
            />
            <IconButton icon={Trash} label={`Remove ${name()}`} size="sm" onClick={() => props.onRemove()} />
          </div>
          <div class="px-2 pb-2" classList={{ 'opacity-60': !shown().enabled }}>
            <TextEditor
              label={`${name()}, text`}
              value={shown().text}
              onChange={(text) => put('text', text)}
              placeholders={props.placeholders}
              placeholder={HINTS[shown().kind]}
              invalid={error() !== undefined}
              description={error()}
            />
            <Show when={error()}>
              <p class="mt-1 text-sm text-bad-ink" role="alert">
                {error()}
              </p>
            </Show>
          </div>
        </li>
      )}
    </Show>
  )
}

const HINTS: Readonly<Record<PromptSection['kind'], string>> = {
  identity: 'Who it is, and for whom it works.',
  instructions: 'What it does, step by step, and what a good result looks like. {{ offers your parameters.',
  tools: 'When it should use which tool, and when not.',
  examples: 'An input, and the answer you would like.',
  errors: 'What it does when something is missing or goes wrong.',
  own: 'Anything else.',
}
