/** Filter: keeps the items that meet the conditions; the others are on a second list, which no link can reach. */
import type { Item } from '../expression/mod.ts'
import type { NodeKindRules } from '../flow/kind.ts'
import { itemMeets } from './conditions.ts'
import { withItem } from './each.ts'

export const filter: NodeKindRules = {
  run(call) {
    const kept: Item[] = []
    const left: Item[] = []
    for (const [index, item] of call.items().entries()) {
      try {
        if (itemMeets(call, index)) kept.push(item)
        else left.push(item)
      } catch (thrown) {
        if (!call.carriesOn) throw withItem(thrown, index)
        left.push(item)
      }
    }
    return [kept, left]
  },
}
