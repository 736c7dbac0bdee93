/** Where the program lies that a person started: a packed one runs from a cache, and is told by its boot where it came from. */

/** What the boot of a packed program leaves for the rest of its process. */
export interface ProgramPlace {
  /** The folder that a person sees the program in: `troupe-data` is looked for there. */
  readonly folder: string
  /** The single executable, which an update replaces; undefined in a slim folder. */
  readonly program?: string
}

/** A symbol of the process and no variable of the environment: children of another Troupe must not inherit it. */
const KEY = Symbol.for('troupe.program')
const holder = globalThis as { [KEY]?: ProgramPlace }

export function setProgramPlace(place: ProgramPlace): void {
  holder[KEY] = place
}

/** Undefined: not packed; the program lies where its files lie. */
export function programPlace(): ProgramPlace | undefined {
  return holder[KEY]
}
