/** One turn of the store thread: the requests that wait are answered in order, with writes that follow each other as one group. */
import { type Logger, messageOf, TroupeError } from '#core'
import type { Outcome } from './executor.ts'
import type { Ledger, PendingWrite } from './ledger.ts'
import { type Answer, type BatchRequest, packError, type Request, type WriteRequest } from './messages.ts'
import { brokeSqlite } from './sql-errors.ts'

/** More than this in one frame only makes the first of them wait. */
const GROUP_LIMIT = 512
/** How long what was only applied may stay so, when no durable write takes it along. */
const UNSAVED_MS = 100

export interface TurnParts {
  readonly post: (answers: readonly Answer[]) => void
  readonly log: Logger
  /** Called once, after the answer to `stop`. */
  readonly ended: () => void
  readonly later: (delayMs: number, task: () => void) => void
}

function writesOf(request: WriteRequest | BatchRequest): readonly PendingWrite[] {
  if (request.kind === 'write') return [request]
  return request.writes.map((statements) => ({ statements, durable: request.durable }))
}

function answerTo(request: WriteRequest | BatchRequest, outcomes: readonly Outcome[]): Answer {
  const { id } = request
  if (request.kind === 'batch') {
    const value = outcomes.map((outcome) => ('error' in outcome ? { error: packError(outcome.error) } : outcome))
    return { kind: 'batch', id, value }
  }
  const [outcome] = outcomes
  if (!outcome) throw new TroupeError('INTERNAL', 'A write has no outcome.')
  return 'error' in outcome ? { kind: 'failed', id, error: packError(outcome.error) } : { kind: 'written', id, value: outcome.results }
}

/** The writes that follow each other from `at` on. */
function writesFrom(requests: readonly Request[], at: number): readonly (WriteRequest | BatchRequest)[] {
  const group: (WriteRequest | BatchRequest)[] = []
  for (
    let next = requests[at];
    (next?.kind === 'write' || next?.kind === 'batch') && group.length < GROUP_LIMIT;
    next = requests[at + group.length]
  )
    group.push(next)
  return group
}

/** Saves what was only applied, some time after the first of it that no save is set for. */
function makeSaveLater(ledger: Ledger, parts: TurnParts, stopped: () => boolean): () => void {
  let set = false
  return () => {
    if (set || !ledger.unsaved) return
    set = true
    parts.later(UNSAVED_MS, () => {
      set = false
      if (stopped() || !ledger.unsaved) return
      try {
        ledger.persist()
      } catch (thrown) {
        parts.log.warn('What was only applied was lost.', { reason: messageOf(thrown) })
      }
    })
  }
}

export function serveRequests(ledger: Ledger, parts: TurnParts): (requests: readonly Request[]) => void {
  const { post } = parts
  let stopped = false
  const saveLater = makeSaveLater(ledger, parts, () => stopped)

  const writeGroup = (group: readonly (WriteRequest | BatchRequest)[]): void => {
    const outcomes = ledger.commit(group.flatMap(writesOf))
    let at = 0
    post(
      group.map((request) => {
        const own = outcomes.slice(at, at + (request.kind === 'batch' ? request.writes.length : 1))
        at += own.length
        return answerTo(request, own)
      }),
    )
    saveLater()
  }

  const stop = (id: number): void => {
    stopped = true
    ledger
      .close()
      .catch((thrown: unknown) => parts.log.error('The store did not close in order.', { reason: messageOf(thrown) }))
      .finally(() => {
        post([{ kind: 'stopped', id }])
        parts.ended()
      })
  }

  const compact = (id: number): void => {
    ledger.snapshotNow().then(
      () => post([{ kind: 'compacted', id }]),
      (thrown: unknown) => post([{ kind: 'failed', id, error: packError(thrown) }]),
    )
  }

  const one = (request: Request): void => {
    if (stopped) throw new TroupeError('STOPPING', 'The store has stopped.')
    if (request.kind === 'read') post([{ kind: 'rows', id: request.id, value: ledger.read(request) }])
    else if (request.kind === 'health') post([{ kind: 'health', id: request.id, value: ledger.health() }])
    else if (request.kind === 'compact') compact(request.id)
    else if (request.kind === 'stop') stop(request.id)
    else writeGroup([request])
  }

  return (requests) => {
    for (let at = 0; at < requests.length; ) {
      const group = stopped ? [] : writesFrom(requests, at)
      if (group.length > 0) {
        writeGroup(group)
        at += group.length
        continue
      }
      const request = requests[at++] as Request
      try {
        one(request)
      } catch (thrown) {
        if (brokeSqlite(thrown)) throw thrown
        post([{ kind: 'failed', id: request.id, error: packError(thrown) }])
      }
    }
  }
}
