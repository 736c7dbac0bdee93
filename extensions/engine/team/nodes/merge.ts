/**
 * Merge. Version 1 names its modes itself; 2 and 2.1 have combine with three combinations; 3 and later the same with other names
 * and any number of inputs. What differs by version beyond names is in `modeOf` and `clashFor`.
 */
import type { TeamNode } from '#contract'
import type { Item, PairedItem } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules, Outcome } from '../flow/kind.ts'
import { bags, names, text, wholeNumber } from './each.ts'
import { type FieldPair, type Matching, matchesOf } from './match.ts'
import { type Clash, clashOf, mergeItems } from './merge-clash.ts'
import { mergeV1 } from './merge-first.ts'

type Mode = 'append' | 'fields' | 'position' | 'all' | 'choose' | 'sql'

export const merge: NodeKindRules = {
  required: (node) => (node.version >= 2 && modeOf(node.parameters, node.version) === 'choose' ? inputNumbers(node) : 1),
  run(call): Outcome {
    if (call.version < 2) return [mergeV1(call)]
    switch (modeOf(call.node.parameters, call.version)) {
      case 'append':
        return [call.inputs.flatMap((items) => items ?? [])]
      case 'fields':
        return [byFields(call)]
      case 'position':
        return [byPosition(call)]
      case 'all':
        return [everyPair(call)]
      case 'choose':
        return [chosen(call)]
      case 'sql':
        throw new NodeFailure('Merging by SQL is not built in. Use a code node, or combine by fields.')
    }
  },
}

function inputNumbers(node: TeamNode): number[] {
  return Array.from({ length: wholeNumber(node.parameters.numberInputs, 2) }, (_, index) => index)
}

function modeOf(parameters: Readonly<Record<string, unknown>>, version: number): Mode {
  const mode = text(parameters.mode, 'append')
  if (mode === 'append') return 'append'
  if (mode === 'chooseBranch') return 'choose'
  if (mode === 'combineBySql') return 'sql'
  if (version < 3) {
    const combination = text(parameters.combinationMode, 'mergeByFields')
    return combination === 'mergeByPosition' ? 'position' : combination === 'multiplex' ? 'all' : 'fields'
  }
  const by = text(parameters.combineBy, 'combineByFields')
  return by === 'combineByPosition' ? 'position' : by === 'combineAll' ? 'all' : 'fields'
}

function clashFor(call: NodeCall): Clash {
  return clashOf(call.param('options.clashHandling.values', 0))
}

function matchingFor(call: NodeCall): Matching {
  const simple = call.version >= 3 && call.param('advanced', 0, false) !== true
  const pairs: FieldPair[] = simple
    ? names(call.param('fieldsToMatchString', 0, '')).map((name) => ({ first: name, second: name }))
    : bags(call.param('mergeByFields.values', 0, [])).map((pair) => ({ first: text(pair.field1), second: text(pair.field2) }))
  return {
    pairs: pairs.filter((pair) => pair.first !== '' && pair.second !== ''),
    fuzzy: call.param('options.fuzzyCompare', 0, false) === true,
    plain: call.param('options.disableDotNotation', 0, false) === true,
    firstOnly: call.param('options.multipleMatches', 0, 'all') === 'first',
  }
}

