/**
 * The content of a journal frame: which words of which pages a group of commits changed. Little-endian 32-bit words.
 *   pages of the database afterwards · changed pages
 *   per changed page: its number · count of runs · per run: place of its first word in the page (u16) and count of words (u16) · the words
 */
import { PAGE_WORDS, type PageImage, type PageView } from './image.ts'
import type { PageGroup } from './page-file.ts'

const HEAD_WORDS = 2
const PAGE_PAIRS = PAGE_WORDS / 2
/** Runs are at least two equal words apart, so n of them leave 2(n-1) words out and cost n: at most one word more than the page. */
const MOST_PAGE_WORDS = 2 + PAGE_WORDS + 1
/** The buffer that is kept from one group to the next. */
const KEPT_WORDS = 256 * 1024

/** Turns groups into contents, in one buffer that is used again: a content is valid until the next one. */
export class DeltaEncoder {
  #words = new Uint32Array(16 * MOST_PAGE_WORDS)

  /** Null when nothing differs. */
  encode(group: PageGroup): Uint8Array | null {
    const words = this.#room(HEAD_WORDS + group.pages.length * MOST_PAGE_WORDS)
    let at = HEAD_WORDS
    let changed = 0
    for (const { number, before, after } of group.pages) {
      const end = encodeRuns(before, after, words, at + 2)
      if (end === at + 2) continue
      words[at] = number
      changed++
      at = end
    }
    if (changed === 0 && !group.resized) return null
    words[0] = group.pageCount
    words[1] = changed
    return new Uint8Array(words.buffer, 0, at * 4)
  }

  #room(words: number): Uint32Array {
    if (words <= this.#words.length) return this.#words
    const room = new Uint32Array(Math.max(words, Math.min(2 * this.#words.length, KEPT_WORDS)))
    if (room.length <= KEPT_WORDS) this.#words = room
    return room
  }
}

/** The place of the first word from `from` on, where this one is equal, that may differ. */
function passEqual(before: PageView, after: PageView, from: number): number {
  const [one, other] = [before.pairs, after.pairs]
  let pair = (from + 1) >> 1
  while (pair < PAGE_PAIRS && one[pair] === other[pair]) pair++
  return Math.max(from + 1, pair * 2)
}

/** Writes the runs from `at` on, and their count before it; answers the place behind the last. Two that are one equal word apart are one. */
function encodeRuns(pageBefore: PageView, pageAfter: PageView, out: Uint32Array, at: number): number {
  const [before, after] = [pageBefore.words, pageAfter.words]
  const count = at - 1
  let next = at
  let runs = 0
  for (let word = 0; word < PAGE_WORDS; ) {
    if (before[word] === after[word]) {
      word = passEqual(pageBefore, pageAfter, word)
      continue
    }
    const from = word
    const head = next++
    out[next++] = after[word] as number
    for (word++; word < PAGE_WORDS; word++) {
      if (before[word] !== after[word]) out[next++] = after[word] as number
      else if (word + 1 < PAGE_WORDS && before[word + 1] !== after[word + 1]) out[next++] = after[word] as number
      else break
    }
    out[head] = from | ((next - head - 1) << 16)
    runs++
  }
  out[count] = runs
  return next
}

/** Applies a content to an image. `wrong` makes the error for content that does not fit its own description (a defect, since its checksum was right). */
export function applyDelta(image: PageImage, content: Uint8Array, wrong: (what: string) => Error): void {
  if (content.length % 4 !== 0 || content.length < HEAD_WORDS * 4) throw wrong(`${content.length} bytes, which are no whole words`)
  const aligned = content.byteOffset % 4 === 0 ? content : content.slice()
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
  const [pageCount, pages] = [words[0] as number, words[1] as number]
  image.resize(pageCount)
  let at = HEAD_WORDS
  for (let page = 0; page < pages; page++) {
    const number = words[at] as number
    const runs = words[at + 1] as number
    at += 2
    if (at > words.length || number >= pageCount) throw wrong(`page ${number} of ${pageCount}`)
    for (let run = 0; run < runs; run++) {
      const head = words[at++] as number
      const [from, length] = [head & 0xffff, head >>> 16]
      if (at + length > words.length || from + length > PAGE_WORDS) throw wrong(`a run of ${length} words at ${from} of page ${number}`)
      image.patch(number, from, words, at, length)
      at += length
    }
  }
  if (at !== words.length) throw wrong(`${words.length - at} words too many`)
}
