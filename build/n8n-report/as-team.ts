/**
 * n8n's workflow JSON as a team, as far as running a case needs it. Not the importer's, which mends what n8n passes over when it runs: a
 * wire that names its nodes by id is dead there, and repaired here (four of the pinned templates then run otherwise than they did).
 */
import { type TeamDocument, type TeamDraft, teamDocument } from '../../extensions/engine/contract/mod.ts'
import { kindOfType } from '../../extensions/engine/team/thread.ts'

type Bag = Record<string, unknown>

export interface N8nNode {
  readonly id?: string
  readonly name: string
  readonly type: string
  readonly typeVersion?: number
  readonly position?: readonly number[]
  readonly parameters?: Bag
  readonly [more: string]: unknown
}

export interface N8nWorkflow {
  readonly name?: string
  readonly nodes: readonly N8nNode[]
  readonly connections?: Record<string, Record<string, readonly (readonly { node: string; type?: string; index?: number }[] | null)[]>>
  readonly settings?: Bag
}

/** Takes the workflow out of whatever it is wrapped in; undefined when there is none. */
export function workflowIn(file: unknown): N8nWorkflow | undefined {
  let value = Array.isArray(file) ? file[0] : file
  for (let depth = 0; depth < 3 && isBag(value); depth++) {
    if (Array.isArray(value.nodes)) return value as unknown as N8nWorkflow
    value = value.workflow ?? value.data
  }
  return undefined
}

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asTeam(workflow: N8nWorkflow, pins: Readonly<Record<string, unknown>>, order: 'v0' | 'v1'): TeamDocument {
  const nodes = workflow.nodes.filter((node) => isBag(node) && typeof node.name === 'string' && !String(node.type).endsWith('stickyNote'))
  const idOf = new Map(nodes.map((node, at) => [node.name, `n${at}`]))
  const draft: TeamDraft = {
    name: workflow.name ?? 'Case',
    nodes: [...new Map(nodes.map((node) => [node.name, node])).values()].map((node) => teamNodeOf(node, idOf.get(node.name) ?? node.name)),
    links: linksOf(workflow, idOf),
    settings: { executionOrder: order, maxSteps: 5_000 },
    pinned: Object.fromEntries(
      Object.entries(pins).flatMap(([name, items]) => {
        const id = idOf.get(name)
        return id === undefined || !Array.isArray(items) ? [] : [[id, items.map(itemOf)]]
      }),
    ),
  }
  return teamDocument.parse(draft)
}

function itemOf(item: unknown) {
  if (!isBag(item) || !isBag(item.json)) return { json: isBag(item) ? item : {} }
  const { json, binary, pairedItem } = item
  return { json, ...(isBag(binary) ? { binary: binary as Record<string, Bag> } : {}), ...(pairedItem === undefined ? {} : { pairedItem }) }
}

function teamNodeOf(node: N8nNode, id: string): NonNullable<TeamDraft['nodes']>[number] {
  const [x = 0, y = 0] = node.position ?? []
  const onError = node.onError ?? (node.continueOnFail === true ? 'continueRegularOutput' : 'stopWorkflow')
  return {
    id,
    name: node.name,
    kind: kindOfType(node.type) ?? 'placeholder',
    version: typeof node.typeVersion === 'number' ? node.typeVersion : 1,
    parameters: node.parameters ?? {},
    position: { x: Number(x) || 0, y: Number(y) || 0 },
    disabled: node.disabled === true,
    alwaysOutput: node.alwaysOutputData === true,
    executeOnce: node.executeOnce === true,
    retry:
      node.retryOnFail === true
        ? { maxTries: bounded(node.maxTries, 3, 2, 5), waitMs: bounded(node.waitBetweenTries, 1_000, 0, 5_000) }
        : null,
    onError: onError === 'continueRegularOutput' ? 'continue' : onError === 'continueErrorOutput' ? 'errorOutput' : 'stop',
    origin: { format: 'n8n', type: node.type },
  }
}

function bounded(value: unknown, otherwise: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.trunc(Number(value) || otherwise)))
}

function linksOf(workflow: N8nWorkflow, idOf: ReadonlyMap<string, string>): NonNullable<TeamDraft['links']> {
  const links: NonNullable<TeamDraft['links']> = []
  for (const [from, kinds] of Object.entries(workflow.connections ?? {})) {
    const source = idOf.get(from)
    if (source === undefined || !isBag(kinds)) continue
    for (const [kind, outputs] of Object.entries(kinds)) {
      for (const [output, targets] of (Array.isArray(outputs) ? outputs : []).entries()) {
        for (const target of targets ?? []) {
          const to = idOf.get(target.node)
          if (to !== undefined) links.push({ from: { node: source, output }, to: { node: to, input: target.index ?? 0 }, kind })
        }
      }
    }
  }
  return links
}
