/**
 * The content of a journal frame: which bytes of which pages a group of commits changed. Little-endian.
 *   u32 length of the whole content · u32 pages of the database afterwards · u32 changed pages
 *   per changed page: u32 number · u16 runs · per run: u16 offset · u16 length · bytes
 */
import type { PageImage } from './image.ts'
import { PAGE_BYTES, type PageGroup } from './page-file.ts'

const HEAD_BYTES = 12
/** A run header costs 4 bytes, so equal stretches up to one word are cheaper inside a run. */
const WORD = 4

export function encodeDelta(group: PageGroup): Uint8Array {
  // Runs are at least two equal words apart, so n of them leave 2(n-1) words out and cost n: at most one word more than the page.
  const bytes = new Uint8Array(HEAD_BYTES + group.pages.length * (6 + PAGE_BYTES + WORD))
  const view = new DataView(bytes.buffer)
  let at = HEAD_BYTES
  for (const { number, before, after } of group.pages) {
    const head = at
    let runs = 0
    at += 6
    for (const [from, to] of changedRuns(before, after)) {
      view.setUint16(at, from, true)
      view.setUint16(at + 2, to - from, true)
      bytes.set(after.subarray(from, to), at + 4)
      at += 4 + to - from
      runs++
    }
    view.setUint32(head, number, true)
    view.setUint16(head + 4, runs, true)
  }
  view.setUint32(0, at, true)
  view.setUint32(4, group.pageCount, true)
  view.setUint32(8, group.pages.length, true)
  return bytes.subarray(0, at)
}

/** Stretches [from, to) of differing words; two that are one equal word apart are one. */
function* changedRuns(before: Uint8Array, after: Uint8Array): Generator<readonly [number, number]> {
  const old = new Uint32Array(before.buffer, before.byteOffset, PAGE_BYTES / WORD)
  const now = new Uint32Array(after.buffer, after.byteOffset, PAGE_BYTES / WORD)
  let from = -1
  let to = -1
  for (let word = 0; word < old.length; word++) {
    if (old[word] === now[word]) continue
    if (from >= 0 && word - to > 1) {
      yield [from * WORD, to * WORD]
      from = word
    }
    if (from < 0) from = word
    to = word + 1
  }
  if (from >= 0) yield [from * WORD, to * WORD]
}

/** Applies a content to an image. `wrong` makes the error for content that does not fit its own description (a defect, since its checksums were right). */
export function applyDelta(image: PageImage, content: Uint8Array, wrong: (what: string) => Error): void {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const pageCount = view.getUint32(4, true)
  const pages = view.getUint32(8, true)
  image.resize(pageCount)
  let at = HEAD_BYTES
  for (let page = 0; page < pages; page++) {
    const number = view.getUint32(at, true)
    const runs = view.getUint16(at + 4, true)
    at += 6
    if (number >= pageCount) throw wrong(`page ${number} of ${pageCount}`)
    for (let run = 0; run < runs; run++) {
      const offset = view.getUint16(at, true)
      const length = view.getUint16(at + 2, true)
      if (offset + length > PAGE_BYTES || at + 4 + length > content.length)
        throw wrong(`a run of ${length} bytes at ${offset} of page ${number}`)
      image.patch(number, offset, content.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
  }
  if (at !== content.length) throw wrong(`${content.length - at} bytes too many`)
}
