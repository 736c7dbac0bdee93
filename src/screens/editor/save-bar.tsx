import { For, Show } from 'solid-js'
import { LIMITS } from '#contract/plain'
import { counted } from '../../look/format.ts'
import { Button, ErrorNote, isMac, TextInput } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'
import { partOf } from './refusals.ts'

interface SaveBarProps {
  readonly draft: Draft
  readonly onSave: () => void
  readonly onDiscard: () => void
}

const PARTS = { about: 'About', prompt: 'Prompt', parameters: 'Input and parameters', body: 'What runs', limits: 'Limits' }

/** Stands at the foot while something is unsaved. */
export function SaveBar(props: SaveBarProps) {
  const wrong = () => [...new Set(Object.keys(props.draft.problems()).map(partOf))]
  const isNew = () => props.draft.base() === null
  return (
    <Show when={props.draft.dirty() || isNew()}>
      <section aria-label="Save" class="flex shrink-0 flex-col gap-2 border-t border-line bg-surface px-6 py-2.5 narrow:px-4">
        <Show when={props.draft.failure()}>{(failure) => <ErrorNote title="It was not saved" failure={failure()} />}</Show>
        <div class="flex flex-wrap items-center gap-2">
          <p class="min-w-0 flex-1 text-muted" role="status">
            <Show when={wrong().length > 0} fallback={isNew() ? 'Not saved yet' : 'Unsaved changes'}>
              <span class="text-bad-ink">{counted(Object.keys(props.draft.problems()).length, 'field needs', 'fields need')} a look: </span>
              <For each={wrong()}>
                {(part, at) => (
                  <>
                    {at() > 0 ? ', ' : ''}
                    <button type="button" class="text-bad-ink underline" onClick={() => lead(part)}>
                      {PARTS[part]}
                    </button>
                  </>
                )}
              </For>
            </Show>
          </p>
          <Show when={!isNew()}>
            <TextInput
              class="w-64"
              aria-label="What you changed, for the list of revisions"
              placeholder="What changed? (optional)"
              value={props.draft.message()}
              onValue={props.draft.setMessage}
              maxlength={LIMITS.revisionMessageChars}
              onKeyDown={(event) => event.key === 'Enter' && props.onSave()}
            />
            <Button onClick={() => props.onDiscard()}>Discard</Button>
          </Show>
          <Button variant="primary" busy={props.draft.saving()} title={`${isMac ? '⌘' : 'Ctrl'} + S`} onClick={() => props.onSave()}>
            {isNew() ? 'Create persona' : 'Save'}
          </Button>
        </div>
      </section>
    </Show>
  )
}

/** Scrolls to a part and puts the focus into its first wrong field. */
export function lead(part: string): void {
  const place = document.getElementById(`part-${part}`)
  const field = place?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? place?.querySelector<HTMLElement>('input, select, textarea')
  const scroller = place?.closest<HTMLElement>('[data-form]')
  // Not scrollIntoView: it would move every box around it as well, the window's own frame included.
  if (scroller && field)
    scroller.scrollTop += field.getBoundingClientRect().top - scroller.getBoundingClientRect().top - scroller.clientHeight / 3
  field?.focus({ preventScroll: true })
}
