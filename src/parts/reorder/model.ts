/**
 * Putting things in order, in one or more groups, by pointer or by keyboard. Pure: the same moves for both.
 *
 * idle → grabbed → idle (dropped: the new order is announced and kept; cancelled: the order before is back)
 */
export interface Group {
  readonly name: string
  readonly ids: readonly string[]
}
export type Groups = readonly Group[]

export interface Place {
  readonly group: number
  readonly index: number
}

export function placeOf(groups: Groups, id: string): Place | null {
  for (const [group, { ids }] of groups.entries()) {
    const index = ids.indexOf(id)
    if (index !== -1) return { group, index }
  }
  return null
}

/** Takes `id` out and puts it at `to`, where `index` counts without it. Places outside are brought to the nearest end. */
export function moveTo(groups: Groups, id: string, to: Place): Groups {
  const from = placeOf(groups, id)
  const group = Math.max(0, Math.min(groups.length - 1, to.group))
  if (from === null || groups.length === 0) return groups
  return groups.map((one, at) => {
    const ids = one.ids.filter((other) => other !== id)
    if (at !== group) return at === from.group ? { ...one, ids } : one
    ids.splice(Math.max(0, Math.min(ids.length, to.index)), 0, id)
    return { ...one, ids }
  })
}

/** One step up or down; past the end of a group it enters the next one. At the very end nothing moves. */
export function moveBy(groups: Groups, id: string, step: -1 | 1): Groups {
  const from = placeOf(groups, id)
  if (from === null) return groups
  const here = groups[from.group] as Group
  const index = from.index + step
  if (index >= 0 && index < here.ids.length) return moveTo(groups, id, { group: from.group, index })
  const next = groups[from.group + step]
  if (next === undefined) return groups
  return moveTo(groups, id, { group: from.group + step, index: step === 1 ? 0 : next.ids.length })
}

/** To the first or the last place of its group. */
export function moveToEnd(groups: Groups, id: string, end: 'first' | 'last'): Groups {
  const from = placeOf(groups, id)
  if (from === null) return groups
  return moveTo(groups, id, { group: from.group, index: end === 'first' ? 0 : Number.MAX_SAFE_INTEGER })
}

export function sameOrder(a: Groups, b: Groups): boolean {
  return a.length === b.length && a.every((group, at) => group.name === b[at]?.name && group.ids.join('\n') === b[at]?.ids.join('\n'))
}

/** What a screen reader is told; `label` is the thing's name, `where` how its groups are called. */
export const SAY = {
  grabbed: (label: string) => `${label} grabbed. Arrow keys move it, Space drops it, Escape puts it back.`,
  moved: (label: string, groups: Groups, id: string) => `${label}, ${inWords(groups, id)}.`,
  dropped: (label: string, groups: Groups, id: string) => `${label} dropped, ${inWords(groups, id)}.`,
  cancelled: (label: string) => `${label} is back in its place.`,
} as const

function inWords(groups: Groups, id: string): string {
  const place = placeOf(groups, id)
  if (place === null) return 'gone'
  const group = groups[place.group] as Group
  const position = `place ${place.index + 1} of ${group.ids.length}`
  return groups.length > 1 ? `${position} in ${group.name || 'no group'}` : position
}
