/** Limit: the first or the last so many items. */
import type { NodeKindRules } from '../flow/kind.ts'
import { wholeNumber } from './each.ts'

export const limit: NodeKindRules = {
  run(call) {
    const items = call.items()
    const most = wholeNumber(call.param('maxItems', 0, 1), 1)
    if (items.length <= most) return [items]
    return [call.param('keep', 0, 'firstItems') === 'firstItems' ? items.slice(0, most) : items.slice(items.length - most)]
  },
}
