/** The conditions of If, Filter and Switch for one item: the first versions' groups by type, and the later filter parameter. */
import type { NodeCall } from '../flow/kind.ts'
import { type OldType, oldCompare } from './conditions-first.ts'
import { bags, text } from './each.ts'
import { filterMeets } from './filter-conditions.ts'

const OLD_DEFAULT: Readonly<Record<OldType, string>> = { boolean: 'equal', dateTime: 'after', number: 'smaller', string: 'equal' }

/** Whether the item meets the node's `conditions`. */
export function itemMeets(call: NodeCall, index: number): boolean {
  if (call.version < 2) return oldMeets(call, index)
  const loose =
    call.version >= 2.1
      ? (call.version >= 2.2
          ? call.param('looseTypeValidation', index, false)
          : call.param('options.looseTypeValidation', index, false)) === true
      : undefined
  return conditionsMeet(call, 'conditions', index, loose)
}

/** `loose` says whether types are converted; undefined leaves it to the conditions themselves. */
export function conditionsMeet(call: NodeCall, path: string, index: number, loose: boolean | undefined): boolean {
  const ignoreCase = call.version >= 2 && call.param('options.ignoreCase', index)
  return filterMeets(call.param(path, index, {}), {
    itemIndex: index,
    ...(loose === undefined ? {} : { loose }),
    ...(typeof ignoreCase === 'boolean' ? { caseSensitive: !ignoreCase } : {}),
    zone: call.facts.timeZone,
  })
}

/** No conditions at all count as met; with "any", the first that holds decides. */
function oldMeets(call: NodeCall, index: number): boolean {
  const combine = text(call.param('combineOperation', index, call.param('combineConditions', index, 'all')))
  const any = combine === 'any' || combine === 'OR'
  let seen = false
  for (const type of ['boolean', 'dateTime', 'number', 'string'] as const) {
    for (const condition of bags(call.raw(`conditions.${type}`, []))) {
      seen = true
      const otherwise = type === 'boolean' ? false : type === 'number' ? 0 : ''
      const value = (name: string) => (condition[name] === undefined ? otherwise : call.resolve(condition[name], index))
      const operation = text(call.resolve(condition.operation, index), OLD_DEFAULT[type])
      const holds = oldCompare(type, operation, value('value1'), value('value2'), call.facts.timeZone)
      if (any && holds) return true
      if (!any && !holds) return false
    }
  }
  return !any || !seen
}
