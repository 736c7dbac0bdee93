/** What a run holds, by rough count: rule FLOW51. Objects that travel through many nodes are weighed once. */
import type { Item } from '../expression/mod.ts'
import { RunEnded } from './failure.ts'
import type { FlowLimits } from './ports.ts'

export interface Scale {
  /** Adds a run's outputs. Throws when the run holds more than it may. */
  add(node: string, outputs: readonly (readonly Item[] | null | undefined)[]): void
}

export function scale(limits: FlowLimits): Scale {
  const weighed = new WeakSet<object>()
  let items = 0
  let bytes = 0
  return {
    add(node, outputs) {
      for (const list of outputs) {
        if (list === null || list === undefined) continue
        items += list.length
        for (const item of list) {
          bytes += weigh(item.json, weighed)
          if (item.binary !== undefined) bytes += weigh(item.binary, weighed)
        }
      }
      if (items > limits.items) {
        throw new RunEnded(
          'limit',
          `The run holds more than ${limits.items} items; "${node}" gave the last. Let it work on fewer at a time.`,
        )
      }
      if (bytes > limits.bytes) {
        const megabytes = Math.round(limits.bytes / 1_048_576)
        throw new RunEnded('limit', `The run holds more than ${megabytes} MB; "${node}" gave the last. Let it work on less at a time.`)
      }
    },
  }
}

function weigh(value: unknown, weighed: WeakSet<object>): number {
  let bytes = 0
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') bytes += next.length + 2
    else if (typeof next !== 'object' || next === null) bytes += 8
    else if (!weighed.has(next)) {
      weighed.add(next)
      bytes += 16
      for (const [key, inner] of Object.entries(next)) {
        bytes += key.length + 3
        open.push(inner)
      }
    }
  }
  return bytes
}
