/** Stop with an error: always fails, with the person's own words. */
import { NodeFailure } from '../flow/failure.ts'
import type { NodeKindRules } from '../flow/kind.ts'
import { text } from './each.ts'
import { isPlain } from './paths.ts'

export const stopWithError: NodeKindRules = {
  run(call) {
    if (call.param('errorType', 0, 'errorMessage') !== 'errorObject') throw new NodeFailure(text(call.param('errorMessage', 0)))
    const given = call.param('errorObject', 0, '')
    const object = typeof given === 'string' ? parsed(given) : given
    if (!isPlain(object)) throw new NodeFailure('The error object is not valid JSON.')
    const message = object.message ?? object.description ?? object.error
    throw new NodeFailure(message === undefined ? `Error: ${JSON.stringify(object)}` : text(message))
  },
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
