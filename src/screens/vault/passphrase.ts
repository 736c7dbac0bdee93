/** What a new passphrase must have, and how its strength is told. */

export const isTooShort = (value: string): boolean => value.length < 8

/** What is wrong with a new passphrase; undefined: nothing. */
export function passphraseProblem(value: string, again: string): string | undefined {
  if (isTooShort(value)) return 'At least 8 signs. Four or five unrelated words are easier to keep than signs.'
  if (value !== again) return 'The two are not the same.'
  return undefined
}

const AGES: readonly (readonly [number, string])[] = [
  [1, 'would find it in less than a second'],
  [60, 'would probably find it within a minute'],
  [3600, 'would probably find it within an hour'],
  [86_400, 'would probably find it within a day'],
  [30 * 86_400, 'would probably find it within a month'],
  [365 * 86_400, 'would probably find it within a year'],
  [100 * 365 * 86_400, 'would probably find it within a hundred years'],
]

/** When it is found, in words: the end of "Somebody with this computer’s files …". */
export const foundWhen = (seconds: number): string => AGES.find(([most]) => seconds < most)?.[1] ?? 'would need more than a hundred years'

export const STRENGTH_WORDS = ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'] as const
