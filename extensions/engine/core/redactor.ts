/**
 * The one redactor. It puts a mask in place of every spelling of every secret of every open lease, in whole texts, in values, and in streams
 * however they are cut. Where secrets overlap, all of their bytes go, behind the mask of the first. Rules: vault/lend/SPEC.md, [RD…].
 */
import { findAll, Image, openFrom } from './redactor-image.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export class Redactor {
  #image: Image | undefined

  /** Looks for what this block holds from now on; null: for nothing. */
  use(block: SharedArrayBuffer | null): void {
    this.#image = block ? new Image(block) : undefined
    if (this.#image?.count === 0) this.#image = undefined
  }

  get image(): Image | undefined {
    return this.#image
  }

  /** The text with masks; the very same text when there is nothing to hide. */
  text(text: string): string {
    const image = this.#image
    if (!image || text.length * 3 < image.window) return text
    const bytes = encoder.encode(text)
    const { out, found } = redact(image, bytes, 0, bytes.length)
    return found ? decoder.decode(joined(out)) : text
  }

  /** A value made of plain objects, lists and texts, names of fields included; the very same value when there is nothing to hide. */
  value<T>(value: T): T {
    return this.#image ? (this.#deep(value, false) as T) : value
  }

  /** The same for free JSON, where a secret of digits alone may stand as a number, and becomes a text. */
  json<T>(value: T): T {
    return this.#image ? (this.#deep(value, true) as T) : value
  }

  /** For one stream of bytes. */
  stream(): RedactingStream {
    return new RedactingStream(this)
  }

  /** For one stream of texts. */
  textStream(): RedactingTextStream {
    return new RedactingTextStream(this)
  }

  #deep(value: unknown, numbers: boolean): unknown {
    if (typeof value === 'string') return this.text(value)
    if (numbers && typeof value === 'number') {
      const text = String(value)
      const clean = this.text(text)
      return clean === text ? value : clean
    }
    if (Array.isArray(value)) {
      const list = value.map((one) => this.#deep(one, numbers))
      return list.every((one, at) => Object.is(one, value[at])) ? value : list
    }
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    const entries = Object.entries(value)
    const clean = entries.map(([name, one]) => [this.text(name), this.#deep(one, numbers)] as const)
    return clean.every(([name, one], at) => name === entries[at]?.[0] && Object.is(one, entries[at]?.[1]))
      ? value
      : Object.fromEntries(clean)
  }
}

function isPlain(value: object): boolean {
  const kind: unknown = Object.getPrototypeOf(value)
  return kind === Object.prototype || kind === null
}

interface Redacted {
  readonly out: readonly Uint8Array[]
  readonly found: boolean
  /** Up to here the text is behind a mask that was put out already; may lie beyond `until`. */
  readonly hidden: number
}

/**
 * What goes out of `text` before `until`, of which the first `hidden` bytes are behind a mask already. A secret that begins before `until`
 * is hidden whole; what begins there or later is for the next time, unless it lies in one that goes on.
 */
function redact(image: Image, text: Uint8Array, hidden: number, until: number): Redacted {
  const found = findAll(image, text)
  const out: Uint8Array[] = []
  let from = hidden
  for (let at = 0; at < found.length; ) {
    const start = found[at] as number
    let [end, mask] = [found[at + 1] as number, found[at + 2] as number]
    // Of those that begin here, the longest.
    for (at += 3; at < found.length && found[at] === start; at += 3) {
      if ((found[at + 1] as number) > end) [end, mask] = [found[at + 1] as number, found[at + 2] as number]
    }
    if (start < from) {
      from = Math.max(from, end)
      continue
    }
    if (start >= until) break
    if (start > from) out.push(text.subarray(from, start))
    out.push(image.mask(mask))
    from = end
  }
  if (from < until) out.push(text.subarray(from, until))
  return { out, found: found.length > 0, hidden: Math.max(from, until) }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const NOTHING = new Uint8Array(0)

/** Holds back only what may still be the beginning of a secret; a chunk without any goes out as it is, uncopied. */
export class RedactingStream {
  readonly #redactor: Redactor
  #held: Uint8Array = NOTHING
  /** Bytes of `#held` that are behind a mask already. */
  #hidden = 0

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  push(chunk: Uint8Array): Uint8Array {
    const { image } = this.#redactor
    if (!image) return this.#held.length === 0 ? chunk : joined([this.end(), chunk])
    const text = this.#held.length === 0 ? chunk : joined([this.#held, chunk])
    const until = openFrom(image, text)
    const { out, hidden } = redact(image, text, this.#hidden, until)
    // Copied: a few bytes must not keep a large chunk alive.
    this.#held = until < text.length ? text.slice(until) : NOTHING
    this.#hidden = hidden - until
    return joined(out)
  }

  /** What was held back. A secret that might have gone on is one all the same. */
  end(): Uint8Array {
    const { image } = this.#redactor
    const held = this.#held
    const hidden = this.#hidden
    this.#held = NOTHING
    this.#hidden = 0
    return image ? joined(redact(image, held, hidden, held.length).out) : held.subarray(Math.min(hidden, held.length))
  }
}

const LONE_END = /[\uD800-\uDBFF]$/

/** The same for texts, which may be cut within a sign of two UTF-16 units. */
export class RedactingTextStream {
  readonly #bytes: RedactingStream
  readonly #redactor: Redactor
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #half = ''
  #holds = false

  constructor(redactor: Redactor) {
    this.#redactor = redactor
    this.#bytes = redactor.stream()
  }

  push(text: string): string {
    if (!this.#redactor.image && !this.#holds) return text
    const whole = this.#half + text
    this.#half = LONE_END.exec(whole)?.[0] ?? ''
    this.#holds = true
    return this.#decoder.decode(this.#bytes.push(encoder.encode(this.#half === '' ? whole : whole.slice(0, -1))), { stream: true })
  }

  end(): string {
    const rest = this.#decoder.decode(this.#bytes.end(), { stream: false }) + this.#half
    this.#half = ''
    this.#holds = false
    return rest
  }
}
