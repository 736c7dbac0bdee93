/** Keyboard shortcuts: what was pressed, matched against `mod+k` (one chord) or `g p` (one after the other). */

export interface Press {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** Between two keys of a sequence. */
const SEQUENCE_MS = 900

const NAMED: Readonly<Record<string, string>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right', ' ': 'space' }

/** A press as it is written in a shortcut. Shift is named only with a named key: `?` is `?`, however it is typed. */
export function chordOf(press: Press, mac: boolean): string {
  const key = NAMED[press.key] ?? (press.key.length === 1 ? press.key.toLowerCase() : press.key.toLowerCase())
  const mod = mac ? press.metaKey : press.ctrlKey
  const letter = press.key.length === 1
  const cased = letter && /[a-z]/i.test(press.key)
  return [mod && 'mod', press.altKey && 'alt', press.shiftKey && (!letter || (cased && mod)) && 'shift', key].filter(Boolean).join('+')
}

/** Whether a shortcut works while a text is edited: only with a modifier. */
export function worksInText(shortcut: string): boolean {
  return /^(mod|alt)\+/.test(shortcut)
}

export interface Matcher {
  /** The shortcut that this press completes; undefined when none, or a sequence has only begun. */
  press(press: Press, shortcuts: readonly string[], now: number): string | undefined
}

export function makeMatcher(mac: boolean): Matcher {
  let begun: { readonly chord: string; readonly at: number } | undefined
  return {
    press(press, shortcuts, now) {
      if (['Control', 'Meta', 'Alt', 'Shift'].includes(press.key)) return undefined
      const chord = chordOf(press, mac)
      const sequence = begun && now - begun.at <= SEQUENCE_MS ? `${begun.chord} ${chord}` : undefined
      begun = undefined
      if (sequence !== undefined && shortcuts.includes(sequence)) return sequence
      if (shortcuts.includes(chord)) return chord
      if (shortcuts.some((shortcut) => shortcut.startsWith(`${chord} `))) begun = { chord, at: now }
      return undefined
    },
  }
}
