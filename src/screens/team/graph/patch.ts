/**
 * Changes of a team's document as differences, the currency of undo: what each entry was and what it is, by id. A patch is made
 * between two documents that share what did not change, so it costs what changed and not what is there. Rules CV1 to CV4.
 */
import type { TeamDocument, TeamLink, TeamNode, TeamNote } from '#contract'

export interface Entry<T> {
  readonly key: string
  readonly before: T | undefined
  readonly after: T | undefined
}

export interface Patch {
  readonly nodes: readonly Entry<TeamNode>[]
  readonly links: readonly Entry<TeamLink>[]
  readonly notes: readonly Entry<TeamNote>[]
  readonly pins: readonly Entry<TeamDocument['pinned'][string]>[]
  /** Orders of the lists, where they are not told by the entries alone. */
  readonly orders: Readonly<
    Partial<Record<'nodes' | 'links' | 'notes', { readonly before: readonly string[]; readonly after: readonly string[] }>>
  >
  readonly rest: { readonly before: Rest; readonly after: Rest } | undefined
}

type Rest = Omit<TeamDocument, 'nodes' | 'links' | 'notes' | 'pinned'>

export const linkKey = ({ from, to, kind }: TeamLink): string => `${from.node} ${from.output} ${kind} ${to.node} ${to.input}`
const idOf = ({ id }: { readonly id: string }): string => id

/** undefined: the two say the same. */
export function patchBetween(before: TeamDocument, after: TeamDocument): Patch | undefined {
  if (before === after) return undefined
  const nodes = entriesBetween(before.nodes, after.nodes, idOf)
  const links = entriesBetween(before.links, after.links, linkKey)
  const notes = entriesBetween(before.notes, after.notes, idOf)
  const pins = pinsBetween(before.pinned, after.pinned)
  const orders = {
    ...orderBetween('nodes', before.nodes, after.nodes, idOf),
    ...orderBetween('links', before.links, after.links, linkKey),
    ...orderBetween('notes', before.notes, after.notes, idOf),
  }
  const [restBefore, restAfter] = [restOf(before), restOf(after)]
  const rest = same(restBefore, restAfter) ? undefined : { before: restBefore, after: restAfter }
  const empty = nodes.length + links.length + notes.length + pins.length + Object.keys(orders).length === 0 && rest === undefined
  return empty ? undefined : { nodes, links, notes, pins, orders, rest }
}

/** The document with the patch done; entries that it does not name are the same objects as before. */
export function applied(doc: TeamDocument, patch: Patch): TeamDocument {
  const pinned = { ...doc.pinned }
  for (const { key, after } of patch.pins) {
    if (after === undefined) delete pinned[key]
    else pinned[key] = after
  }
  return {
    ...doc,
    ...patch.rest?.after,
    nodes: listWith(doc.nodes, patch.nodes, idOf, patch.orders.nodes?.after),
    links: listWith(doc.links, patch.links, linkKey, patch.orders.links?.after),
    notes: listWith(doc.notes, patch.notes, idOf, patch.orders.notes?.after),
    pinned: patch.pins.length === 0 ? doc.pinned : pinned,
  }
}

export function inverted(patch: Patch): Patch {
  const turn = <T>(entries: readonly Entry<T>[]) => entries.map(({ key, before, after }) => ({ key, before: after, after: before }))
  const orders = Object.fromEntries(
    Object.entries(patch.orders).map(([list, { before, after }]) => [list, { before: after, after: before }]),
  )
  return {
    nodes: turn(patch.nodes),
    links: turn(patch.links),
    notes: turn(patch.notes),
    pins: turn(patch.pins),
    orders,
    rest: patch.rest && { before: patch.rest.after, after: patch.rest.before },
  }
}

function entriesBetween<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string): Entry<T>[] {
  if (before === after) return []
  const was = new Map(before.map((one) => [keyOf(one), one]))
  const entries: Entry<T>[] = []
  for (const one of after) {
    const key = keyOf(one)
    const old = was.get(key)
    was.delete(key)
    if (old !== one && !same(old, one)) entries.push({ key, before: old, after: one })
  }
  for (const [key, old] of was) entries.push({ key, before: old, after: undefined })
  return entries
}

function pinsBetween(before: TeamDocument['pinned'], after: TeamDocument['pinned']): Patch['pins'] {
  if (before === after) return []
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    before[key] === after[key] ? [] : [{ key, before: before[key], after: after[key] }],
  )
}

function orderBetween<T>(list: 'nodes' | 'links' | 'notes', before: readonly T[], after: readonly T[], keyOf: (one: T) => string) {
  if (before === after) return {}
  const [was, is] = [before.map(keyOf), after.map(keyOf)]
  return was.length === is.length && was.every((key, at) => key === is[at]) ? {} : { [list]: { before: was, after: is } }
}

function listWith<T>(list: T[], entries: readonly Entry<T>[], keyOf: (one: T) => string, order: readonly string[] | undefined): T[] {
  if (entries.length === 0 && order === undefined) return list
  const byKey = new Map(list.map((one) => [keyOf(one), one]))
  for (const { key, after } of entries) {
    if (after === undefined) byKey.delete(key)
    else byKey.set(key, after)
  }
  return order === undefined ? [...byKey.values()] : order.flatMap((key) => byKey.get(key) ?? [])
}

function restOf({ nodes: _nodes, links: _links, notes: _notes, pinned: _pinned, ...rest }: TeamDocument): Rest {
  return rest
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
