/** What each persona was given last, for the run dialog: one remembered value for all of them, bounded, the oldest leave first. */
import { createRoot, type Signal } from 'solid-js'
import { remembered } from '../../state/mod.ts'

export interface RunGiven {
  readonly input: string
  readonly params: Readonly<Record<string, string>>
}

/** The last one given stands last. */
export type Given = readonly (readonly [personaId: string, given: RunGiven])[]

const PERSONAS = 50
/** Of one persona; a longer input is not kept, and what was kept before stays. */
const ONE_CHARS = 20_000
/** Of all together, below LIMITS.memoryValueChars. */
const ALL_CHARS = 60_000

/** `before` with this one at its end, and without the oldest that no longer fit. */
export function withGiven(before: Given, personaId: string, given: RunGiven): Given {
  if (JSON.stringify(given).length > ONE_CHARS) return before
  let after: Given = [...before.filter(([id]) => id !== personaId), [personaId, given] as const].slice(-PERSONAS)
  while (JSON.stringify(after).length > ALL_CHARS) after = after.slice(1)
  return after
}

let made: Signal<Given> | undefined
/** Made when it is first asked for: only then is it known what the engine remembers. One for all dialogs, so that none overwrites another's. */
function all(): Signal<Given> {
  made ??= createRoot(() => remembered<Given>('run.given', []))
  return made
}

export function lastGiven(personaId: string): RunGiven | undefined {
  return all()[0]().find(([id]) => id === personaId)?.[1]
}

export function keepGiven(personaId: string, given: RunGiven): void {
  const [now, set] = all()
  set(withGiven(now(), personaId, given))
}
