/** The wires. Sources and targets are found by name, and by id where a file has ids instead; what leads nowhere is reported, never dropped in silence. */
import type { TeamLink } from '#contract'
import { LIMITS } from '#contract/plain'
import type { Findings } from './findings.ts'
import type { RawNode } from './nodes.ts'
import { type Bag, isBag } from './reading.ts'

export interface LinkCounts {
  readonly given: number
  readonly kept: number
  readonly byId: number
  readonly dangling: number
}

interface Found {
  readonly node: RawNode
  readonly byId: boolean
}

export function readLinks(connections: unknown, nodes: readonly RawNode[], findings: Findings): { links: TeamLink[]; counts: LinkCounts } {
  const byName = new Map<string, RawNode[]>()
  const byId = new Map<string, RawNode>()
  for (const node of nodes) {
    byName.set(node.givenName, [...(byName.get(node.givenName) ?? []), node])
    if (node.givenId !== null && !byId.has(node.givenId)) byId.set(node.givenId, node)
  }
  const find = (key: string): Found | undefined => {
    const named = byName.get(key)?.[0]
    if (named) return { node: named, byId: false }
    const node = byId.get(key)
    return node && { node, byId: true }
  }
  const links: TeamLink[] = []
  const counts = { given: 0, kept: 0, byId: 0, dangling: 0 }
  const ambiguous = new Set<string>()
  for (const wire of wiresOf(connections)) {
    counts.given++
    const [from, to] = [find(wire.from), find(wire.to)]
    if (from?.byId || to?.byId) counts.byId++
    if (!from || !to) {
      counts.dangling++
      const which = !from ? `its source “${short(wire.from)}”` : `its target “${short(wire.to)}”`
      findings.add(
        'dangling-connection',
        from?.node.name ?? to?.node.name ?? null,
        `A wire from “${short(wire.from)}” to “${short(wire.to)}” leads nowhere: ${which} is not among the nodes.`,
      )
      continue
    }
    for (const key of [wire.from, wire.to]) if ((byName.get(key)?.length ?? 0) > 1) ambiguous.add(key)
    if (links.length >= LIMITS.teamLinks) continue
    counts.kept++
    links.push({
      from: { node: from.node.id, output: wire.output },
      to: { node: to.node.id, input: wire.input },
      kind: wire.kind,
      role: 'sequential',
    })
  }
  if (counts.byId > 0)
    findings.add(
      'connections-keyed-by-id',
      null,
      `${counts.byId} wires name their nodes by id instead of by name; those whose nodes are there were repaired.`,
    )
  if (counts.kept + counts.dangling < counts.given)
    findings.add('too-many-links', null, `Only the first ${LIMITS.teamLinks} wires are kept.`)
  for (const name of ambiguous) {
    findings.add('ambiguous-link', name, `Several nodes are named “${short(name)}”; wires that name it are taken to mean the first one.`)
  }
  return { links, counts }
}

interface Wire {
  readonly from: string
  readonly to: string
  readonly kind: string
  readonly output: number
  readonly input: number
}

/** Every wire in the file's order; empty slots and wrong shapes are passed over, since they carry nothing. */
function* wiresOf(connections: unknown): Generator<Wire> {
  if (!isBag(connections)) return
  for (const [from, kinds] of Object.entries(connections)) {
    if (!isBag(kinds)) continue
    for (const [kind, outputs] of Object.entries(kinds)) {
      if (!Array.isArray(outputs)) continue
      for (const [output, targets] of outputs.entries()) {
        for (const target of Array.isArray(targets) ? targets : isBag(targets) ? [targets] : []) {
          if (isBag(target) && typeof target.node === 'string') yield wireOf(from, kind, output, target, target.node)
        }
      }
    }
  }
}

function wireOf(from: string, kind: string, output: number, target: Bag, to: string): Wire {
  const index = typeof target.index === 'number' && target.index >= 0 ? Math.trunc(target.index) : 0
  return {
    from,
    to,
    kind: kind.slice(0, 60) || 'main',
    output: Math.min(output, LIMITS.teamPorts),
    input: Math.min(index, LIMITS.teamPorts),
  }
}

const short = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}…` : name)
