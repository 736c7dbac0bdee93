/** What a new client may do, as sets that people would ask for, and as methods of the contract by name. */
import type { Contract } from '#contract'

type Methods<C> = { [Room in keyof C & string]: `${Room}.${keyof C[Room] & string}` }[keyof C & string]
type Method = Methods<Contract>

export const GRANTS = ['all', 'run', 'look', 'named'] as const
export type Grant = (typeof GRANTS)[number]

export const GRANT_WORDS: Readonly<Record<Grant, string>> = {
  all: 'Everything that you may do',
  run: 'Run personas and follow the runs',
  look: 'Look at personas and runs, and change nothing',
  named: 'Only the methods that I name',
}

const LOOK: readonly Method[] = ['engine.status', 'persona.list', 'persona.get', 'run.list', 'run.get', 'run.follow']
const SETS: Readonly<Record<Exclude<Grant, 'named'>, readonly string[]>> = {
  all: ['*'],
  look: LOOK,
  run: [...LOOK, 'run.start' satisfies Method, 'run.cancel' satisfies Method],
}

/** Names as they were typed, between commas, spaces or lines. */
export function scopesOf(grant: Grant, typed: string): readonly string[] {
  return grant === 'named' ? [...new Set(typed.split(/[\s,]+/).filter((name) => name !== ''))] : SETS[grant]
}

/** What is wrong with the names; undefined when nothing is. */
export function scopeProblem(scopes: readonly string[]): string | undefined {
  if (scopes.length === 0) return 'Name at least one, for example run.start.'
  const odd = scopes.find((name) => name !== '*' && !/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(name))
  return odd === undefined ? undefined : `A method is called like run.start, and "${odd}" came.`
}
