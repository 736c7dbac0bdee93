/** What is missing or wrong in a team while it is drawn, each with the node to jump to. It stops nobody from saving. */
import type { TeamDocument, TeamNode } from '#contract'

export interface Problem {
  /** `stops`: a run would fail there. `asks`: a person should look. */
  readonly weight: 'stops' | 'asks'
  readonly node: string | undefined
  readonly message: string
}

interface World {
  readonly personas: ReadonlyMap<string, { readonly name: string; readonly active: boolean }>
  readonly teams: ReadonlySet<string>
  readonly credentials: ReadonlySet<string>
}

export function problemsOf(doc: TeamDocument, world: World): readonly Problem[] {
  const starts = doc.nodes.filter(({ kind, disabled }) => kind.endsWith('Start') && !disabled)
  const parts = new Set(doc.links.filter(({ kind }) => kind !== 'main').map(({ from }) => from.node))
  const fed = new Set(doc.links.filter(({ kind }) => kind === 'main').map(({ to }) => to.node))
  const problems: Problem[] = []
  if (doc.nodes.length > 0 && starts.length === 0) problems.push({ weight: 'stops', node: undefined, message: 'The team has no start.' })
  for (const node of doc.nodes) {
    if (node.disabled || parts.has(node.id)) continue
    problems.push(...nodeProblems(node, world))
    if (!fed.has(node.id) && !node.kind.endsWith('Start'))
      problems.push({ weight: 'asks', node: node.id, message: `Nothing leads to “${node.name}”, so it never runs.` })
  }
  problems.push(...linkProblems(doc))
  return problems
}

function nodeProblems(node: TeamNode, world: World): Problem[] {
  const stops = (message: string): Problem => ({ weight: 'stops', node: node.id, message })
  const found: Problem[] = []
  if (node.kind === 'placeholder') found.push(stops(`“${node.name}” stands for ${node.origin?.type ?? 'a node'}, which Troupe cannot run.`))
  if (node.kind === 'persona') {
    const persona = node.refersTo === null ? undefined : world.personas.get(node.refersTo)
    if (persona === undefined) found.push(stops(`“${node.name}” has no persona yet.`))
    else if (!persona.active) found.push(stops(`The persona of “${node.name}” is asleep; wake it.`))
  }
  if (node.kind === 'subTeam' && !world.teams.has(node.refersTo ?? '')) found.push(stops(`“${node.name}” names no team that is here.`))
  if (
    node.kind === 'code' &&
    !['jsCode', 'functionCode', 'pythonCode'].some((key) => typeof node.parameters[key] === 'string' && node.parameters[key] !== '')
  )
    found.push(stops(`“${node.name}” has no code.`))
  if (node.kind === 'http' && (node.parameters.url ?? '') === '') found.push(stops(`“${node.name}” has no address.`))
  for (const [kind, name] of Object.entries(node.credentials))
    if (!world.credentials.has(name))
      found.push(stops(`“${node.name}” needs a credential (${kind})${name === '' ? '' : `; there is none named “${name}”`}.`))
  return found
}

function linkProblems(doc: TeamDocument): Problem[] {
  const problems: Problem[] = []
  const names = new Map(doc.nodes.map(({ id, name }) => [id, name]))
  for (const { from, to, role, condition = '' } of doc.links)
    if (role === 'conditional' && condition.trim() === '')
      problems.push({
        weight: 'stops',
        node: from.node,
        message: `The link from “${names.get(from.node)}” to “${names.get(to.node)}” has no condition: nothing passes.`,
      })
  for (const node of cyclesIn(doc))
    problems.push({
      weight: 'asks',
      node,
      message: `“${names.get(node)}” is in a cycle that no loop and no feedback link bounds; only the steps of the run do.`,
    })
  return problems
}

/** One node of each cycle that only plain links close. A loop node, or a feedback link, bounds a cycle. */
function cyclesIn(doc: TeamDocument): readonly string[] {
  const bounded = new Set(doc.nodes.filter(({ kind }) => kind === 'loop').map(({ id }) => id))
  const next = new Map<string, string[]>()
  for (const { from, to, kind, role } of doc.links) {
    if (kind !== 'main' || role === 'feedback' || bounded.has(from.node) || bounded.has(to.node)) continue
    next.set(from.node, [...(next.get(from.node) ?? []), to.node])
  }
  const state = new Map<string, 'open' | 'closed'>()
  const found: string[] = []
  for (const start of next.keys()) {
    if (state.has(start)) continue
    const path: { readonly id: string; at: number }[] = [{ id: start, at: 0 }]
    state.set(start, 'open')
    while (path.length > 0) {
      const top = path[path.length - 1] as { readonly id: string; at: number }
      const to = next.get(top.id)?.[top.at++]
      if (to === undefined) {
        state.set(top.id, 'closed')
        path.pop()
      } else if (state.get(to) === 'open') found.push(to)
      else if (!state.has(to)) {
        state.set(to, 'open')
        path.push({ id: to, at: 0 })
      }
    }
  }
  return [...new Set(found)]
}
