/** Wait: parks the run until a time has passed, a moment has come, or somebody answers. */
import { DateTime } from 'luxon'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules, Outcome } from '../flow/kind.ts'
import { text } from './each.ts'

const UNIT_MS: Readonly<Record<string, number>> = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }
/** A wait without an end of its own (a webhook that nobody calls) is not ended by us either. */
const NEVER = null

export const wait: NodeKindRules = {
  run(call): Outcome {
    const outputs = [call.items()]
    const resume = text(call.raw('resume'), 'timeInterval')
    if (resume === 'timeInterval') return { park: { kind: 'time', until: call.ports.clock.now() + spanMs(call), facts: {} }, outputs }
    if (resume === 'specificTime') return { park: { kind: 'time', until: momentOf(call), facts: {} }, outputs }
    const until = call.param('limitWaitTime', 0, false) === true ? limitOf(call) : NEVER
    if (resume === 'approval') return { park: { kind: 'approval', until, facts: { question: text(call.param('question', 0)) } }, outputs }
    return { park: { kind: resume === 'form' ? 'form' : 'webhook', until, facts: {} }, outputs }
  },
}

function spanMs(call: NodeCall): number {
  const unit = text(call.param('unit', 0), call.version >= 1.1 ? 'seconds' : 'hours')
  const amount = Number(call.param('amount', 0, call.version >= 1.1 ? 5 : 1))
  const each = UNIT_MS[unit]
  if (each === undefined) throw new NodeFailure(`"${unit}" is no unit to wait in; choose seconds, minutes, hours or days.`)
  if (!Number.isFinite(amount) || amount < 0)
    throw new NodeFailure(`The time to wait must be a number of 0 or more, and is ${String(amount)}.`)
  return amount * each
}

function momentOf(call: NodeCall): number {
  const given = text(call.param('dateTime', 0))
  const moment = DateTime.fromISO(given, { zone: call.facts.timeZone })
  const parsed = moment.isValid ? moment.toMillis() : Date.parse(given)
  if (Number.isNaN(parsed)) throw new NodeFailure(`${JSON.stringify(given)} is no time that can be read, so the run cannot wait for it.`)
  return parsed
}

function limitOf(call: NodeCall): number {
  if (call.param('limitType', 0, 'afterTimeInterval') === 'atSpecifiedTime') {
    const at = Date.parse(text(call.param('maxDateAndTime', 0)))
    if (Number.isNaN(at)) throw new NodeFailure('The time until which to wait is not a date that can be read.')
    return at
  }
  const each = UNIT_MS[text(call.param('resumeUnit', 0), 'hours')] ?? 3_600_000
  return call.ports.clock.now() + Number(call.param('resumeAmount', 0, 1)) * each
}
