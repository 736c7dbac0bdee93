/** What a new passphrase must have, and how its strength is told. */

/** What is wrong with a new passphrase; undefined: nothing. */
export function passphraseProblem(value: string, again: string): string | undefined {
  if (value.length < 8) return 'At least 8 signs. Four or five unrelated words are easier to keep than signs.'
  if (value !== again) return 'The two are not the same.'
  return undefined
}

const AGES: readonly (readonly [number, string])[] = [
  [1, 'in less than a second'],
  [60, 'within a minute'],
  [3600, 'within an hour'],
  [86_400, 'within a day'],
  [30 * 86_400, 'within a month'],
  [365 * 86_400, 'within a year'],
  [100 * 365 * 86_400, 'within a hundred years'],
]

/** When it is probably found, in words. */
export const foundWhen = (seconds: number): string => AGES.find(([most]) => seconds < most)?.[1] ?? 'not within a hundred years'

export const STRENGTH_WORDS = ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'] as const
