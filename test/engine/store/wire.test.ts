/** The flat form in which writes cross the thread says exactly what was asked and answered. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, Request } from '../../../extensions/engine/store/messages.ts'
import { packAnswers, packRequests, unpackAnswers, unpackRequests } from '../../../extensions/engine/store/wire.ts'

const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.constant(null), fc.uint8Array({ maxLength: 8 }))
const statement = fc.record(
  { sql: fc.oneof(fc.constantFrom('one', 'other'), fc.string()), params: fc.array(value, { maxLength: 4 }), expectChanges: fc.nat(5) },
  { requiredKeys: ['sql', 'params'] },
)
const statements = fc.array(statement, { maxLength: 4 })
const id = fc.nat()
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), id, durable: fc.boolean(), statements }),
  fc.record({ kind: fc.constant('batch' as const), id, durable: fc.boolean(), writes: fc.array(statements, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('health' as const), id }),
)
const results = fc.array(fc.record({ changes: fc.nat() }), { maxLength: 4 })
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ kind: fc.constant('written' as const), id, value: results }),
  fc.record({ kind: fc.constant('batch' as const), id, value: fc.array(fc.record({ results }), { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('stopped' as const), id }),
)

test('[ST20] requests and answers cross the thread as they are', () => {
  fc.assert(
    fc.property(fc.array(request), fc.array(answer), (requests, answers) => {
      expect(unpackRequests(structuredClone(packRequests(requests)))).toEqual(requests)
      expect(unpackAnswers(structuredClone(packAnswers(answers)))).toEqual(answers)
    }),
  )
})

test('[ST20] parameters that were left out cross as none', () => {
  const [back] = unpackRequests(packRequests([{ kind: 'write', id: 1, durable: true, statements: [{ sql: 'x' }] }]))
  expect(back).toEqual({ kind: 'write', id: 1, durable: true, statements: [{ sql: 'x', params: [] }] })
})
