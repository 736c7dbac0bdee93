/** Passwords from chance. */
import { customRandom } from 'nanoid'
import { type GenerateAsked, type Generated, generateAsked } from '#contract'
import { type Chance, TroupeError } from '#core'

const KINDS = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  // Those that shells, URLs and CSV files mostly leave alone.
  signs: '!#%*+-.:=?@^_~',
} as const
const ALIKE = /[Il1|O0o]/g

/**
 * Every password with at least one sign of each kind is equally likely: nanoid draws without bias (it drops what is beyond the
 * alphabet), and a password that misses a kind is dropped whole. `bits` counts what is left after that.
 */
export function generatePassword(asked: GenerateAsked, chance: Chance): Generated {
  const { length, readable, ...wanted } = generateAsked.parse(asked)
  const kinds = (['lower', 'upper', 'digits', 'signs'] as const)
    .filter((kind) => wanted[kind])
    .map((kind) => (readable ? KINDS[kind].replace(ALIKE, '') : KINDS[kind]))
  if (kinds.length === 0) throw new TroupeError('INVALID', 'A password needs at least one kind of sign.')
  const draw = customRandom(kinds.join(''), length, (count) => chance.bytes(count))
  for (;;) {
    const password = draw()
    if (kinds.every((kind) => [...kind].some((sign) => password.includes(sign)))) return { password, bits: bitsOf(length, kinds) }
  }
}

/** log2 of the number of passwords with at least one of each kind, by inclusion and exclusion; rounded down to a tenth. */
function bitsOf(length: number, kinds: readonly string[]): number {
  const all = kinds.reduce((sum, kind) => sum + kind.length, 0)
  let share = 0
  for (let left = 0; left < 2 ** kinds.length; left += 1) {
    const without = kinds.filter((_, index) => (left >> index) & 1)
    const rest = all - without.reduce((sum, kind) => sum + kind.length, 0)
    share += (without.length % 2 === 0 ? 1 : -1) * (rest / all) ** length
  }
  return Math.floor((length * Math.log2(all) + Math.log2(share)) * 10) / 10
}