function byFields(call: NodeCall): readonly Item[] {
  const [list1, list2] = [call.items(0), call.items(1)]
  const join = text(call.param('joinMode', 0), 'keepMatches')
  const matching = matchingFor(call)
  if (matching.pairs.length === 0) {
    throw new NodeFailure('Name at least one pair of fields to match by.')
  }
  if (list1.length === 0 || list2.length === 0) {
    if (join === 'keepMatches') return []
    if (join === 'enrichInput1') return list1
    if (join === 'enrichInput2') return list2
    const wanted = join === 'keepNonMatches' ? text(call.param('outputDataFrom', 0), 'both') : 'both'
    return wanted === 'input1' ? list1 : wanted === 'input2' ? list2 : [...list1, ...list2]
  }
  const from = text(call.param('outputDataFrom', 0), 'both')
  const clash = clashFor(call)
  if (join === 'enrichInput2') {
    // The second list leads, and the first one's values are laid over it.
    const found = matchesOf(list2, list1, {
      ...matching,
      pairs: matching.pairs.map(({ first, second }) => ({ first: second, second: first })),
    })
    const turned = { ...clash, prefer: clash.prefer ?? 0 }
    return [...found.matched.flatMap((match) => match.with.map((other) => joinPair(call, other, match.entry, turned))), ...found.lone1]
  }
  const found = matchesOf(list1, list2, matching)
  const merged = () => found.matched.flatMap((match) => match.with.map((other) => joinPair(call, match.entry, other, clash)))
  switch (join) {
    case 'keepNonMatches':
      if (from === 'input1') return found.lone1
      if (from === 'input2') return found.lone2
      return [...tagged(found.lone1, 'input1'), ...tagged(found.lone2, 'input2')]
    case 'keepEverything':
      return [...merged(), ...found.lone1, ...found.lone2]
    case 'enrichInput1':
      return [...merged(), ...found.lone1]
    default:
      if (from === 'input1') return found.matched.map((match) => match.entry)
      if (from === 'input2') return found.met2
      return merged()
  }
}

/** From version 3 on, a wish for "input 2" is spelled "last"; n8n gives an empty item for the old spelling, and so do we. */
function joinPair(call: NodeCall, first: Item, second: Item, clash: Clash): Item {
  if (call.version >= 3 && clash.prefer === 1) return { json: {}, pairedItem: [] }
  return mergeItems([first, second], clash)
}

function tagged(items: readonly Item[], source: string): readonly Item[] {
  return items.map((item) => ({ ...item, json: { ...item.json, _source: source } }))
}

function byPosition(call: NodeCall): readonly Item[] {
  const lists = call.inputs.map((items) => items ?? [])
  const unpaired = call.param('options.includeUnpaired', 0, false) === true
  const lengths = lists.map((list) => list.length)
  if (!unpaired && lengths.some((length) => length === 0)) return []
  const count = unpaired ? Math.max(0, ...lengths) : Math.min(...lengths)
  const clash = clashFor(call)
  return Array.from({ length: count }, (_, place) => {
    const made = mergeItems(
      lists.map((list) => list[place]),
      alone(clash, lists, place),
    )
    return call.version >= 3 ? { ...made, pairedItem: pairingByPosition(lists, place, clash) } : made
  })
}

/** From version 3 on every input is named in order, and the winning one once more. */
function pairingByPosition(lists: readonly (readonly Item[])[], place: number, clash: Clash): PairedItem[] {
  const all = lists.flatMap((list) => (list[place]?.pairedItem ?? []) as PairedItem | PairedItem[])
  const winner = clash.prefer === 'addSuffix' ? undefined : lists[clash.prefer ?? lists.length - 1]?.[place]
  return winner === undefined ? all : [...all, winner.pairedItem as PairedItem]
}

/** A lone item keeps its field names, though suffixes are asked for. */
function alone(clash: Clash, lists: readonly (readonly Item[])[], place: number): Clash {
  const present = lists.filter((list) => list[place] !== undefined).length
  return clash.prefer === 'addSuffix' && present < 2 ? { ...clash, prefer: undefined } : clash
}

function everyPair(call: NodeCall): readonly Item[] {
  const clash = clashFor(call)
  return call.items(0).flatMap((first) => call.items(1).map((second) => mergeItems([first, second], clash)))
}

function chosen(call: NodeCall): readonly Item[] {
  const output = text(call.param('output', 0), call.version < 3 ? 'input1' : 'specifiedInput')
  if (output === 'empty') {
    return [{ json: {}, pairedItem: call.inputs.flatMap((items) => (items ?? []).map((item) => item.pairedItem as { item: number })) }]
  }
  const wanted = output === 'specifiedInput' ? wholeNumber(call.param('useDataOfInput', 0, 1), 1) : output === 'input2' ? 2 : 1
  return call.items(wanted - 1)
}
