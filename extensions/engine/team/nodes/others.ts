/** Nodes that stand for something else: another team, a persona, an event, a node that Troupe cannot run. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import type { SubTeamRef } from '../flow/ports.ts'
import { eachItem, errorItem, text } from './each.ts'
import { isBag } from './paths.ts'

export const subTeam: NodeKindRules = {
  async run(call) {
    const run = call.ports.subTeam
    if (run === undefined) throw new NodeFailure(`"${call.node.name}" starts another team, which this run cannot do.`)
    if (call.param('mode', 0, 'once') === 'each') {
      return [
        await eachItem(call, (item, index) =>
          run(refOf(call, index), [bare(item)], call.signal).then((items) => items.map((one) => ({ ...one, pairedItem: { item: index } }))),
        ),
      ]
    }
    try {
      const items = await run(refOf(call, 0), call.items().map(bare), call.signal)
      const waits = call.param('options.waitForSubWorkflow', 0, true) !== false
      return [waits ? items.map((item) => ({ ...item })) : call.items()]
    } catch (thrown) {
      if (!call.carriesOn) throw thrown
      return [[errorItem(thrown, 0)]]
    }
  },
}

/** Another team starts a new chain of pairings. */
function bare(item: Item): Item {
  const { pairedItem: _, ...rest } = item
  return rest
}

function refOf(call: NodeCall, index: number): SubTeamRef {
  if (call.node.refersTo !== null) return { from: 'id', id: call.node.refersTo }
  switch (text(call.param('source', index), 'database')) {
    case 'parameter':
      return { from: 'json', text: text(call.param('workflowJson', index, '')) }
    case 'localFile':
      return { from: 'file', text: text(call.param('workflowPath', index, '')) }
    case 'url':
      return { from: 'url', text: text(call.param('workflowUrl', index, '')) }
    default: {
      const id = call.param('workflowId', index, '')
      return { from: 'id', id: text(isBag(id) && 'value' in id ? id.value : id) }
    }
  }
}

export const emit: NodeKindRules = {
  async run(call) {
    const say = call.ports.emit
    if (say === undefined) throw new NodeFailure('This run may say no events.')
    for (const [index, item] of call.items().entries()) {
      await say(text(call.param('event', index, 'team.said')), call.param('payload', index, item.json))
    }
    return [call.items()]
  },
}

export const placeholder: NodeKindRules = {
  run(call: NodeCall): never {
    const type = call.node.origin?.type ?? 'unknown'
    throw new NodeFailure(
      `"${call.node.name}" is a ${type} node, which Troupe cannot run. Replace it by an HTTP node, or pin its data for a test.`,
    )
  },
}
