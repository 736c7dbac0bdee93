/**
 * Wrong tries in a row, and how long the next has to wait. A file beside the header, since it must count while nothing else can be written with a key.
 * It also holds how the audit log ended when it was last written, so that a log cut while sealed is seen (see audit/).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '#core'

const LONGEST_WAIT_MS = 5 * 60_000
/** What an unreadable file counts as: enough to wait, not enough to lock a person out. */
const UNREADABLE = 5

const fileSchema = z.strictObject({
  failed: z.int().min(0).max(1_000_000),
  /** When the last try began, milliseconds since 1970. */
  at: z.int(),
  audit: z.strictObject({ seq: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
})
type Kept = z.infer<typeof fileSchema>
export type AuditEnd = NonNullable<Kept['audit']>

export function waitMs(failed: number): number {
  return failed === 0 ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(failed - 1, 20))
}

export interface Tries {
  readonly failed: number
  /** When the next try is taken; undefined: now. */
  nextAt(): number | undefined
  /** Counts a try that begins; durable when it resolves. */
  begin(): Promise<void>
  /** The last try was right. */
  clear(end: AuditEnd | null): Promise<void>
  /** The last try was no try after all (it was cancelled by its caller's end, or the engine broke). */
  undo(): Promise<void>
  /** Remembers how the audit log ends. */
  anchor(end: AuditEnd): Promise<void>
  readonly anchored: AuditEnd | null
}

export async function openTries(ports: {
  readonly folder: string
  readonly clock: Clock
  readonly write: (path: string, text: string) => Promise<void>
}): Promise<Tries> {
  const { clock } = ports
  const path = join(ports.folder, 'tries')
  let kept = await load(path, clock)
  // A clock that went back while we were away would make the wait longer than it ever was.
  if (kept.at > clock.now()) kept = { ...kept, at: clock.now() }
  const gate = makeGate(clock)
  gate.shut(kept.at + waitMs(kept.failed) - clock.now())
  const save = async (next: Kept) => {
    await ports.write(path, `${JSON.stringify(next)}\n`)
    kept = next
  }
  return {
    get failed() {
      return kept.failed
    },
    get anchored() {
      return kept.audit
    },
    nextAt: () => gate.opensAt(),
    async begin() {
      await save({ ...kept, failed: kept.failed + 1, at: clock.now() })
      gate.shut(waitMs(kept.failed))
    },
    async clear(end) {
      gate.open()
      if (kept.failed > 0 || end) await save({ failed: 0, at: kept.at, audit: end ? endOnly(end) : kept.audit })
    },
    async undo() {
      gate.open()
      if (kept.failed > 0) await save({ ...kept, failed: kept.failed - 1 })
    },
    anchor: (end) => save({ ...kept, audit: endOnly(end) }),
  }
}

const endOnly = ({ seq, hash }: AuditEnd): AuditEnd => ({ seq, hash })

/** Holds by a timer, not by the time of day: a clock that is set ahead opens nothing. */
function makeGate(clock: Clock) {
  let cancel: (() => void) | undefined
  let openAt: number | undefined
  const open = () => {
    cancel?.()
    cancel = undefined
    openAt = undefined
  }
  return {
    open,
    shut(delayMs: number) {
      open()
      if (delayMs <= 0) return
      openAt = clock.now() + delayMs
      cancel = clock.after(delayMs, open)
    },
    /** Never later than the full wait from now, whatever the clock was set to. */
    opensAt: () => (openAt === undefined ? undefined : Math.min(Math.max(openAt, clock.now() + 1), clock.now() + LONGEST_WAIT_MS)),
  }
}

async function load(path: string, clock: Clock): Promise<Kept> {
  const none: Kept = { failed: 0, at: clock.now(), audit: null }
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return none
    return { ...none, failed: UNREADABLE }
  }
}
