/**
 * Which entries of a list were moved: the fewest that explain the new order. Those on a longest increasing
 * run of old positions stayed; the others moved (patience sorting, n log n).
 */
export function movedKeys(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const oldPlace = new Map(before.map((key, index) => [key, index]))
  const common = after.filter((key) => oldPlace.has(key))
  const places = common.map((key) => oldPlace.get(key) ?? 0)
  /** tails[n]: the index in `places` of the smallest end of an increasing run of length n + 1. */
  const tails: number[] = []
  const previous: (number | undefined)[] = []
  for (const [index, place] of places.entries()) {
    let low = 0
    for (let high = tails.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((places[tails[middle] ?? 0] ?? 0) < place) low = middle + 1
      else high = middle
    }
    previous[index] = low === 0 ? undefined : tails[low - 1]
    tails[low] = index
  }
  const moved = new Set(common)
  for (let index = tails.at(-1); index !== undefined; index = previous[index]) moved.delete(common[index] ?? '')
  return moved
}
