/**
 * What changed between two documents. Sections are matched by id and parameters by name, so a move is told from a change.
 * Empty exactly when the two documents say the same: this is also the law by which a save makes a revision or not.
 */
import type { DocChange, PersonaDoc } from '#contract'
import { canonical } from './canonical.ts'
import {
  AGENT_BODY_LABELS,
  COMMAND_LABELS,
  DOCUMENT_LABELS,
  HTTP_LABELS,
  LIMIT_LABELS,
  MODEL_LABELS,
  PARAMETER_LABELS,
  parameterLabel,
  SECTION_LABELS,
  sectionLabel,
  TOOL_LABELS,
} from './labels.ts'
import { movedKeys } from './moves.ts'

export function diffDocuments(before: PersonaDoc, after: PersonaDoc): DocChange[] {
  return [
    ...fields('', DOCUMENT_LABELS, before, after),
    ...entries('/sections', keyed(before.sections, idOf), keyed(after.sections, idOf), sectionLabel, SECTION_LABELS),
    ...entries('/parameters', keyed(before.parameters, nameOf), keyed(after.parameters, nameOf), labelOfParameter, PARAMETER_LABELS),
    ...bodies(before.body, after.body),
    ...fields('/limits', LIMIT_LABELS, before.limits, after.limits),
  ]
}

const idOf = (section: { readonly id: string }) => section.id
const nameOf = (one: { readonly name: string }) => one.name
const labelOfParameter = (one: { readonly name: string }) => parameterLabel(one.name)

/** One step of a JSON pointer (RFC 6901 section 3). */
function step(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function fields<Part extends object>(base: string, labels: Readonly<Record<string, string>>, before: Part, after: Part): DocChange[] {
  const changes: DocChange[] = []
  for (const [key, label] of Object.entries(labels)) {
    const [old, now] = [before[key as keyof Part], after[key as keyof Part]]
    if (canonical(old) !== canonical(now)) changes.push({ path: base + step(key), label, kind: 'changed', before: old, after: now })
  }
  return changes
}

/** Entries by key, in order. The door refuses a key that comes twice; if it does all the same, each still counts. */
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
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
  labelOf: (entry: Entry) => string,
  labels: Readonly<Record<string, string>>,
): DocChange[] {
  const [oldKeys, newKeys] = [[...before.keys()], [...after.keys()]]
  const moved = movedKeys(oldKeys, newKeys)
  const changes: DocChange[] = []
  for (const [key, old] of before) {
    if (!after.has(key)) changes.push({ path: base + step(key), label: labelOf(old), kind: 'removed', before: old, after: null })
  }
  for (const [key, now] of after) {
    const path = base + step(key)
    const label = labelOf(now)
    const old = before.get(key)
    if (old === undefined) {
      changes.push({ path, label, kind: 'added', before: null, after: now })
      continue
    }
    // Positions are counted from 1, as a person does.
    if (moved.has(key)) changes.push({ path, label, kind: 'moved', before: oldKeys.indexOf(key) + 1, after: newKeys.indexOf(key) + 1 })
    for (const change of fields(path, labels, old, now)) {
      changes.push({ ...change, label: change.label === '' ? label : `${label}: ${change.label}` })
    }
  }
  return changes
}

function bodies(before: PersonaDoc['body'], after: PersonaDoc['body']): DocChange[] {
  if (before.kind === 'model' && after.kind === 'model') {
    return [
      ...fields('/body', MODEL_LABELS, before, after),
      ...fields('/body/tools', TOOL_LABELS, before.tools, after.tools),
      ...fields('/body/tools/http', HTTP_LABELS, before.tools.http, after.tools.http),
    ]
  }
  if (before.kind === 'command' && after.kind === 'command') {
    return [...fields('/body', COMMAND_LABELS, before, after), ...environments(before.env, after.env)]
  }
  if (before.kind === 'agent' && after.kind === 'agent') {
    return [...fields('/body', AGENT_BODY_LABELS, before, after), ...environments(before.env, after.env)]
  }
  return [{ path: '/body', label: 'Body', kind: 'changed', before, after }]
}

function environments(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): DocChange[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name): DocChange[] => {
    const [was, is] = [old.get(name) ?? null, now.get(name) ?? null]
    if (was === is) return []
    const kind = was === null ? 'added' : is === null ? 'removed' : 'changed'
    return [{ path: `/body/env${step(name)}`, label: `Environment: ${name}`, kind, before: was, after: is }]
  })
}
