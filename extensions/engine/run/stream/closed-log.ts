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

/** The number of a log's last event; 0 when it has none. */
export async function lastSeqIn(path: string): Promise<number> {
  return (await endOfLog(path)).lastSeq
}

/** How far a log goes that will go on. */
export async function endOfLog(path: string): Promise<{ readonly lastSeq: number; readonly bytes: number }> {
  const { log, end } = await LogFile.open(path)
  await log.close()
  return { lastSeq: lastSeqOf(end), bytes: end.bytes }
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
