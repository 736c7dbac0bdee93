/**
 * People's patterns in filter conditions, which run outside the sandbox: one that backtracks without end is stopped. Patterns with at
 * most one repetition cannot do that, and go straight. The context is only a watch: no code of anybody's runs in it, just the pattern.
 */
import { type Context, createContext, Script } from 'node:vm'
import { ExpressionFailure } from './failure.ts'

/** A pattern may take this long for one text. Milliseconds. */
const LONGEST_MS = 500
const test = new Script('new RegExp(pattern, flags).test(text)')
let watch: Context | undefined

export function patternMatches(pattern: string, flags: string, text: string): boolean {
  if ((pattern.match(/[*+{]/g) ?? []).length <= 1) return new RegExp(pattern, flags).test(text)
  watch ??= createContext({})
  Object.assign(watch, { pattern, flags, text })
  try {
    return test.runInContext(watch, { timeout: LONGEST_MS }) === true
  } catch (error) {
    // An error of the context is no `Error` of this side.
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw new ExpressionFailure('Error', `The pattern ${pattern} was stopped after ${LONGEST_MS} ms: it repeats within a repetition.`, {
        stopped: 'time',
      })
    }
    throw error
  }
}
