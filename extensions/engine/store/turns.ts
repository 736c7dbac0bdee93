/** One turn of the store thread: the requests that wait are answered in order, with writes that follow each other as one group. */
import { TroupeError } from '#core'
import type { Ledger } from './ledger.ts'
import { type Answer, packError, type Request, type WriteRequest } from './messages.ts'

/** More than this in one frame only makes the first of them wait. */
const GROUP_LIMIT = 512

export function serveRequests(
  ledger: Ledger,
  post: (answers: readonly Answer[]) => void,
  ended: () => void,
): (requests: readonly Request[]) => void {
  let stopped = false

  const writeGroup = (group: readonly WriteRequest[]): void => {
    const outcomes = ledger.commit(group)
    post(
      outcomes.map((outcome, index): Answer => {
        const id = (group[index] as WriteRequest).id
        return 'error' in outcome
          ? { kind: 'failed', id, error: packError(outcome.error) }
          : { kind: 'written', id, value: outcome.results }
      }),
    )
  }

  const one = (request: Exclude<Request, WriteRequest>): Answer | null => {
    switch (request.kind) {
      case 'read':
        return { kind: 'rows', id: request.id, value: ledger.read(request) }
      case 'health':
        return { kind: 'health', id: request.id, value: ledger.health() }
      case 'cancel':
        return null
      case 'stop':
        stopped = true
        ledger.close()
        return { kind: 'stopped', id: request.id }
    }
  }

  return (requests) => {
    const cancelled = new Set(requests.flatMap((request) => (request.kind === 'cancel' ? [request.target] : [])))
    for (let at = 0; at < requests.length; ) {
      const request = requests[at] as Request
      if (request.kind === 'write' && !stopped) {
        const group: WriteRequest[] = []
        for (let next = requests[at]; next?.kind === 'write' && group.length < GROUP_LIMIT; next = requests[++at]) group.push(next)
        writeGroup(group)
        continue
      }
      at++
      if (request.kind === 'cancel' || cancelled.has(request.id)) continue
      try {
        if (stopped || request.kind === 'write') throw new TroupeError('STOPPING', 'The store has stopped.')
        const answer = one(request)
        if (answer) post([answer])
      } catch (thrown) {
        post([{ kind: 'failed', id: request.id, error: packError(thrown) }])
      }
    }
    if (stopped) ended()
  }
}
