/**
 * What changed between two documents. Nodes and notes are matched by id, links by their ends. Empty exactly when the two say the
 * same: this is also the law by which a save makes a revision or not.
 */
import type { DocChange, TeamDocument, TeamLink, TeamNode, TeamNote } from '#contract'

type Labels<Part> = Readonly<Record<keyof Part, string>>

const NODE_LABELS: Labels<TeamNode> = {
  id: 'id',
  name: 'name',
  kind: 'kind',
  version: 'version',
  parameters: 'parameters',
  position: 'place',
  disabled: 'on or off',
  alwaysOutput: 'always gives an item',
  executeOnce: 'first item only',
  retry: 'retries',
  onError: 'on an error',
  notes: 'notes',
  notesShown: 'notes shown',
  refersTo: 'persona or team',
  credentials: 'credentials',
  role: 'role',
  origin: 'origin',
}
const NOTE_LABELS: Labels<TeamNote> = {
  id: 'id',
  name: 'name',
  text: '',
  position: 'place',
  width: 'width',
  height: 'height',
  colour: 'colour',
  origin: 'origin',
}
const DOCUMENT_LABELS = { name: 'Name', summary: 'Summary', settings: 'Settings', tags: 'Tags', origin: 'Origin' } as const

export function diffTeams(before: TeamDocument, after: TeamDocument): DocChange[] {
  const nodeName = new Map([...before.nodes, ...after.nodes].map(({ id, name }) => [id, name]))
  const linkLabel = (link: TeamLink) =>
    `Link ${nodeName.get(link.from.node) ?? link.from.node} → ${nodeName.get(link.to.node) ?? link.to.node}`
  return [
    ...fields('', DOCUMENT_LABELS, before, after),
    ...entries(
      '/nodes',
      before.nodes,
      after.nodes,
      ({ id }) => id,
      ({ name }) => `Node “${name}”`,
      NODE_LABELS,
    ),
    ...entries('/links', before.links, after.links, linkKey, linkLabel, { role: 'role', condition: 'condition', rounds: 'rounds' }),
    ...entries(
      '/notes',
      before.notes,
      after.notes,
      ({ id }) => id,
      ({ name }) => `Note “${name}”`,
      NOTE_LABELS,
    ),
    ...pins(before, after, nodeName),
    ...orders(before, after),
  ]
}

const linkKey = ({ from, to, kind }: TeamLink) => [from.node, from.output, kind, to.node, to.input].join(' ')

/** One text for one value: keys sorted, nothing else changed. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
    }) ?? ''
  )
}

/** One step of a JSON pointer (RFC 6901 section 3). */
const step = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

function fields<Part extends object>(
  base: string,
  labels: Readonly<Partial<Record<keyof Part, string>>>,
  before: Part,
  after: Part,
): DocChange[] {
  return Object.entries(labels).flatMap(([key, label]): DocChange[] => {
    const [old, now] = [before[key as keyof Part], after[key as keyof Part]]
    if (canonical(old) === canonical(now)) return []
    return [{ path: base + step(key), label: label as string, kind: 'changed', before: old, after: now }]
  })
}

/** By key; a key that comes twice (two links with the same ends) counts each time. */
function keyed<Entry>(list: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, Entry> {
  const map = new Map<string, Entry>()
  for (const entry of list) {
    let key = keyOf(entry)
    while (map.has(key)) key += ' again'
    map.set(key, entry)
  }
  return map
}

function entries<Entry extends object>(
  base: string,
  oldList: readonly Entry[],
  newList: readonly Entry[],
  keyOf: (entry: Entry) => string,
  labelOf: (entry: Entry) => string,
  labels: Readonly<Partial<Record<keyof Entry, string>>>,
): DocChange[] {
  const [before, after] = [keyed(oldList, keyOf), keyed(newList, keyOf)]
  const changes: DocChange[] = []
  for (const [key, old] of before) {
    if (!after.has(key)) changes.push({ path: base + step(key), label: labelOf(old), kind: 'removed', before: old, after: null })
  }
  for (const [key, now] of after) {
    const path = base + step(key)
    const old = before.get(key)
    if (old === undefined) changes.push({ path, label: labelOf(now), kind: 'added', before: null, after: now })
    else
      for (const change of fields(path, labels, old, now))
        changes.push({ ...change, label: change.label === '' ? labelOf(now) : `${labelOf(now)}: ${change.label}` })
  }
  return changes
}

function pins(before: TeamDocument, after: TeamDocument, names: ReadonlyMap<string, string>): DocChange[] {
  return [...new Set([...Object.keys(before.pinned), ...Object.keys(after.pinned)])].flatMap((id): DocChange[] => {
    const [old, now] = [before.pinned[id] ?? null, after.pinned[id] ?? null]
    if (canonical(old) === canonical(now)) return []
    const kind = old === null ? 'added' : now === null ? 'removed' : 'changed'
    return [{ path: `/pinned${step(id)}`, label: `Pinned items of “${names.get(id) ?? id}”`, kind, before: old, after: now }]
  })
}

/** The order of nodes decides nothing but lists, that of links the older execution order; both are the document's. */
function orders(before: TeamDocument, after: TeamDocument): DocChange[] {
  const moved = (path: string, label: string, old: readonly string[], now: readonly string[]): DocChange[] => {
    const kept = new Set(now)
    const was = old.filter((key) => kept.has(key))
    const there = new Set(was)
    const is = now.filter((key) => there.has(key))
    return was.join('\n') === is.join('\n') ? [] : [{ path, label, kind: 'moved', before: was, after: is }]
  }
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id)
  return [
    ...moved('/nodes', 'Order of the nodes', ids(before.nodes), ids(after.nodes)),
    ...moved('/links', 'Order of the links', before.links.map(linkKey), after.links.map(linkKey)),
    ...moved('/notes', 'Order of the notes', ids(before.notes), ids(after.notes)),
  ]
}
