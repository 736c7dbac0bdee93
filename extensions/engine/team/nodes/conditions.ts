/** The conditions of If, Filter and Switch for one item: the first versions' groups by type, and the later filter parameter. */
import { ExpressionFailure, type Filter, passesFilter } from '../expression/mod.ts'
import type { NodeCall } from '../flow/kind.ts'
import { type OldType, oldCompare } from './conditions-first.ts'
import { bags, text } from './each.ts'
import { isBag } from './paths.ts'

const OLD_DEFAULT: Readonly<Record<OldType, string>> = { boolean: 'equal', dateTime: 'after', number: 'smaller', string: 'equal' }

/** Whether the item meets the node's `conditions`. */
export function itemMeets(call: NodeCall, index: number): boolean {
  if (call.version < 2) return oldMeets(call, index)
  const loose =
    call.version >= 2.1 && call.param(call.version >= 2.2 ? 'looseTypeValidation' : 'options.looseTypeValidation', index, false) === true
  return conditionsMeet(call, 'conditions', index, loose)
}

/** `loose`: types are converted, whatever the conditions themselves say. */
export function conditionsMeet(call: NodeCall, path: string, index: number, loose: boolean): boolean {
  const given = call.param(path, index, {})
  const filter: Filter = isBag(given) ? given : {}
  const options = {
    ...filter.options,
    ...(loose ? { typeValidation: 'loose' } : {}),
    ...(call.param('options.ignoreCase', index) === true ? { caseSensitive: false } : {}),
  }
  try {
    return passesFilter({ ...filter, options }, { itemIndex: index, timeZone: call.facts.timeZone, now: call.ports.clock.now() })
  } catch (thrown) {
    // A comparison that does not exist fails closed, and the run's log says so.
    if (!(thrown instanceof ExpressionFailure && thrown.message.startsWith('Unknown filter parameter operator'))) throw thrown
    call.line(`${thrown.message}: taken as not met.`)
    return false
  }
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
