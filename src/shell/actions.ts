/** Everything that can be done, in one list: screens register their actions while they stand; the palette and the keys read it. */
import { type Accessor, createMemo, createRoot, createSignal, onCleanup } from 'solid-js'
import type { IconPart } from '../look/icons.ts'

export interface Action {
  /** Unique, e.g. `persona.new`. */
  readonly id: string
  /** A verb and its object, e.g. "New persona". */
  readonly title: string
  /** Heading in the palette and in the list of shortcuts. */
  readonly section: 'Here' | 'Go to' | 'Personas' | 'Runs' | 'Window'
  /** More words to be found by. */
  readonly keywords?: string
  readonly icon?: IconPart
  /** `mod+s`, or keys one after the other: `g p`. Single keys and sequences sleep while a text is edited. */
  readonly shortcut?: string
  readonly run: () => unknown
}

const [sources, setSources] = createSignal<readonly Accessor<readonly Action[]>[]>([])

/** All actions now; those of the screen that stands come first. */
export const actions: Accessor<readonly Action[]> = createRoot(() => createMemo(() => sources().flatMap((source) => source())))

/** Registers actions for as long as the calling component stands. Reactive: they may depend on signals. */
export function useActions(source: Accessor<readonly Action[]>): void {
  const list = createMemo(source)
  setSources((before) => [list, ...before])
  onCleanup(() => setSources((before) => before.filter((one) => one !== list)))
}
