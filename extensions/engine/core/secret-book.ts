/**
 * Which secrets are known just now. Who lends a value puts it in here first and takes it out last; each change is published as one new block,
 * and the block before it is wiped. The main thread has the book; run threads get the block.
 */

import { Redactor } from './redactor.ts'
import { formsOf, MAX_SECRET_BYTES, MIN_SECRET_BYTES, trimmed } from './redactor-forms.ts'
import { Image, makeImage } from './redactor-image.ts'

export interface KnownSecret {
  /** What stands in its place, e.g. `{{credential.github.token}}`. */
  readonly mask: string
  readonly value: string | Uint8Array
}

/** Why a value cannot be kept out of texts, as a sentence without the value; undefined: it can. */
export function whyNotMasked(value: string | Uint8Array): string | undefined {
  const length = trimmed(typeof value === 'string' ? new TextEncoder().encode(value) : value).length
  if (length < MIN_SECRET_BYTES) return `it is shorter than ${MIN_SECRET_BYTES} bytes, and would be found in too many innocent texts`
  return length > MAX_SECRET_BYTES ? `it is longer than ${MAX_SECRET_BYTES} bytes` : undefined
}

interface Held {
  readonly mask: Uint8Array
  readonly forms: readonly Uint8Array[]
}

/** Takes a new block (null: nothing is known), and says `taken` once it looks no more at the one before. */
export type BookReader = (block: SharedArrayBuffer | null, taken: () => void) => void

export class SecretBook {
  /** The main thread's own. */
  readonly redactor = new Redactor()
  readonly #held = new Set<readonly Held[]>()
  /** Each reader with the number of the block that it has taken. */
  readonly #readers = new Map<BookReader, number>()
  /** Blocks that are not wiped yet, by number, ascending; the last is the present one. */
  readonly #blocks = new Map<number, SharedArrayBuffer>()
  #number = 0

  /** From now on these are looked for, until the answer is called. Values of which `whyNotMasked` says something are passed over. */
  hold(secrets: readonly KnownSecret[]): () => void {
    const held = secrets
      .filter(({ value }) => whyNotMasked(value) === undefined)
      .map(({ mask, value }) => ({ mask: new TextEncoder().encode(mask), forms: formsOf(value) }))
    if (held.length === 0) return () => undefined
    this.#held.add(held)
    this.#publish()
    return () => {
      if (!this.#held.delete(held)) return
      for (const { forms } of held) for (const form of forms) form.fill(0)
      this.#publish()
    }
  }

  /** Calls with the present block at once, and with each new one; the answer ends it. */
  read(reader: BookReader): () => void {
    this.#readers.set(reader, 0)
    this.#hand(reader, this.#number)
    return () => {
      this.#readers.delete(reader)
      this.#wipe()
    }
  }

  #publish(): void {
    this.#number++
    const held = [...this.#held].flat()
    const patterns = held.flatMap(({ forms }, mask) => forms.map((bytes) => ({ bytes, mask })))
    const masks = held.map(({ mask }) => mask)
    const block = patterns.length === 0 ? null : makeImage(patterns, masks)
    if (block) this.#blocks.set(this.#number, block)
    this.redactor.use(block)
    for (const reader of this.#readers.keys()) this.#hand(reader, this.#number)
    this.#wipe()
  }

  #hand(reader: BookReader, number: number): void {
    reader(this.#blocks.get(number) ?? null, () => {
      const before = this.#readers.get(reader)
      if (before === undefined || before >= number) return
      this.#readers.set(reader, number)
      this.#wipe()
    })
  }

  /** A block is wiped only when every reader has a newer one: one that looked at a wiped block would hide nothing. */
  #wipe(): void {
    const oldest = Math.min(this.#number, ...this.#readers.values())
    for (const [number, block] of this.#blocks) {
      if (number >= oldest) return
      new Image(block).wipe()
      this.#blocks.delete(number)
    }
  }
}
