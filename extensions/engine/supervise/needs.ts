/** Which services need which: circles, who is wanted because of whom, and the order of an end. */
import type { ServiceDoc } from '#contract'

type Docs = ReadonlyMap<string, Pick<ServiceDoc, 'id' | 'needs'>>

/** The ids of one circle, first one twice; undefined: there is none through `from`. */
export function circleThrough(docs: Docs, from: string): readonly string[] | undefined {
  const seen = new Set<string>()
  const walk = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (id === from && path.length > 0) return [...path, id]
    if (seen.has(id)) return undefined
    seen.add(id)
    for (const need of docs.get(id)?.needs ?? []) {
      const found = walk(need, [...path, id])
      if (found) return found
    }
    return undefined
  }
  return walk(from, [])
}

/** Those that are wanted for themselves, and all that they need; never one that is `heldOff`. */
export function withNeeds(docs: Docs, first: Iterable<string>, heldOff: (id: string) => boolean): ReadonlySet<string> {
  const wanted = new Set<string>()
  const add = (id: string): void => {
    if (wanted.has(id) || heldOff(id) || !docs.has(id)) return
    wanted.add(id)
    for (const need of docs.get(id)?.needs ?? []) add(need)
  }
  for (const id of first) add(id)
  return wanted
}

/** Layers: those of the first are needed by nobody, those of each next one only by those before. */
export function endOrder(docs: Docs): readonly (readonly string[])[] {
  const left = new Map(docs)
  const layers: string[][] = []
  while (left.size > 0) {
    const needed = new Set([...left.values()].flatMap(({ needs }) => needs))
    const free = [...left.keys()].filter((id) => !needed.has(id))
    // A circle cannot be saved; were there one, all of it goes at once.
    const layer = free.length > 0 ? free : [...left.keys()]
    layers.push(layer)
    for (const id of layer) left.delete(id)
  }
  return layers
}
