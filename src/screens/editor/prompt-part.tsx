import GripVertical from 'lucide-solid/icons/grip-vertical'
import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { produce } from 'solid-js/store'
import type { PromptSection } from '#contract'
import { LIMITS, SECTION_KINDS } from '#contract/plain'
import { type PlaceholderName, TextEditor } from '../../parts/editor/mod.tsx'
import { Button, IconButton, Menu, Select, Switch, TextInput, toast } from '../../parts/mod.ts'
import { createReorder, type Reorder } from '../../parts/reorder/mod.ts'
import { newSection } from './blank.ts'
import { SECTION_WORDS, sectionTitle } from './doc-text.ts'
import type { Draft } from './draft.ts'
import { Part } from './part.tsx'

interface PromptPartProps {
  readonly draft: Draft
  readonly placeholders: readonly PlaceholderName[]
  /** What scrolls while a section is dragged. */
  readonly scroller: () => HTMLElement | undefined
}

export function PromptPart(props: PromptPartProps) {
  const { form, set } = props.draft
  const [said, setSaid] = createSignal('')
  let root: HTMLElement | undefined
  const titleOf = (id: string) => {
    const section = form.sections.find((one) => one.id === id)
    return section ? sectionTitle(section) : 'Section'
  }
  const reorder = createReorder({
    groups: () => [{ name: '', ids: form.sections.map((section) => section.id) }],
    label: titleOf,
    onDrop: (after) => {
      const byId = new Map(form.sections.map((section) => [section.id, section]))
      set(
        'sections',
        (after[0]?.ids ?? []).flatMap((id) => byId.get(id) ?? []),
      )
    },
    say: setSaid,
    root: () => root,
    scroller: props.scroller,
  })
  const ids = createMemo(() => reorder.groups()[0]?.ids ?? [])
  const add = (kind: PromptSection['kind']) => set('sections', form.sections.length, newSection(kind))
  const remove = (id: string) => {
    const at = form.sections.findIndex((section) => section.id === id)
    const gone = form.sections[at]
    if (!gone) return
    const copy = { ...gone }
    set(
      'sections',
      produce((sections) => void sections.splice(at, 1)),
    )
    if (copy.text.trim() !== '') {
      toast.info(`${sectionTitle(copy)} removed`, {
        label: 'Put it back',
        run: () =>
          set(
            'sections',
            produce((sections) => void sections.splice(at, 0, copy)),
          ),
      })
    }
  }
  const addable = () => SECTION_KINDS.map((kind) => ({ label: SECTION_WORDS[kind], onSelect: () => add(kind) }))
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
        <For each={ids()}>
          {(id) => (
            <SectionCard id={id} draft={props.draft} reorder={reorder} placeholders={props.placeholders} onRemove={() => remove(id)} />
          )}
        </For>
      </ul>
      <Show when={form.sections.length === 0}>
        <div class="flex gap-2">
          <Button icon={Plus} onClick={() => add('instructions')}>
            Write instructions
          </Button>
        </div>
      </Show>
      <p class="sr-only" aria-live="assertive">
        {said()}
      </p>
    </Part>
  )
}

interface SectionCardProps {
  readonly id: string
  readonly draft: Draft
  readonly reorder: Reorder
  readonly placeholders: readonly PlaceholderName[]
  readonly onRemove: () => void
}

function SectionCard(props: SectionCardProps) {
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
