/**
 * The log of a run that has ended, ready to be followed. The row is the truth: when the log lacks the terminal event (the engine
 * ended between the two, or the machine lost what was not yet on the disk), it is added here, and what is missing is said.
 */
import type { RunEvent, RunEventBody, RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import type { Followed } from './follow.ts'
import { type LogEnd, LogFile, seqOf } from './log-file.ts'

/** Opens a log, gives it its end when it has none, and answers how far it goes. `before`: events to put before the end. */
export async function closeLog(
  path: string,
  row: RunRow,
  before: readonly RunEventBody[] = [],
): Promise<{ lastSeq: number; bytes: number }> {
  const { log, end } = await LogFile.open(path)
  try {
    const last = lastSeqOf(end)
    if (endsTerminal(end)) return { lastSeq: last, bytes: log.bytes }
    const at = row.endedAt ?? row.queuedAt
    const bodies: RunEventBody[] = [...before, { kind: 'state', state: row.state, reason: row.reason }]
    const missing = row.lastSeq - last - bodies.length
    if (missing > 0) bodies.unshift(lost(missing))
    const events = bodies.map((body, index): RunEvent => ({ seq: last + 1 + index, at, ...body }))
    await log.append(Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')))
    return { lastSeq: last + events.length, bytes: log.bytes }
  } finally {
    await log.close()
  }
}

/**
 * How far the log of a run goes that will go on. What the row knows and the log lacks is added: the state that it stands in (the engine ended between
 * the two), and before it, that events were lost.
 */
export async function mendLog(path: string, row: RunRow): Promise<{ readonly lastSeq: number; readonly bytes: number }> {
  const { log, end } = await LogFile.open(path)
  try {
    const last = lastSeqOf(end)
    const missing = row.lastSeq - last
    if (missing <= 0) return { lastSeq: last, bytes: end.bytes }
    const bodies: RunEventBody[] = missing > 1 ? [lost(missing - 1)] : []
    bodies.push({ kind: 'state', state: row.state, reason: row.reason })
    const events = bodies.map((body, index): RunEvent => ({ seq: last + 1 + index, at: row.startedAt ?? row.queuedAt, ...body }))
    await log.append(Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')))
    return { lastSeq: last + events.length, bytes: log.bytes }
  } finally {
    await log.close()
  }
}

export function closedStream(path: string, end: { readonly lastSeq: number; readonly bytes: number }): Followed {
  return {
    path,
    lastSeq: end.lastSeq,
    ended: true,
    writtenBytes: end.bytes,
    failure: undefined,
    fromMemory: () => undefined,
    changed: () => Promise.resolve(),
  }
}

const lastSeqOf = (end: LogEnd): number => (end.lastLine === undefined ? 0 : (seqOf(end.lastLine) ?? 0))

function endsTerminal(end: LogEnd): boolean {
  try {
    const event = JSON.parse(end.lastLine ?? 'null') as RunEvent | null
    return event?.kind === 'state' && isTerminal(event.state)
  } catch {
    return false
  }
}

function lost(count: number): RunEventBody {
  const message = `${count} events of this run were lost with the machine before they reached the disk.`
  return { kind: 'notice', level: 'error', code: 'log-lost', message }
}
