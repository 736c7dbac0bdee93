/**
 * How messages cross the thread: writes and their results flat, in one array of plain values for all requests of a turn, because
 * copying an object costs some twenty times as much as copying the values in it. Everything else crosses as it is.
 *
 * A request: OBJECT, itself · or WRITE, id, durable, statements · or BATCH, id, durable, count of writes, the statements of each.
 * Statements: their count; for each: sql (or AGAIN, the one before it in this message), expectChanges or -1, count of parameters, the parameters.
 * An answer: OBJECT, itself · or WRITTEN, id, count of results; the changes of each.
 */
import type { Answer, Request } from './messages.ts'
import type { SqlValue, Statement, StatementResult } from './shapes.ts'

const OBJECT = 0
const WRITE = 1
const BATCH = 2
const WRITTEN = 3
/** In the place of a text: clients that wait together mostly say the same, and a text is what costs most to copy. */
const AGAIN = 0

/** Values in the order above; who unpacks trusts who packed, since both are this file. */
export type Packed = readonly unknown[]

const NO_PARAMS: readonly SqlValue[] = []

export function packRequests(requests: readonly Request[]): Packed {
  const packed: unknown[] = []
  let last: string | undefined
  const pack = (statements: readonly Statement[]): void => {
    packed.push(statements.length)
    for (const { sql, expectChanges = -1, params = NO_PARAMS } of statements) {
      packed.push(sql === last ? AGAIN : sql, expectChanges, params.length)
      for (const param of params) packed.push(param)
      last = sql
    }
  }
  for (const request of requests) {
    if (request.kind === 'write') {
      packed.push(WRITE, request.id, request.durable)
      pack(request.statements)
    } else if (request.kind === 'batch') {
      packed.push(BATCH, request.id, request.durable, request.writes.length)
      for (const statements of request.writes) pack(statements)
    } else packed.push(OBJECT, request)
  }
  return packed
}

export function unpackRequests(packed: Packed): Request[] {
  const requests: Request[] = []
  const values = new Values(packed)
  while (values.left) {
    const kind = values.next<number>()
    if (kind === OBJECT) {
      requests.push(values.next<Request>())
      continue
    }
    const [id, durable] = [values.next<number>(), values.next<boolean>()]
    if (kind === WRITE) requests.push({ kind: 'write', id, durable, statements: unpackStatements(values) })
    else requests.push({ kind: 'batch', id, durable, writes: values.times(() => unpackStatements(values)) })
  }
  return requests
}

export function packAnswers(answers: readonly Answer[]): Packed {
  const packed: unknown[] = []
  for (const answer of answers) {
    if (answer.kind !== 'written') {
      packed.push(OBJECT, answer)
      continue
    }
    packed.push(WRITTEN, answer.id, answer.value.length)
    for (const { changes } of answer.value) packed.push(changes)
  }
  return packed
}

export function unpackAnswers(packed: Packed): Answer[] {
  const answers: Answer[] = []
  const values = new Values(packed)
  while (values.left) {
    if (values.next<number>() === OBJECT) answers.push(values.next<Answer>())
    else answers.push({ kind: 'written', id: values.next<number>(), value: values.times(() => unpackResult(values)) })
  }
  return answers
}

function unpackStatements(values: Values): readonly Statement[] {
  return values.times(() => {
    const sql = values.text()
    const expectChanges = values.next<number>()
    const params = values.slice<SqlValue>(values.next<number>())
    return expectChanges < 0 ? { sql, params } : { sql, params, expectChanges }
  })
}

function unpackResult(values: Values): StatementResult {
  return { changes: values.next<number>() }
}

/** Reads packed values one after the other. */
class Values {
  readonly #packed: Packed
  #at = 0
  #text = ''

  constructor(packed: Packed) {
    this.#packed = packed
  }

  get left(): boolean {
    return this.#at < this.#packed.length
  }

  next<Value>(): Value {
    return this.#packed[this.#at++] as Value
  }

  text(): string {
    const value = this.next<string | typeof AGAIN>()
    if (value !== AGAIN) this.#text = value
    return this.#text
  }

  slice<Value>(count: number): Value[] {
    this.#at += count
    return this.#packed.slice(this.#at - count, this.#at) as Value[]
  }

  /** As many as the next value says. */
  times<Value>(make: () => Value): Value[] {
    const count = this.next<number>()
    const made: Value[] = []
    for (let n = 0; n < count; n++) made.push(make())
    return made
  }
}
