/** A team as n8n workflow JSON: what came from a file goes back as it was, with what was changed since. */
import type { TeamDocument, TeamNode, TeamNote } from '#contract'
import type { Bag } from './reading.ts'

/** The workflow's object, to be written as JSON. Import, export, import again gives the same team. */
export function exportWorkflow(team: TeamDocument): Bag {
  const names = new Map([...team.nodes, ...team.notes].map(({ id, name }) => [id, name]))
  // Maps, and objects made of them at the end: a node may be named __proto__.
  const wires = new Map<string, Map<string, { node: string; type: string; index: number }[][]>>()
  for (const { from, to, kind } of team.links) {
    const [source, target] = [names.get(from.node), names.get(to.node)]
    if (source === undefined || target === undefined) continue
    const kinds = wires.get(source) ?? new Map<string, { node: string; type: string; index: number }[][]>()
    const outputs = kinds.get(kind) ?? []
    wires.set(source, kinds.set(kind, outputs))
    for (let at = outputs.length; at <= from.output; at++) outputs.push([])
    outputs[from.output]?.push({ node: target, type: kind, index: to.input })
  }
  const pinned = Object.entries(team.pinned).map(([id, items]) => [names.get(id) ?? id, items])
  const { executionOrder, timeZone, rest } = team.settings
  return {
    ...team.origin,
    name: team.name,
    nodes: [...team.notes.map(noteOut), ...team.nodes.map(nodeOut)],
    connections: Object.fromEntries([...wires].map(([source, kinds]) => [source, Object.fromEntries(kinds)])),
    settings: { ...rest, executionOrder, ...(timeZone === null ? {} : { timezone: timeZone }) },
    pinData: Object.fromEntries(pinned),
  }
}

function nodeOut(node: TeamNode): Bag {
  const { id: _id, name: _name, parameters: _parameters, ...rest } = node.origin?.rest ?? {}
  return {
    ...rest,
    id: node.id,
    name: node.name,
    type: node.origin?.type ?? `troupe.${node.kind}`,
    typeVersion: node.version,
    position: [node.position.x, node.position.y],
    parameters: node.parameters,
    ...(node.disabled && { disabled: true }),
    ...(node.alwaysOutput && { alwaysOutputData: true }),
    ...(node.executeOnce && { executeOnce: true }),
    ...(node.retry && { retryOnFail: true, maxTries: node.retry.maxTries, waitBetweenTries: node.retry.waitMs }),
    ...(node.onError !== 'stop' && { onError: node.onError === 'continue' ? 'continueRegularOutput' : 'continueErrorOutput' }),
    ...(node.notes !== '' && { notes: node.notes }),
    ...(node.notesShown && { notesInFlow: true }),
  }
}

function noteOut(note: TeamNote): Bag {
  const { type, typeVersion, parameters, id: _id, name: _name, ...rest } = note.origin ?? {}
  return {
    ...rest,
    id: note.id,
    name: note.name,
    type: type ?? 'n8n-nodes-base.stickyNote',
    typeVersion: typeVersion ?? 1,
    position: [note.position.x, note.position.y],
    parameters: {
      ...(typeof parameters === 'object' ? parameters : {}),
      content: note.text,
      width: note.width,
      height: note.height,
      ...(note.colour === null ? {} : { color: note.colour }),
    },
  }
}
