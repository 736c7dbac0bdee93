/** Finds by letters in order, as in "rdg" for "Run Disk Guardian". Better: starts of words, letters side by side, an early start. */

export interface Match {
  /** Higher is better; only comparable for one query. */
  readonly score: number
  /** Places of the letters in the text, ascending. */
  readonly places: readonly number[]
}

const WORD_START = 12
const SIDE_BY_SIDE = 8
const WHOLE_START = 10
const GAP = 0.4

/** undefined: it does not match. An empty query matches everything, with score 0. Spaces in the query match anything. */
export function fuzzy(query: string, text: string): Match | undefined {
  const wanted = [...query.toLowerCase()].filter((sign) => sign.trim() !== '')
  if (wanted.length === 0) return { score: 0, places: [] }
  const low = text.toLowerCase()
  let best: Match | undefined
  // From each place where the first letter stands: greedy from there is good enough for titles, and linear in their length.
  for (let start = low.indexOf(wanted[0] ?? ''); start !== -1; start = low.indexOf(wanted[0] ?? '', start + 1)) {
    const match = from(low, wanted, start)
    if (!match) break
    if (!best || match.score > best.score) best = match
  }
  return best
}

function from(text: string, wanted: readonly string[], start: number): Match | undefined {
  const places = [start]
  let score = startsWord(text, start) ? WORD_START : 0
  if (start === 0) score += WHOLE_START
  for (const sign of wanted.slice(1)) {
    const last = places.at(-1) ?? 0
    const at = nextPlace(text, sign, last + 1)
    if (at === -1) return undefined
    if (at === last + 1) score += SIDE_BY_SIDE
    else if (startsWord(text, at)) score += WORD_START
    score -= (at - last - 1) * GAP
    places.push(at)
  }
  return { score: score - (text.length - wanted.length) * 0.05, places }
}

/** Side by side if possible, else the next start of a word, else the next one at all. */
function nextPlace(text: string, sign: string, from: number): number {
  if (text[from] === sign) return from
  const first = text.indexOf(sign, from)
  for (let at = first; at !== -1; at = text.indexOf(sign, at + 1)) if (startsWord(text, at)) return at
  return first
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[\s\-_/.:(]/.test(text[at - 1] ?? '')
}

export interface Ranked<T> {
  readonly item: T
  readonly places: readonly number[]
}

/** Items that match, best first; equals keep their order. `also` is searched too, for less. */
export function rank<T>(query: string, items: readonly T[], title: (item: T) => string, also: (item: T) => string): readonly Ranked<T>[] {
  const found: { item: T; places: readonly number[]; score: number }[] = []
  for (const item of items) {
    const match = fuzzy(query, title(item))
    const other = match ? undefined : fuzzy(query, also(item))
    if (match) found.push({ item, places: match.places, score: match.score })
    else if (other && other.score > 0) found.push({ item, places: [], score: other.score - 30 })
  }
  return found.sort((a, b) => b.score - a.score)
}
