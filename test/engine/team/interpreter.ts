/**
 * A slow, plain reading of the rules FLOW1 to FLOW22, written for the property test and for nothing else: it walks the graph by
 * recursion (v1) or level by level (v0), knows six nodes by their meaning, and shares no line with the engine.
 */
export type Op =
  | { readonly op: 'pass' }
  | { readonly op: 'add'; readonly amount: number }
  | { readonly op: 'more'; readonly than: number }
  | { readonly op: 'keep'; readonly under: number }
  | { readonly op: 'first'; readonly count: number }
  | { readonly op: 'join' }

export interface PlainNode {
  readonly name: string
  readonly op: Op
  readonly x: number
  readonly y: number
  /** By output: whom it leads to, and into which input. */
  readonly out: readonly (readonly { readonly to: number; readonly input: number }[])[]
}

export interface Row {
  readonly n: number
  readonly from: { readonly item: number; readonly input: number }
}

export type History = Map<string, Row[][][]>

class Over extends Error {}

/** A joining loop doubles its items at each turn: such a graph says nothing more about order, and is left out. */
export class TooMany extends Error {}

const MOST_ROWS = 3_000

export function interpret(
  nodes: readonly PlainNode[],
  start: number,
  numbers: readonly number[],
  order: 'v0' | 'v1',
  most: number,
): { history: History; over: boolean } {
  const history: History = new Map()
  let steps = 0
  let rowsSoFar = 0
  let waiting: { node: number; inputs: (Row[] | undefined)[] }[] = []
  const width = (node: number) =>
    1 +
    Math.max(
      0,
      ...nodes.flatMap((each) =>
        each.out
          .flat()
          .filter((link) => link.to === node)
          .map((link) => link.input),
      ),
    )

  /** Runs a node and gives what may run because of it, in order. */
  const run = (node: number, inputs: readonly Row[][]) => {
    steps += 1
    if (steps > most) throw new Over()
    const { name, op, out } = nodes[node] as PlainNode
    const outputs = apply(
      op,
      inputs.map((rows, input) => rows.map((row, item) => ({ n: row.n, from: { item, input } }))),
    )
    rowsSoFar += outputs.flat().length
    if (rowsSoFar > MOST_ROWS) throw new TooMany()
    history.set(name, [...(history.get(name) ?? []), outputs])
    const reached = out.flatMap((links, output) => {
      const rows = outputs[output] ?? []
      return links.filter((link) => rows.length > 0 || (order === 'v0' && link.input > 0)).map((link) => ({ link, rows }))
    })
    if (order === 'v1') reached.sort((a, b) => place(nodes, b.link.to) - place(nodes, a.link.to))
    const ready: { node: number; inputs: Row[][] }[] = []
    for (const { link, rows } of reached) {
      const call = handed(link, rows)
      if (call === undefined) continue
      if (order === 'v1') ready.unshift(call)
      else ready.push(call)
    }
    return ready
  }

  const handed = (link: { to: number; input: number }, rows: Row[]) => {
    if (width(link.to) === 1) return { node: link.to, inputs: [rows] }
    let call = waiting.find((each) => each.node === link.to && each.inputs[link.input] === undefined)
    if (call === undefined) {
      call = { node: link.to, inputs: Array.from({ length: width(link.to) }, () => undefined) }
      waiting.push(call)
    }
    call.inputs[link.input] = rows
    if (call.inputs.some((each) => each === undefined)) return undefined
    waiting = waiting.filter((each) => each !== call)
    return { node: call.node, inputs: call.inputs as Row[][] }
  }

  const deep = (call: { node: number; inputs: readonly Row[][] }): void => {
    for (const next of run(call.node, call.inputs)) deep(next)
  }
  const level = (first: { node: number; inputs: readonly Row[][] }): void => {
    let now = [first]
    while (now.length > 0) now = now.flatMap((call) => run(call.node, call.inputs))
  }
  const walk = order === 'v1' ? deep : level

  try {
    walk({ node: start, inputs: [numbers.map((n, item) => ({ n, from: { item, input: 0 } }))] })
    for (;;) {
      const next = waiting.find((call) => !waiting.some((other) => other.node !== call.node && above(nodes, call.node).has(other.node)))
      if (next === undefined) return { history, over: false }
      waiting = waiting.filter((each) => each !== next)
      const inputs = next.inputs.map((each) => each ?? [])
      if (inputs.some((each) => each.length > 0)) walk({ node: next.node, inputs })
    }
  } catch (thrown) {
    if (!(thrown instanceof Over)) throw thrown
    return { history, over: true }
  }
}

function apply(op: Op, inputs: readonly Row[][]): Row[][] {
  const [rows = []] = inputs
  switch (op.op) {
    case 'pass':
      return [rows]
    case 'add':
      return [rows.map((row) => ({ ...row, n: row.n + op.amount }))]
    case 'more':
      return [rows.filter((row) => row.n > op.than), rows.filter((row) => row.n <= op.than)]
    case 'keep':
      return [rows.filter((row) => row.n < op.under), rows.filter((row) => row.n >= op.under)]
    case 'first':
      return [rows.slice(0, op.count)]
    case 'join':
      return [inputs.flat()]
  }
}

function place(nodes: readonly PlainNode[], node: number): number {
  const { x, y } = nodes[node] as PlainNode
  return y * 1_000 + x
}

/** Everyone from whom a way leads to `node`, without itself. */
function above(nodes: readonly PlainNode[], node: number): Set<number> {
  const found = new Set<number>()
  for (let grown = true; grown; ) {
    grown = false
    for (const [at, each] of nodes.entries()) {
      if (at === node || found.has(at)) continue
      if (!each.out.flat().some((link) => link.to === node || found.has(link.to))) continue
      found.add(at)
      grown = true
    }
  }
  return found
}
