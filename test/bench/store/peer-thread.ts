/**
 * node:sqlite in a thread behind our own door: the same messages, the same grouping of what waits, one transaction and one sync for
 * each group. What is left between it and the store is the store itself.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Answer, Request } from '../../../extensions/engine/store/messages.ts'
import type { Statement } from '../../../extensions/engine/store/shapes.ts'
import { type Packed, packAnswers, unpackRequests } from '../../../extensions/engine/store/wire.ts'
import { schema } from './sample-schema.ts'

const port = parentPort
if (!port) throw new Error('This is a thread of the bench.')
const db = new DatabaseSync(workerData as string)
db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; ${schema}`)
const known = new Map<string, StatementSync>()

function run({ sql, params = [] }: Statement): { readonly changes: number } {
  const prepared = known.get(sql) ?? db.prepare(sql)
  known.set(sql, prepared)
  return { changes: Number(prepared.run(...(params as readonly SQLInputValue[])).changes) }
}

function answer(request: Request): Answer {
  const { id } = request
  if (request.kind === 'write') return { kind: 'written', id, value: request.statements.map(run) }
  if (request.kind === 'batch') return { kind: 'batch', id, value: request.writes.map((statements) => ({ results: statements.map(run) })) }
  if (request.kind !== 'stop') throw new Error(`The bench asks its peer for no ${request.kind}.`)
  return { kind: 'stopped', id }
}

port.on('message', (first: Packed) => {
  const requests = unpackRequests(first)
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
    requests.push(...unpackRequests(next.message as Packed))
  db.exec('BEGIN')
  const answers = requests.map(answer)
  db.exec('COMMIT')
  port.postMessage(packAnswers(answers))
  if (requests.some(({ kind }) => kind === 'stop')) port.close()
})
