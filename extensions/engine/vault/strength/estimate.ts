/**
 * How long a passphrase would hold against somebody who has the vault's file and one good graphics card: 10,000 guesses a second
 * through 600,000 rounds of PBKDF2-HMAC-SHA256. The estimate is zxcvbn's (Wheeler, USENIX Security 2016), with its dictionary of
 * leaked passwords; the words are ours.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { PassphraseStrength } from '#contract'

const GUESSES_A_SECOND = 10_000
/** What is beyond it is not looked at: the rest can only make it stronger. */
const LOOKED_AT_CHARS = 100

const WARNINGS: Readonly<Record<string, string>> = {
  topTen: 'This is one of the ten most used passwords.',
  topHundred: 'This is one of the hundred most used passwords.',
  common: 'This is a much used password.',
  similarToCommon: 'This is close to a much used password.',
  straightRow: 'Straight rows of keys are guessed first.',
  keyPattern: 'Patterns on the keyboard are guessed early.',
  simpleRepeat: 'Repeated signs add next to nothing.',
  extendedRepeat: 'A repeated piece is little stronger than the piece.',
  sequences: 'Sequences such as abc or 6543 are guessed first.',
  recentYears: 'Recent years are guessed early.',
  dates: 'Dates are guessed early.',
  wordByItself: 'A single word is guessed in no time.',
  namesByThemselves: 'A name by itself is guessed in no time.',
  commonNames: 'Names are guessed early.',
}
const ADVICE: Readonly<Record<string, string>> = {
  anotherWord: 'Add a word or two that have nothing to do with it.',
  useWords: 'Use several words that do not belong together.',
  l33t: 'Swapping letters for look-alike signs helps little.',
  reverseWords: 'Writing a word backwards helps little.',
  allUppercase: 'Capitals throughout help little.',
  capitalization: 'A capital at the beginning helps little.',
  dates: 'Leave out dates and years that have to do with you.',
  recentYears: 'Leave out recent years.',
  associatedYears: 'Leave out years that have to do with you.',
  sequences: 'Leave out sequences.',
  repeated: 'Leave out repetitions.',
  longerKeyboardPattern: 'Leave out keyboard patterns.',
}

/** Making one takes some 30 ms (its dictionary is unpacked); asking it takes 1 to 10. */
export function makeEstimator(): (passphrase: string) => PassphraseStrength {
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  return (passphrase) => {
    const { score, guessesLog10, feedback } = zxcvbn.check(passphrase.slice(0, LOOKED_AT_CHARS))
    return {
      score,
      guessesLog10: Math.round(guessesLog10 * 10) / 10,
      crackSeconds: 10 ** guessesLog10 / 2 / GUESSES_A_SECOND,
      warning: WARNINGS[feedback.warning ?? ''] ?? '',
      advice: feedback.suggestions.map((key) => ADVICE[key]).filter((words) => words !== undefined),
    }
  }
}
