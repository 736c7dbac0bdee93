/** One node of a file as a node of the team's document. What the document has no word for is kept in `origin`, so that an export hands it back. */
import type { NodeKind, TeamItem, TeamNode, TeamNote } from '#contract'
import { LIMITS } from '#contract/plain'
import { credentialsOf } from './credentials.ts'
import { OWN_FIELDS, type RawNode } from './nodes.ts'
import { type Bag, isBag, numberIn } from './reading.ts'

export function teamNodeOf(node: RawNode, kind: NodeKind, parameters: Bag): TeamNode {
  const { raw } = node
  const onError = raw.onError ?? (raw.continueOnFail === true ? 'continueRegularOutput' : 'stopWorkflow')
  return {
    id: node.id,
    name: node.name,
    kind,
    version: node.version,
    parameters,
    position: node.position,
    disabled: raw.disabled === true,
    alwaysOutput: raw.alwaysOutputData === true,
    executeOnce: raw.executeOnce === true,
    retry:
      raw.retryOnFail === true ? { maxTries: within(raw.maxTries, 3, 2, 5), waitMs: within(raw.waitBetweenTries, 1_000, 0, 5_000) } : null,
    onError: onError === 'continueRegularOutput' ? 'continue' : onError === 'continueErrorOutput' ? 'errorOutput' : 'stop',
    notes: typeof raw.notes === 'string' ? raw.notes.slice(0, LIMITS.sectionChars) : '',
    notesShown: raw.notesInFlow === true,
    refersTo: null,
    credentials: Object.fromEntries(credentialsOf(node).map(({ type, label }) => [type, label])),
    origin: { format: 'n8n', type: (node.type ?? '').slice(0, 200), rest: restOf(node) },
  }
}

function within(value: unknown, otherwise: number, min: number, max: number): number {
  const n = Math.trunc(numberIn(value))
  return Math.min(max, Math.max(min, value === undefined || !Number.isFinite(n) ? otherwise : n))
}

/** Fields without a word of ours, those whose value our words do not hold whole, and names or ids that had to change. */
function restOf(node: RawNode): Bag {
  const rest: Bag = {}
  const keep = (key: string, value: unknown) =>
    Object.defineProperty(rest, key, { value, enumerable: true, writable: true, configurable: true })
  for (const [key, value] of Object.entries(node.raw)) {
    const held =
      OWN_FIELDS.has(key) &&
      !(key === 'parameters' && !isBag(value)) &&
      !(key === 'credentials' || key === 'continueOnFail' || key === 'onError' || key === 'maxTries' || key === 'waitBetweenTries')
    if (!held) keep(key, value)
  }
  if (node.givenName !== node.name) keep('name', node.givenName)
  if (node.givenId !== node.id) keep('id', node.givenId)
  return rest
}

export function teamNoteOf(node: RawNode): TeamNote {
  const { parameters } = node
  const number = (key: string, otherwise: number) => {
    const n = numberIn(parameters[key])
    return parameters[key] !== undefined && Number.isFinite(n) && n >= 0 ? n : otherwise
  }
  const colour = parameters.color
  return {
    id: node.id,
    name: node.name,
    text: typeof parameters.content === 'string' ? parameters.content.slice(0, LIMITS.sectionChars) : '',
    position: node.position,
    width: number('width', 240),
    height: number('height', 160),
    colour: typeof colour === 'number' && Number.isInteger(colour) ? colour : typeof colour === 'string' ? colour.slice(0, 40) : null,
    origin: { type: node.type ?? '', typeVersion: node.version, parameters, ...restOf(node) },
  }
}

/** Pinned data as items, whichever of its two forms it has. */
export function pinnedItems(value: unknown): TeamItem[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.slice(0, 10_000).map((one) => {
    if (!isBag(one)) return { json: {} }
    if (!isBag(one.json)) return { json: one }
    const { json, binary, pairedItem } = one
    return {
      json,
      ...(isBag(binary) && Object.values(binary).every(isBag) ? { binary: binary as Record<string, Bag> } : {}),
      ...(pairedItem === undefined ? {} : { pairedItem }),
    }
  })
}
