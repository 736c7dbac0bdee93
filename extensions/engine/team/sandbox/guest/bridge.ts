/** Inside the box: asking the outside, and the failures that end an evaluation. */
import { guestFunctions } from '../guest-text.ts'
import type { GuestFailure, GuestKit } from './kit.ts'

declare const kit: GuestKit & { failures: WeakSet<object> }

function ask(question: string, ...values: unknown[]): unknown {
  const answer = kit.send(question, JSON.stringify(values))
  if (answer === '') return undefined
  if (answer[0] === '?') throw new RangeError(JSON.parse(answer.slice(1)) as string)
  if (answer[0] !== '!') return JSON.parse(answer)
  const refused = JSON.parse(answer.slice(1)) as GuestFailure
  throw kit.failure(refused.name, refused.message)
}

function failure(name: string, message: string): Error {
  const error = new Error(message)
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  kit.failures.add(error)
  return error
}

function isFailure(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && kit.failures.has(thrown)
}

function isLimit(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  return thrown.name === 'InternalError' || (thrown instanceof RangeError && /call stack/.test(thrown.message))
}

export const bridgePart = `kit.failures = new WeakSet()\n${guestFunctions({ ask, failure, isFailure, isLimit })}`
