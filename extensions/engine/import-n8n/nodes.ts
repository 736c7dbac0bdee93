/** The nodes of one workflow, with a name and an id of their own each, and what was wrong with them. */
import { LIMITS } from '#contract/plain'
import type { Findings } from './findings.ts'
import { type Bag, isBag, numberIn } from './reading.ts'

export interface RawNode {
  /** Place in the file, from 0. */
  readonly at: number
  readonly id: string
  /** As the file has it; `name` differs when it was taken. */
  readonly givenName: string
  readonly givenId: string | null
  readonly name: string
  /** null: it has none, and cannot be told what it is. */
  readonly type: string | null
  readonly version: number
  readonly parameters: Bag
  readonly position: { readonly x: number; readonly y: number }
  readonly raw: Bag
}

/** Fields that the team's document has its own words for; the others are kept in `origin`. */
export const OWN_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'name',
  'type',
  'typeVersion',
  'parameters',
  'position',
  'disabled',
  'notes',
  'notesInFlow',
  'alwaysOutputData',
  'executeOnce',
  'retryOnFail',
  'maxTries',
  'waitBetweenTries',
  'onError',
  'continueOnFail',
  'credentials',
])

export function readNodes(list: readonly unknown[], findings: Findings): RawNode[] {
  const ids = new Set<string>()
  const names = new Set<string>()
  const taken = new Set(list.flatMap((one) => (isBag(one) && typeof one.name === 'string' ? [one.name] : [])))
  return list.slice(0, LIMITS.teamNodes).map((given, at) => {
    const raw = isBag(given) ? given : {}
    const givenName = textOf(raw.name) ?? ''
    const name = freshName(givenName, at, names, taken)
    names.add(name)
    if (givenName !== '' && name !== givenName) {
      findings.add('duplicate-name', name, `There are several nodes named “${givenName}”; this one is now “${name}”.`)
    }
    if (givenName === '' && isBag(given)) {
      const several = list.filter((one) => isBag(one) && textOf(one.name) === undefined).length > 1
      findings.add(
        several ? 'duplicate-name' : 'missing-name',
        name,
        `It has no name${several ? ', as several others' : ''}; it is now “${name}”.`,
      )
    }
    const givenId = textOf(raw.id) ?? null
    const id = freshId(givenId, at, ids)
    ids.add(id)
    const type = textOf(raw.type) ?? null
    const problem = !isBag(given) ? 'It is no object.' : type === null ? 'It has no type.' : undefined
    if (problem) findings.add('invalid-node', name, `${problem} It stands as a placeholder, with everything that it had.`)
    if (raw.parameters !== undefined && !isBag(raw.parameters)) {
      findings.add('invalid-parameters', name, 'Its parameters are no object; they are kept beside it, and its defaults hold.')
    }
    return {
      at,
      id,
      givenId,
      givenName,
      name,
      type,
      version: versionOf(raw, name, type, findings),
      parameters: isBag(raw.parameters) ? raw.parameters : {},
      position: positionOf(raw.position, at, name, findings),
      raw,
    }
  })
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value.slice(0, LIMITS.teamNodeNameChars)
    : typeof value === 'number'
      ? String(value)
      : undefined

/** The given name, or the same with the first number that nobody has. */
function freshName(given: string, at: number, used: ReadonlySet<string>, taken: ReadonlySet<string>): string {
  const base = given === '' ? `Node ${at + 1}` : given
  if (!used.has(base)) return base
  for (let n = 1; ; n++) {
    const name = `${base}${n}`
    if (!used.has(name) && !taken.has(name)) return name
  }
}

function freshId(given: string | null, at: number, used: ReadonlySet<string>): string {
  const base = given !== null && given.length <= LIMITS.teamIdChars ? given : `node-${at + 1}`
  if (!used.has(base)) return base
  for (let n = 2; ; n++) if (!used.has(`${base}-${n}`)) return `${base}-${n}`
}

function versionOf(raw: Bag, name: string, type: string | null, findings: Findings): number {
  const given = typeof raw.typeVersion === 'string' ? Number(raw.typeVersion) : raw.typeVersion
  if (typeof given === 'number' && Number.isFinite(given) && given >= 0 && given <= 1_000) return given
  if (type !== null && !type.endsWith('stickyNote'))
    findings.add('missing-version', name, 'It does not say its version; version 1 is taken.')
  return 1
}

/** n8n's grid is 20 pixels; a node without a place goes to the end of a row. */
function positionOf(value: unknown, at: number, name: string, findings: Findings): { readonly x: number; readonly y: number } {
  const pair = Array.isArray(value) ? value : isBag(value) ? [value.x, value.y] : []
  const [x, y] = pair.map(numberIn)
  if (x !== undefined && y !== undefined && Number.isFinite(x) && Number.isFinite(y)) return { x, y }
  findings.add('missing-position', name, 'It has no place on the canvas, and was put at the end of a row.')
  return { x: (at % 8) * 220, y: Math.floor(at / 8) * 180 }
}
