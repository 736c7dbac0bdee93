/** Holds what ran against what was expected: items, pairing and order apart. */
import { isDeepStrictEqual } from 'node:util'
import { isBag } from './as-team.ts'

export interface ExpectedRun {
  readonly outputs?: readonly (readonly unknown[] | null)[]
  readonly error?: unknown
}

export interface Expected {
  readonly status: string
  readonly error?: { readonly message?: string; readonly node?: string } | null
  readonly errorNode?: string | null
  readonly order?: readonly string[]
  readonly nodes: Readonly<Record<string, readonly ExpectedRun[]>>
}

export interface Actual {
  readonly status: string
  readonly error: { readonly message: string; readonly node: string | null } | null
  readonly order: readonly string[]
  readonly runs: ReadonlyMap<string, readonly { readonly outputs: readonly (readonly unknown[] | null | undefined)[] }[]>
}

export interface Verdict {
  readonly identical: boolean
  readonly json: boolean
  readonly pairing: boolean
  readonly order: boolean
  readonly status: boolean
  /** Nodes whose items differ. */
  readonly wrong: readonly string[]
  readonly why: readonly string[]
}

export function compare(expected: Expected, actual: Actual, volatile: readonly string[]): Verdict {
  const why: string[] = []
  const wrong: string[] = []
  let pairing = true
  for (const [name, runs] of Object.entries(expected.nodes)) {
    const mine = (actual.runs.get(name) ?? []).map((run, at) => normal(run.outputs, name, at, volatile))
    const theirs = runs.map((run, at) => normal(run.outputs ?? [], name, at, volatile))
    const difference = firstDifference(theirs, mine)
    if (difference !== null) {
      wrong.push(name)
      why.push(`${name}: ${difference}`)
    } else if (!isDeepStrictEqual(part(theirs, 'pairedItem'), part(mine, 'pairedItem'))) {
      pairing = false
      why.push(`${name}: paired otherwise: expected ${short(part(theirs, 'pairedItem'))}, was ${short(part(mine, 'pairedItem'))}`)
    }
  }
  if (wrong.length > 0) pairing = false
  const order = expected.order === undefined || isDeepStrictEqual(expected.order, actual.order)
  if (!order) why.push(`order: expected ${short(expected.order)}, was ${short(actual.order)}`)
  const status = sameEnd(expected, actual)
  if (!status) why.push(`end: expected ${short([expected.status, expected.error])}, was ${short([actual.status, actual.error])}`)
  const json = wrong.length === 0
  return { identical: json && pairing && order && status, json, pairing, order, status, wrong, why }
}

function sameEnd(expected: Expected, actual: Actual): boolean {
  if (expected.status !== actual.status) return false
  if (expected.error === null || expected.error === undefined) return actual.error === null
  const node = expected.error.node ?? expected.errorNode
  if (node !== undefined && node !== null && node !== actual.error?.node) return false
  return upToPlace(expected.error.message) === upToPlace(actual.error?.message)
}

/** Messages end in a place (` [item 0]`, ` [line 3]`), which is not part of what is compared. */
function upToPlace(message: string | undefined): string {
  return (message ?? '').split(' [')[0] ?? ''
}

type NormalItem = { readonly json: unknown; readonly pairedItem: unknown }

function normal(
  outputs: readonly (readonly unknown[] | null | undefined)[],
  node: string,
  run: number,
  volatile: readonly string[],
): NormalItem[][] {
  const plain = JSON.parse(JSON.stringify(outputs.map((items) => items ?? []))) as unknown[][]
  const lists = plain.map((items, output) =>
    items.map((item, place) => {
      const whole = isBag(item) ? item : {}
      const kept = { json: whole.json ?? {}, pairedItem: normalPairing(whole.pairedItem) }
      const at = `/${node}/${run}/outputs/main/${output}/${place}`
      for (const pointer of volatile) {
        if (pointer === at || pointer.startsWith(`${at}/`)) erase(kept, pointer.slice(at.length + 1).split('/'))
      }
      return { json: withoutTraces(kept.json), pairedItem: kept.pairedItem }
    }),
  )
  while (lists.length > 0 && lists.at(-1)?.length === 0) lists.pop()
  return lists
}

function erase(from: unknown, path: readonly string[]): void {
  const [head, ...rest] = path
  if (head === undefined || typeof from !== 'object' || from === null) return
  const bag = from as Record<string, unknown>
  if (rest.length === 0) bag[head] = null
  else erase(bag[head], rest)
}

/** Stack traces name the files of the program that made them: no two programs have the same. */
function withoutTraces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTraces)
  if (!isBag(value)) return value
  const entries = Object.entries(value).filter(
    ([key, inner]) => !(key === 'stack' && typeof inner === 'string' && inner.includes('\n    at ')),
  )
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutTraces(inner)]))
}

function normalPairing(pairing: unknown): unknown {
  if (pairing === undefined || pairing === null) return null
  if (typeof pairing === 'number') return { item: pairing }
  if (Array.isArray(pairing)) return pairing.map(normalPairing)
  if (!isBag(pairing)) return pairing
  const { input, ...rest } = pairing
  return input === undefined || input === 0 ? rest : { ...rest, input }
}

function part(runs: readonly NormalItem[][][], key: 'pairedItem'): unknown {
  return runs.map((outputs) => outputs.map((items) => items.map((item) => item[key])))
}

function firstDifference(theirs: readonly NormalItem[][][], mine: readonly NormalItem[][][]): string | null {
  if (theirs.length !== mine.length) return `ran ${mine.length} times instead of ${theirs.length}`
  for (const [run, outputs] of theirs.entries()) {
    for (let output = 0; output < Math.max(outputs.length, mine[run]?.length ?? 0); output++) {
      const [a, b] = [outputs[output] ?? [], mine[run]?.[output] ?? []]
      for (let place = 0; place < Math.max(a.length, b.length); place++) {
        if (isDeepStrictEqual(a[place]?.json, b[place]?.json)) continue
        return `run ${run}, output ${output}, item ${place}: expected ${short(a[place]?.json)}, was ${short(b[place]?.json)}`
      }
    }
  }
  return null
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}
