/** Item lists, the old node that was many: each operation is what its own node does now. */
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { aggregate } from './aggregate.ts'
import { text } from './each.ts'
import { limit } from './limit.ts'
import { isBag } from './paths.ts'
import { comparedFields, fieldNames, within } from './remove-duplicates.ts'
import { byFields, sort } from './sort.ts'
import { splitOut } from './split-out.ts'
import { summarize } from './summarize.ts'

export const itemLists: NodeKindRules = {
  run(call) {
    const operation = text(call.param('operation', 0), 'splitOutItems')
    switch (operation) {
      case 'splitOutItems':
        return splitOut.run(withLists(call, ['fieldsToInclude']))
      case 'aggregateItems':
      case 'concatenateItems':
        return aggregate.run(withLists(call, ['fieldsToInclude', 'fieldsToExclude']))
      case 'removeDuplicates':
        return [within(call, call.items(), comparedFields(call))]
      case 'sort':
        if (call.param('type', 0, 'simple') !== 'simple') return sort.run(call)
        return [byFields(call.items(), sortFields(call), call.param('options.disableDotNotation', 0, false) === true)]
      case 'limit':
        return limit.run(call)
      case 'summarize':
        return summarize.run(call)
      default:
        throw new NodeFailure(`Item lists has no operation "${operation}".`)
    }
  },
}

function sortFields(call: NodeCall): readonly Record<string, unknown>[] {
  const fields = call.param('sortFieldsUi.sortField', 0, [])
  return Array.isArray(fields) ? fields.filter(isBag) : []
}

/** Older versions kept lists of field names as lists of objects. */
function withLists(call: NodeCall, lists: readonly string[]): NodeCall {
  return {
    ...call,
    param: (path, itemIndex, otherwise) => {
      const value = call.param(path, itemIndex, otherwise)
      return lists.includes(path) && isBag(value) && 'fields' in value ? fieldNames(value.fields) : value
    },
  }
}
