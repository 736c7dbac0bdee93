/**
 * How much of it the desktop shows. For one notification:
 *   new ──▶ shown ──(more of the same within 10 s)──▶ waits ──▶ shown with its count
 *    └────▶ held (quiet hours, or five this minute already) ──▶ told in one sum
 */
import type { NotificationKind, NotificationRow, QuietHours } from '#contract'
import type { Clock } from '#core'
import type { Desktop, DesktopNote } from './ports.ts'
import { isQuiet, quietLeft } from './quiet.ts'

const MINUTE_MS = 60_000
const SAME_MS = 10_000
const A_MINUTE = 5
/** Of a sum; there is only ever one, and the next takes its place. */
const SUM = 'sum'

export interface PacePorts {
  readonly clock: Clock
  readonly desktop: Desktop
  readonly minuteOfDay: (at: number) => number
  readonly quiet: () => QuietHours | null
  /** Those of these that nobody has read yet, as they stand now. */
  readonly unread: (ids: readonly string[]) => Promise<readonly NotificationRow[]>
  /** A click; without an id on a sum. */
  readonly clicked: (id: string | undefined) => void
  readonly tried: () => void
}

export class Pace {
  readonly #ports: PacePorts
  /** When each was shown last. */
  readonly #shown = new Map<string, number>()
  /** Shown lately, and have changed since. */
  readonly #waiting = new Map<string, () => void>()
  readonly #held = new Set<string>()
  #why: 'quiet' | 'many' = 'many'
  #timer: (() => void) | undefined

  constructor(ports: PacePorts) {
    this.#ports = ports
  }

  /** Shows it now, later, or as a part of a sum. */
  async show(row: NotificationRow): Promise<void> {
    const { clock, quiet, minuteOfDay } = this.#ports
    const now = clock.now()
    for (const [id, at] of this.#shown) if (now - at >= MINUTE_MS || at > now) this.#shown.delete(id)
    if (isQuiet(quiet(), minuteOfDay(now))) return this.#hold(row.id, 'quiet')
    const at = this.#shown.get(row.id)
    if (at !== undefined) return this.#later(row.id, Math.max(0, at + SAME_MS - now))
    if (this.#shown.size >= A_MINUTE) return this.#hold(row.id, 'many')
    await this.#now(row)
  }

  stop(): void {
    this.#timer?.()
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
    this.#held.clear()
  }

  async #now(row: NotificationRow): Promise<void> {
    this.#shown.set(row.id, this.#ports.clock.now())
    const title = row.count > 1 ? `${row.title} (${row.count} times)` : row.title
    await this.#tell({ tag: row.id, title, text: row.text, urgent: row.kind === 'needs-you' }, row.id)
  }

  async #tell(note: DesktopNote, id: string | undefined): Promise<void> {
    await this.#ports.desktop.show(note, () => this.#ports.clicked(id))
    this.#ports.tried()
  }

  #later(id: string, inMs: number): void {
    if (this.#waiting.has(id)) return
    const cancel = this.#ports.clock.after(inMs, () => {
      this.#waiting.delete(id)
      void this.#again(id)
    })
    this.#waiting.set(id, cancel)
  }

  async #again(id: string): Promise<void> {
    const [row] = await this.#ports.unread([id])
    if (!row) return
    this.#shown.delete(id)
    await this.show(row)
  }

  #hold(id: string, why: 'quiet' | 'many'): void {
    this.#held.add(id)
    if (this.#held.size === 1) this.#why = why
    this.#wait()
  }

  /** At most a minute: a machine that slept, or whose clock was set, is late by no more than that. */
  #wait(): void {
    this.#timer ??= this.#ports.clock.after(MINUTE_MS, () => {
      this.#timer = undefined
      void this.#release()
    })
  }

  async #release(): Promise<void> {
    const { clock, quiet, minuteOfDay, unread } = this.#ports
    if (quietLeft(quiet(), minuteOfDay(clock.now())) > 0) {
      this.#why = 'quiet'
      return this.#wait()
    }
    const ids = [...this.#held]
    this.#held.clear()
    const rows = await unread(ids)
    if (rows.length === 1 && rows[0]) return await this.#now(rows[0])
    if (rows.length === 0) return
    const title = this.#why === 'quiet' ? `${rows.length} notifications from the quiet hours` : `${rows.length} more notifications`
    const urgent = rows.some(({ kind }) => kind === 'needs-you')
    await this.#tell({ tag: SUM, title, text: sumOf(rows), urgent }, undefined)
  }
}

const WORDS: Readonly<Record<NotificationKind, string>> = {
  'needs-you': 'waiting for you',
  failed: 'failed',
  budget: 'at a budget',
  reminder: 'to remember',
  done: 'done',
}

/** `2 failed, 1 waiting for you`, the most pressing first. */
function sumOf(rows: readonly NotificationRow[]): string {
  const kinds = Object.keys(WORDS) as NotificationKind[]
  const counted = kinds.map((kind) => [rows.filter((row) => row.kind === kind).length, WORDS[kind]] as const)
  return counted.flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : [])).join(', ')
}
