/** If: the items that meet the conditions on output 0, the others on output 1. */
import type { Item } from '../expression/mod.ts'
import type { NodeKindRules } from '../flow/kind.ts'
import { itemMeets } from './conditions.ts'
import { withItem } from './each.ts'

export const ifNode: NodeKindRules = {
  outputs: () => 2,
  run(call) {
    const met: Item[] = []
    const not: Item[] = []
    for (const [index, item] of call.items().entries()) {
      try {
        if (itemMeets(call, index)) met.push(item)
        else not.push(item)
      } catch (thrown) {
        // A condition that cannot be evaluated fails closed: to "false" where the node carries on.
        if (!call.carriesOn) throw withItem(thrown, index)
        not.push(item)
      }
    }
    return [met, not]
  },
}
