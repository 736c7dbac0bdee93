import { Popover } from '@kobalte/core/popover'
import X from 'lucide-solid/icons/x'
import { createMemo, createSignal, createUniqueId, For } from 'solid-js'
import { COLOURS, ICONS, LIMITS } from '#contract/plain'
import { Field, PersonaMark, TextInput } from '../../parts/mod.ts'
import { personas } from '../../state/mod.ts'
import type { Draft } from './draft.ts'
import { Part } from './part.tsx'

export function AboutPart(props: { readonly draft: Draft }) {
  const { form, set } = props.draft
  const groups = createUniqueId()
  const known = createMemo(() => [...new Set((personas.value() ?? []).map((card) => card.group).filter(Boolean))].sort())
  return (
    <Part id="about" title="About">
      <div class="flex items-start gap-3">
        <LookPicker draft={props.draft} />
        <Field label="Name" class="flex-1" error={props.draft.problem('name')}>
          <TextInput
            value={form.name}
            onValue={(name) => set('name', name)}
            maxlength={LIMITS.nameChars}
            placeholder="What you call it"
            data-first-field
          />
        </Field>
      </div>
      <Field label="Summary" optional error={props.draft.problem('summary')}>
        <TextInput
          value={form.summary}
          onValue={(summary) => set('summary', summary)}
          maxlength={LIMITS.summaryChars}
          placeholder="What it does for you, in one line"
        />
      </Field>
      <div class="grid grid-cols-2 gap-3 narrow:grid-cols-1">
        <Field label="Group" optional error={props.draft.problem('group')}>
          <TextInput value={form.group} onValue={(group) => set('group', group)} maxlength={LIMITS.nameChars} list={groups} />
        </Field>
        <datalist id={groups}>
          <For each={known()}>{(group) => <option value={group} />}</For>
        </datalist>
        <TagsField draft={props.draft} />
      </div>
    </Part>
  )
}

function TagsField(props: { readonly draft: Draft }) {
  const [text, setText] = createSignal('')
  const tags = () => props.draft.form.tags
  const add = () => {
    const found = text()
      .split(',')
      .map((tag) => tag.trim().replace(/^#/, '').slice(0, LIMITS.tagChars))
      .filter((tag) => tag !== '' && !tags().includes(tag))
    setText('')
    if (found.length > 0) props.draft.set('tags', [...tags(), ...found].slice(0, LIMITS.tags))
  }
  const remove = (tag: string) =>
    props.draft.set(
      'tags',
      tags().filter((one) => one !== tag),
    )
  const pressed = (event: KeyboardEvent) => {
    if ((event.key === 'Enter' || event.key === ',') && text().trim() !== '') {
      event.preventDefault()
      add()
    } else if (event.key === 'Backspace' && text() === '' && tags().length > 0) remove(tags().at(-1) ?? '')
  }
  return (
    <Field label="Tags" optional error={props.draft.problem('tags')} hint="Enter or a comma ends one.">
      <TextInput value={text()} onValue={setText} onKeyDown={pressed} onBlur={add} disabled={tags().length >= LIMITS.tags} />
      <ul class="flex flex-wrap gap-1 empty:hidden" aria-label="Tags">
        <For each={tags()}>
          {(tag) => (
            <li class="flex h-6 items-center gap-0.5 rounded-full bg-hover pr-0.5 pl-2 text-sm">
              #{tag}
              <button
                type="button"
                aria-label={`Remove ${tag}`}
                class="grid size-5 place-items-center rounded-full text-muted hover:bg-pressed hover:text-text"
                onClick={() => remove(tag)}
              >
                <X size={12} aria-hidden="true" />
              </button>
            </li>
          )}
        </For>
      </ul>
    </Field>
  )
}

function LookPicker(props: { readonly draft: Draft }) {
  const { form, set } = props.draft
  return (
    <Popover gutter={6} placement="bottom-start">
      <Popover.Trigger
        class="mt-[1.125rem] rounded-lg hover:opacity-80"
        aria-label={`Look: ${form.icon}, ${form.colour}. Change it`}
        title="Change icon and colour"
      >
        <PersonaMark icon={form.icon} colour={form.colour} size="md" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="floating z-50 w-72 p-3" aria-label="Icon and colour">
          <fieldset>
            <legend class="mb-1.5 text-sm font-medium">Colour</legend>
            <div class="grid grid-cols-10 gap-1">
              <For each={COLOURS}>
                {(colour) => (
                  <Choice group="look-colour" label={colour} checked={form.colour === colour} onPick={() => set('colour', colour)}>
                    <span data-persona={colour} class="block size-5 rounded-full border-2 border-[var(--p-ink)] bg-[var(--p-soft)]" />
                  </Choice>
                )}
              </For>
            </div>
          </fieldset>
          <fieldset class="mt-3">
            <legend class="mb-1.5 text-sm font-medium">Icon</legend>
            <div class="grid grid-cols-7 gap-1">
              <For each={ICONS}>
                {(icon) => (
                  <Choice group="look-icon" label={icon} checked={form.icon === icon} onPick={() => set('icon', icon)}>
                    <PersonaMark icon={icon} colour={form.colour} />
                  </Choice>
                )}
              </For>
            </div>
          </fieldset>
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  )
}

function Choice(props: {
  readonly group: string
  readonly label: string
  readonly checked: boolean
  readonly onPick: () => void
  readonly children: import('solid-js').JSX.Element
}) {
  return (
    <label
      title={props.label}
      class="grid place-items-center rounded-md p-0.5 has-checked:outline-2 has-checked:outline-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
    >
      <input
        type="radio"
        class="sr-only"
        name={props.group}
        checked={props.checked}
        onChange={() => props.onPick()}
        aria-label={props.label}
      />
      {props.children}
    </label>
  )
}
