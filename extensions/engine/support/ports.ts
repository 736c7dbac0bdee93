/** What the room needs from outside. */
import type { Chance, Clock, Redactor } from '#core'

/** One entry of the bundle. */
export interface SupportPart {
  readonly name: string
  readonly about: string
  /** A text as it is, anything else as JSON. */
  readonly read: () => Promise<unknown>
}

export interface SupportPorts {
  readonly clock: Clock
  readonly chance: Chance
  readonly redactor: Pick<Redactor, 'textStream'>
  readonly parts: readonly SupportPart[]
  /** Words that tell who the person is, and what is written instead. Short ones are passed over. */
  readonly names: readonly { readonly word: string; readonly instead: string }[]
  /** Packs in a thread. */
  readonly pack: (files: Readonly<Record<string, Uint8Array>>) => Promise<Uint8Array>
  readonly digest: (bytes: Uint8Array) => string
  /** Writes a new file, 0600, into the folder of exports; answers its path. DISK when it cannot. */
  readonly writeExport: (name: string, bytes: Uint8Array) => Promise<string>
}
