/** The list of personas as groups in order, what a search leaves of it, and what must be asked of the engine after a drop. */
import type { PersonaCard } from '#contract'
import { type Groups, placeOf } from '../../parts/reorder/mod.ts'

/** Groups stand where their first persona stands; within a group, the engine's order. */
export function groupsOf(cards: readonly PersonaCard[]): Groups {
  const sorted = [...cards].sort((a, b) => a.order - b.order || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  const groups = new Map<string, string[]>()
  for (const card of sorted) {
    const ids = groups.get(card.group)
    if (ids) ids.push(card.id)
    else groups.set(card.group, [card.id])
  }
  return [...groups].map(([name, ids]) => ({ name, ids }))
}

export interface ArrangeCall {
  readonly ids: string[]
  readonly group?: string
}

/** First the move into the other group (a revision of that persona), then the whole order. */
export function arrangeCalls(before: Groups, after: Groups, id: string): readonly ArrangeCall[] {
  const from = placeOf(before, id)
  const to = placeOf(after, id)
  if (from === null || to === null) return []
  const calls: ArrangeCall[] = []
  const group = after[to.group]?.name ?? ''
  if (before[from.group]?.name !== group) calls.push({ ids: [id], group })
  calls.push({ ids: after.flatMap((one) => one.ids) })
  return calls
}

export interface ListFilter {
  readonly text: string
  /** Every one of them must be on the persona. */
  readonly tags: readonly string[]
}

/** Each word of the text must be found in the name, summary, group, tags or what it runs on. */
export function matches(card: PersonaCard, filter: ListFilter): boolean {
  if (!filter.tags.every((tag) => card.tags.includes(tag))) return false
  const hay = [card.name, card.summary, card.group, card.runsOn, ...card.tags].join('\n').toLowerCase()
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

/** Tags in use with how often, the most used first. */
export function tagsOf(cards: readonly PersonaCard[]): readonly { readonly tag: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const card of cards) for (const tag of card.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count || a.tag.localeCompare(b.tag))
}

export type ListItem =
  | { readonly kind: 'heading'; readonly key: string; readonly group: string; readonly count: number }
  | { readonly kind: 'row'; readonly key: string; readonly id: string; readonly group: string }

/** Headings and rows in one list, for virtualising. A list with the nameless group only has no heading. */
export function listItems(groups: Groups, shown: ReadonlySet<string>): readonly ListItem[] {
  const items: ListItem[] = []
  const plain = groups.every((group) => group.name === '')
  for (const group of groups) {
    const ids = group.ids.filter((id) => shown.has(id))
    if (ids.length === 0) continue
    if (!plain) items.push({ kind: 'heading', key: `g:${group.name}`, group: group.name, count: ids.length })
    for (const id of ids) items.push({ kind: 'row', key: `p:${id}`, id, group: group.name })
  }
  return items
}
