/** Switch: each item to the output whose rule it meets. Versions 1 and 2 compare one value; 3 and later have conditions per output. */
import type { TeamNode } from '#contract'
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { conditionsMeet } from './conditions.ts'
import { type OldType, oldCompare } from './conditions-first.ts'
import { bags, text, wholeNumber, withItem } from './each.ts'
import { isBag } from './paths.ts'

const MOST_OUTPUTS = 1_000

export const switchNode: NodeKindRules = {
  outputs: outputsOf,
  run(call) {
    const outputs: Item[][] = Array.from({ length: outputsOf(call.node) }, () => [])
    for (const [index, item] of call.items().entries()) {
      try {
        for (const output of outputsFor(call, index, outputs.length)) outputs[output]?.push(item)
      } catch (thrown) {
        if (!call.carriesOn) throw withItem(thrown, index)
        const message = thrown instanceof Error ? thrown.message : String(thrown)
        outputs[0]?.push({ json: { error: message }, pairedItem: { item: index } })
      }
    }
    return outputs
  },
}

function rulesOf(node: TeamNode): readonly Record<string, unknown>[] {
  const rules = node.parameters.rules
  if (isBag(rules)) return bags(rules.values ?? rules.rules)
  // What version 3 shows before it is touched: one rule without a condition, which everything meets.
  return node.version >= 3 ? [{}] : []
}

function outputsOf(node: TeamNode): number {
  const { parameters, version } = node
  if (version < 2) return 4
  if (parameters.mode === 'expression') return Math.min(wholeNumber(parameters.outputsAmount ?? parameters.numberOutputs, 4), MOST_OUTPUTS)
  const rules = rulesOf(node).length
  const options = isBag(parameters.options) ? parameters.options : {}
  return version >= 3 && options.fallbackOutput === 'extra' ? rules + 1 : rules
}

function outputsFor(call: NodeCall, index: number, count: number): readonly number[] {
  if (call.param('mode', index, 'rules') === 'expression') return [byExpression(call, index, count)]
  return call.version >= 3 ? byConditions(call, index) : byValue(call, index, count)
}

function byExpression(call: NodeCall, index: number, count: number): number {
  const given = call.param('output', index, 0)
  const output = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof output !== 'number' || Number.isNaN(output)) {
    throw new NodeFailure("Invalid input for 'Output Index'", {
      name: 'ExpressionError',
      description: `'output' expects a number but we got '${text(given)}'`,
    })
  }
  return allowed(call, output, count)
}

function allowed(call: NodeCall, output: number, count: number): number {
  if (Number.isInteger(output) && output >= 0 && output < count) return output
  if (call.version < 3) throw new NodeFailure(`The ouput ${output} is not allowed. It has to be between 0 and ${count - 1}!`)
  throw new NodeFailure(`The ouput ${output} is not allowed`, { description: `It has to be between 0 and ${count - 1}` })
}

/** Versions 1 and 2: one value against each rule's; the first that holds wins. */
function byValue(call: NodeCall, index: number, count: number): readonly number[] {
  const type = text(call.param('dataType', index), 'number') as OldType
  const value = call.param('value1', index, type === 'boolean' ? false : type === 'number' ? 0 : '')
  for (const [place, rule] of rulesOf(call.node).entries()) {
    const operation = text(call.resolve(rule.operation, index), type === 'number' ? 'smaller' : type === 'dateTime' ? 'after' : 'equal')
    const other = rule.value2 === undefined ? (type === 'number' ? 0 : type === 'boolean' ? false : '') : call.resolve(rule.value2, index)
    if (!oldCompare(type, operation, value, other, call.facts.timeZone)) continue
    return [allowed(call, call.version < 2 ? wholeNumber(call.resolve(rule.output, index), 0) : place, count)]
  }
  const fallback = wholeNumber(call.param('fallbackOutput', index, -1), -1)
  return fallback === -1 ? [] : [allowed(call, fallback, count)]
}

/** Version 3 and later. */
function byConditions(call: NodeCall, index: number): readonly number[] {
  const rules = rulesOf(call.node)
  const all = call.param('options.allMatchingOutputs', index, false) === true
  const loose = looseFor(call, index)
  const met: number[] = []
  for (const place of rules.keys()) {
    if (!conditionsMeet(call, `rules.values.${place}.conditions`, index, loose)) continue
    met.push(place)
    if (!all) break
  }
  if (met.length > 0) return met
  const fallback = call.param('options.fallbackOutput', index, 'none')
  if (fallback === 'none' || fallback === undefined || fallback === '') return []
  if (fallback === 'extra') return [rules.length]
  return [allowed(call, wholeNumber(fallback, 0), outputsOf(call.node))]
}

/** From version 3.1 on the node itself may ask for conversion; otherwise the conditions say. */
function looseFor(call: NodeCall, index: number): boolean {
  if (call.version < 3.1) return false
  return call.param(call.version >= 3.2 ? 'looseTypeValidation' : 'options.looseTypeValidation', index, false) === true
}
