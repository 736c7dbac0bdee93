/** The sections of a prompt as they are moved, added and taken out. */
import { type Accessor, createMemo, createSignal } from 'solid-js'
import { produce } from 'solid-js/store'
import type { PromptSection } from '#contract'
import { toast } from '../../parts/mod.ts'
import { createReorder } from '../../parts/reorder/mod.ts'
import { newSection } from './blank.ts'
import { sectionTitle } from './doc-text.ts'
import type { Draft } from './draft.ts'

interface Places {
  /** The list's element. */
  readonly root: Accessor<HTMLElement | undefined>
  /** What scrolls while a section is dragged. */
  readonly scroller: Accessor<HTMLElement | undefined>
}

export function createSections({ form, set }: Draft, places: Places) {
  const [said, setSaid] = createSignal('')
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
    ...places,
  })
  const putBack = (at: number, section: PromptSection) =>
    set(
      'sections',
      produce((sections) => void sections.splice(at, 0, section)),
    )
  return {
    reorder,
    /** In the order that stands now, also while one is dragged. */
    ids: createMemo(() => reorder.groups()[0]?.ids ?? []),
    /** What a screen reader is told of a move. */
    said,
    add: (kind: PromptSection['kind']) => set('sections', form.sections.length, newSection(kind)),
    remove: (id: string) => {
      const at = form.sections.findIndex((section) => section.id === id)
      const gone = form.sections[at]
      if (!gone) return
      const copy = { ...gone }
      set(
        'sections',
        produce((sections) => void sections.splice(at, 1)),
      )
      if (copy.text.trim() !== '') toast.info(`${sectionTitle(copy)} removed`, { label: 'Put it back', run: () => putBack(at, copy) })
    },
  }
}
