/** Edits of a team's document: each takes one and gives the next, sharing what did not change. */
import type { TeamDocument, TeamItem, TeamLink, TeamNode, TeamNote } from '#contract'
import type { Point } from './geometry.ts'
import { linkKey } from './patch.ts'

export const newNodeId = (): string => crypto.randomUUID()

/** "Name", "Name 2", "Name 3" …: one that nobody has. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  const stem = wanted.replace(/ \d{1,6}$/, '')
  for (let n = 2; ; n++) if (!taken.has(`${stem} ${n}`)) return `${stem} ${n}`
}

export function newNode(doc: TeamDocument, kind: TeamNode['kind'], name: string, version: number, position: Point): TeamNode {
  return {
    id: newNodeId(),
    name: freeName(name, new Set(doc.nodes.map((node) => node.name))),
    kind,
    version,
    parameters: {},
    position: { ...position },
    disabled: false,
    alwaysOutput: false,
    executeOnce: false,
    retry: null,
    onError: 'stop',
    notes: '',
    notesShown: false,
    refersTo: null,
    credentials: {},
    origin: null,
  }
}

export const withNode = (doc: TeamDocument, node: TeamNode): TeamDocument => ({ ...doc, nodes: [...doc.nodes, node] })

/** The node with these fields changed. A new name is followed by the expressions that name it. */
export function changed(doc: TeamDocument, id: string, fields: Partial<TeamNode>): TeamDocument {
  const old = doc.nodes.find((node) => node.id === id)
  if (old === undefined) return doc
  const next = { ...doc, nodes: doc.nodes.map((node) => (node.id === id ? { ...node, ...fields } : node)) }
  return fields.name === undefined || fields.name === old.name ? next : renamed(next, old.name, fields.name)
}

/** `$('Old')`, `$node["Old"]`, `$items("Old")` in every parameter. */
function renamed(doc: TeamDocument, from: string, to: string): TeamDocument {
  const quoted = from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const call = new RegExp(`(\\$\\(|\\$items\\(|\\$node\\[)(\\s*)(['"\`])${quoted}\\3`, 'g')
  const text = (value: string) =>
    value.replace(
      call,
      (_all, head: string, space: string, quote: string) => `${head}${space}${quote}${to.replaceAll(quote, `\\${quote}`)}${quote}`,
    )
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
    return value
  }
  return {
    ...doc,
    nodes: doc.nodes.map((node) => {
      const json = JSON.stringify(node.parameters)
      return json.includes(from) ? { ...node, parameters: walk(node.parameters) as TeamNode['parameters'] } : node
    }),
  }
}

/** Without these nodes and notes, and without links that hung on them. */
export function without(doc: TeamDocument, ids: ReadonlySet<string>): TeamDocument {
  return {
    ...doc,
    nodes: doc.nodes.filter(({ id }) => !ids.has(id)),
    notes: doc.notes.filter(({ id }) => !ids.has(id)),
    links: doc.links.filter(({ from, to }) => !ids.has(from.node) && !ids.has(to.node)),
    pinned: Object.fromEntries(Object.entries(doc.pinned).filter(([id]) => !ids.has(id))),
  }
}

export interface LinkEnds {
  readonly from: string
  readonly output: number
  readonly to: string
  readonly input: number
}

/** The same link twice stays one. */
export function linked(doc: TeamDocument, { from, output, to, input }: LinkEnds): TeamDocument {
  const link: TeamLink = { from: { node: from, output }, to: { node: to, input }, kind: 'main', role: 'sequential' }
  return doc.links.some((one) => linkKey(one) === linkKey(link)) ? doc : { ...doc, links: [...doc.links, link] }
}

export const unlinked = (doc: TeamDocument, key: string): TeamDocument => ({
  ...doc,
  links: doc.links.filter((link) => linkKey(link) !== key),
})

export const linkChanged = (doc: TeamDocument, key: string, fields: Partial<TeamLink>): TeamDocument => ({
  ...doc,
  links: doc.links.map((link) => (linkKey(link) === key ? { ...link, ...fields } : link)),
})

export const withNote = (doc: TeamDocument, position: Point): TeamDocument => ({
  ...doc,
  notes: [
    ...doc.notes,
    {
      id: newNodeId(),
      name: freeName('Note', new Set(doc.notes.map(({ name }) => name))),
      text: '',
      position: { ...position },
      width: 240,
      height: 160,
      colour: null,
      origin: null,
    },
  ],
})

export const noteChanged = (doc: TeamDocument, id: string, fields: Partial<TeamNote>): TeamDocument => ({
  ...doc,
  notes: doc.notes.map((note) => (note.id === id ? { ...note, ...fields } : note)),
})

export function pinnedWith(doc: TeamDocument, id: string, items: TeamItem[] | undefined): TeamDocument {
  const { [id]: _, ...others } = doc.pinned
  return { ...doc, pinned: items === undefined ? others : { ...others, [id]: items } }
}
