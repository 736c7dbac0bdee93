/**
 * `{{name}}` in a text. One pass, from left to right: what was filled in is never looked at again, so a placeholder
 * inside a parameter's value or the input stays the plain text that it is. `{{{{` writes `{{`. Spaces inside the braces do not count.
 * A placeholder that nobody knows stays as it is written, and is reported.
 */
import { LIMITS } from '#contract/plain'
import { TroupeError } from '#core'

/** The name is bounded so that a text full of open braces costs no more than its length. */
const PLACEHOLDER = /\{\{\{\{|\{\{([^{}]{0,120})\}\}/g

/** What may be filled in, by name as written between the braces. */
export type Values = ReadonlyMap<string, string>

/** How much may still be filled in, over all texts of one run: `{{input}}` written often must not become a text without end. */
export interface Allowance {
  charsLeft: number
}

export function newAllowance(): Allowance {
  return { charsLeft: LIMITS.promptChars }
}

/** Fills `text` in, and tells each name that it used or did not know. TOO_LARGE when the allowance is used up. */
export function fillIn(text: string, values: Values, allowance: Allowance, seen: (name: string, known: boolean) => void): string {
  take(allowance, text.length)
  return text.replace(PLACEHOLDER, (written: string, inner: string | undefined) => {
    if (inner === undefined) return '{{'
    const name = inner.trim()
    const value = values.get(name)
    if (name !== '') seen(name, value !== undefined)
    if (value === undefined) return written
    take(allowance, value.length)
    return value
  })
}

function take(allowance: Allowance, chars: number): void {
  allowance.charsLeft -= chars
  if (allowance.charsLeft >= 0) return
  throw new TroupeError(
    'TOO_LARGE',
    `With its placeholders filled in, this persona's text is longer than ${LIMITS.promptChars} characters.`,
    {
      hint: 'Shorten the input, or write {{input}} fewer times.',
      facts: { limitChars: LIMITS.promptChars },
    },
  )
}
