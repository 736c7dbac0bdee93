/** "Run this persona", asked from anywhere; main.tsx puts the dialog there that answers it. */
import { createSignal } from 'solid-js'

const [asked, setAsked] = createSignal<string>()

/** The persona that is to be run, while its dialog is open. */
export const runAsked = asked

/** Opens the run dialog for a persona, over whatever stands. */
export function askRun(personaId: string | undefined): void {
  setAsked(personaId)
}
