/** Names that Troupe gives by itself: never one that is already there. Upper and lower case count as the same. */
import { LIMITS } from '#contract/plain'

/** The taken names; each name that is given is taken from then on. */
export class Names {
  readonly #taken: Set<string>

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map(fold))
  }

  /** `wanted` if it is free; otherwise "Name 2", "Name 3" … cut so that it still fits. */
  free(wanted: string, tail = ''): string {
    let name = cut(wanted, tail)
    for (let n = 2; this.#taken.has(fold(name)); n += 1) name = cut(wanted, `${tail} ${n}`)
    this.#taken.add(fold(name))
    return name
  }

  /** "Name copy", "Name copy 2" … A copy of a copy counts on, instead of "Name copy copy". */
  copyOf(name: string): string {
    return this.free(name.replace(/ copy(?: \d{1,6})?$/, '') || name, ' copy')
  }
}

function fold(name: string): string {
  return name.trim().normalize('NFC').toLowerCase()
}

/** Cut between whole characters, so that no half of a surrogate pair is left. */
function cut(name: string, tail: string): string {
  let head = ''
  for (const sign of name) {
    if (head.length + sign.length + tail.length > LIMITS.nameChars) break
    head += sign
  }
  return `${head.trimEnd()}${tail}`
}
