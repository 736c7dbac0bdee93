/** The program of the expressions' box, put together once. */
import { bridgePart } from '../../sandbox/guest/bridge.ts'
import { codecPart } from '../../sandbox/guest/codec.ts'
import { datesPart } from '../../sandbox/guest/dates.ts'
import { freezePart } from '../../sandbox/guest/freeze.ts'
import { guardsPart } from '../../sandbox/guest/guards.ts'
import { localePart } from '../../sandbox/guest/locale.ts'
import { guestConstant, guestProgram } from '../../sandbox/guest-text.ts'
import { METHOD_NAMES, METHODS } from '../method-names.ts'
import { REFUSED_NAMES } from '../rewrite.ts'
import { evaluatePart } from './evaluate.ts'
import { extendPart } from './extend.ts'
import { listsPart } from './lists.ts'
import { markdownPart } from './markdown.ts'
import { namesPart } from './names.ts'
import { numbersPart } from './numbers.ts'
import { recordsPart } from './records.ts'
import { scopePart } from './scope.ts'
import { textsPart } from './texts.ts'
import { timesPart } from './times.ts'

let made: string | undefined

export function expressionProgram(): string {
  made ??= guestProgram([
    bridgePart,
    codecPart,
    guardsPart,
    datesPart,
    localePart,
    freezePart,
    guestConstant('kinds', kindsByName()),
    guestConstant('refused', REFUSED_NAMES),
    // As observed: in an expression `Date()` without `new` is nothing.
    guestConstant('dateNeedsNew', true),
    extendPart,
    textsPart,
    markdownPart,
    numbersPart,
    listsPart,
    recordsPart,
    timesPart,
    scopePart,
    namesPart,
    evaluatePart,
  ])
  return made
}

function kindsByName(): Record<string, readonly string[]> {
  const kinds = Object.entries(METHODS) as [string, readonly string[]][]
  return Object.fromEntries(METHOD_NAMES.map((name) => [name, kinds.filter(([, names]) => names.includes(name)).map(([kind]) => kind)]))
}
