/**
 * What is looked for, as one shared block of memory: made on the main thread, read by every run thread, and wiped in one go for all of them.
 * Nothing in it is a JavaScript string. A reader that still scans while it is wiped finds nothing and comes to its end.
 *
 * The search is Wu and Manber's (A fast algorithm for multi-pattern searching, 1994): the first `window` bytes of every pattern are cut into
 * blocks of three; a table says for the block under the window's end how far the window may move without passing over a beginning. Only where it
 * may not move are patterns compared. Aho and Corasick's automaton reads every byte, and needs 70 MB for a hundred secrets in all their spellings.
 */

const BLOCK = 3
/** A longer window moves faster, and fills the table: measured best for some thousand patterns. */
const WINDOW_MAX = 20
const BITS = { min: 10, max: 17 }
/** Numbers at the head of the block, by place. */
const HEAD = { patterns: 0, window: 1, longest: 2, bits: 3, masks: 4, size: 5 } as const

export interface Pattern {
  readonly bytes: Uint8Array
  /** Which mask stands for it. */
  readonly mask: number
}

/** Compares as memcmp does. */
function order(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = (a[at] as number) - (b[at] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Patterns of at least BLOCK bytes. Of two that are equal the first counts. */
export function makeImage(given: readonly Pattern[], masks: readonly Uint8Array[]): SharedArrayBuffer {
  const patterns = given
    .toSorted((a, b) => order(a.bytes, b.bytes))
    .filter((one, at, all) => at === 0 || order((all[at - 1] as Pattern).bytes, one.bytes) !== 0)
  const window = Math.min(WINDOW_MAX, ...patterns.map(({ bytes }) => bytes.length))
  const blocks = patterns.length * Math.max(1, window - BLOCK + 1)
  const bits = Math.min(BITS.max, Math.max(BITS.min, Math.ceil(Math.log2(blocks * 4))))
  const buffer = new SharedArrayBuffer(sizeOf(patterns, masks, bits))
  const head = new Int32Array(buffer, 0, HEAD.size)
  head.set([patterns.length, window, Math.max(0, ...patterns.map(({ bytes }) => bytes.length)), bits, masks.length])
  fill(new Image(buffer), patterns, masks)
  return buffer
}

const sum = (rows: readonly Uint8Array[]): number => rows.reduce((total, row) => total + row.length, 0)

function sizeOf(patterns: readonly Pattern[], masks: readonly Uint8Array[], bits: number): number {
  const numbers = HEAD.size + (2 ** bits + 1) + patterns.length + (patterns.length + 1) + patterns.length + (masks.length + 1)
  return 4 * numbers + 2 ** bits + 2 ** 13 + sum(patterns.map(({ bytes }) => bytes)) + sum(masks)
}

/** The block's parts, in their order: numbers first, so that they are aligned. */
export class Image {
  readonly buffer: SharedArrayBuffer
  readonly count: number
  readonly window: number
  readonly longest: number
  readonly bits: number
  /** Where the patterns of each block begin in `listed`. */
  readonly firsts: Int32Array
  readonly listed: Int32Array
  /** Where each pattern begins in `rows`; sorted as memcmp does. */
  readonly starts: Int32Array
  readonly maskOf: Int32Array
  readonly maskStarts: Int32Array
  readonly shifts: Uint8Array
  /** One bit for each pair of bytes with which a pattern begins. */
  readonly beginnings: Uint8Array
  readonly rows: Uint8Array
  readonly masks: Uint8Array

  constructor(buffer: SharedArrayBuffer) {
    const [count = 0, window = 0, longest = 0, bits = 0, maskCount = 0] = new Int32Array(buffer, 0, HEAD.size)
    let at = 4 * HEAD.size
    const numbers = (length: number): Int32Array => {
      at += 4 * length
      return new Int32Array(buffer, at - 4 * length, length)
    }
    const bytes = (length: number): Uint8Array => {
      at += length
      return new Uint8Array(buffer, at - length, length)
    }
    this.buffer = buffer
    this.count = count
    this.window = window
    this.longest = longest
    this.bits = bits
    this.firsts = numbers(2 ** bits + 1)
    this.listed = numbers(count)
    this.starts = numbers(count + 1)
    this.maskOf = numbers(count)
    this.maskStarts = numbers(maskCount + 1)
    this.shifts = bytes(2 ** bits)
    this.beginnings = bytes(2 ** 13)
    this.rows = bytes(this.starts[count] ?? 0)
    this.masks = bytes(this.maskStarts[maskCount] ?? 0)
  }

  mask(number: number): Uint8Array {
    return this.masks.slice(this.maskStarts[number], this.maskStarts[number + 1])
  }

  /** Overwrites everything, for every thread that holds it. */
  wipe(): void {
    new Uint8Array(this.buffer).fill(0)
  }
}

const hash = (a: number, b: number, c: number, bits: number): number => Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> (32 - bits)

function fill(empty: Image, patterns: readonly Pattern[], masks: readonly Uint8Array[]): void {
  offsets(
    empty.starts,
    patterns.map(({ bytes }) => bytes),
  )
  offsets(empty.maskStarts, masks)
  // Now that the offsets are known, the last two parts have their length.
  const image = new Image(empty.buffer)
  const { window, bits } = image
  image.shifts.fill(Math.max(1, window - BLOCK + 1))
  const lastBlocks = new Int32Array(patterns.length)
  for (const [number, { bytes, mask }] of patterns.entries()) {
    image.rows.set(bytes, image.starts[number])
    image.maskOf[number] = mask
    const [a = 0, b = 0] = bytes
    const pair = (a << 8) | b
    image.beginnings[pair >> 3] = (image.beginnings[pair >> 3] as number) | (1 << (pair & 7))
    for (let end = BLOCK; end <= window; end++) {
      const block = hash(bytes[end - 3] as number, bytes[end - 2] as number, bytes[end - 1] as number, bits)
      if ((image.shifts[block] as number) > window - end) image.shifts[block] = window - end
      lastBlocks[number] = block
    }
  }
  for (const [number, mask] of masks.entries()) image.masks.set(mask, image.maskStarts[number])
  listByBlock(image, lastBlocks)
}

/** A counting sort: how many patterns each block has, where its first one comes, and then each pattern at its place. */
function listByBlock({ firsts, listed }: Image, lastBlocks: Int32Array): void {
  for (const block of lastBlocks) firsts[block + 1] = (firsts[block + 1] as number) + 1
  for (let block = 1; block < firsts.length; block++) firsts[block] = (firsts[block] as number) + (firsts[block - 1] as number)
  const taken = new Map<number, number>()
  for (const [number, block] of lastBlocks.entries()) {
    const before = taken.get(block) ?? 0
    taken.set(block, before + 1)
    listed[(firsts[block] as number) + before] = number
  }
}

function offsets(into: Int32Array, rows: readonly Uint8Array[]): void {
  let at = 0
  for (const [number, row] of rows.entries()) {
    at += row.length
    into[number + 1] = at
  }
}

/** Every place where a pattern lies, also within another, as `start, end, mask`, in ascending order of starts. */
export function findAll(image: Image, text: Uint8Array): readonly number[] {
  const { shifts, firsts, listed, window, bits, starts, rows, maskOf } = image
  const found: number[] = []
  const length = text.length
  const by = 32 - bits
  let end = window - 1
  if (end < BLOCK - 1) return found
  while (end < length) {
    const block = Math.imul(((text[end - 2] as number) << 16) | ((text[end - 1] as number) << 8) | (text[end] as number), 0x9e3779b1) >>> by
    const shift = shifts[block] as number
    if (shift > 0) {
      end += shift
      continue
    }
    const from = end - window + 1
    const last = firsts[block + 1] as number
    for (let at = firsts[block] as number; at < last; at++) {
      const number = listed[at] as number
      const row = starts[number] as number
      const size = (starts[number + 1] as number) - row
      if (size === 0 || from + size > length || !same(rows, row, text, from, size)) continue
      found.push(from, from + size, maskOf[number] as number)
    }
    end++
  }
  return found
}

function same(rows: Uint8Array, row: number, text: Uint8Array, from: number, size: number): boolean {
  for (let at = 0; at < size; at++) if (rows[row + at] !== text[from + at]) return false
  return true
}

/** Where the longest end of the text begins that is the beginning of a pattern and not all of it; the text's length when there is none. */
export function openFrom(image: Image, text: Uint8Array): number {
  const { beginnings, longest } = image
  const length = text.length
  for (let at = Math.max(0, length - longest + 1); at < length; at++) {
    if (at + 1 < length) {
      const pair = ((text[at] as number) << 8) | (text[at + 1] as number)
      if (((beginnings[pair >> 3] as number) & (1 << (pair & 7))) === 0) continue
    }
    if (begins(image, text, at)) return at
  }
  return length
}

/** Whether a pattern begins with the whole rest of the text and goes on. The patterns are sorted: such a one is the first that is not before the rest. */
function begins(image: Image, text: Uint8Array, from: number): boolean {
  let low = 0
  let high = image.count
  while (low < high) {
    const middle = (low + high) >> 1
    // Equal counts as before: a pattern that ends here does not go on.
    if (compare(image, middle, text, from) <= 0) low = middle + 1
    else high = middle
  }
  if (low >= image.count) return false
  const row = image.starts[low] as number
  const rest = text.length - from
  return (image.starts[low + 1] as number) - row > rest && same(image.rows, row, text, from, rest)
}

function compare({ rows, starts }: Image, number: number, text: Uint8Array, from: number): number {
  const row = starts[number] as number
  const size = (starts[number + 1] as number) - row
  const rest = text.length - from
  const length = Math.min(size, rest)
  for (let at = 0; at < length; at++) {
    const difference = (rows[row + at] as number) - (text[from + at] as number)
    if (difference !== 0) return difference
  }
  return size - rest
}
