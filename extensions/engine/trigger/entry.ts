/** A schedule as it lies in memory: what a due time needs, and no more. Equal rules and policies are one object. */
import type { MissedPolicy, ScheduleRule } from '#contract'
import type { Cursor, Statement } from './ports.ts'
import { readMissed, readRule, type ScheduleRecord } from './rows.ts'

export interface Entry {
  readonly id: string
  readonly personaId: string
  readonly rule: ScheduleRule
  /** Empty: the machine's own. */
  readonly zone: string
  readonly missed: MissedPolicy
  readonly jitterMs: number
  readonly expiresAt: number | null
  cursor: Cursor
  /** The next due time, without jitter. */
  nextAt: number | null
}

const rules = new Map<string, ScheduleRule>()
const policies = new Map<string, MissedPolicy>()
const NONE: readonly number[] = []

function shared<T>(known: Map<string, T>, text: string, read: (text: string) => T): T {
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size > 10_000) known.clear()
  const value = read(text)
  known.set(text, value)
  return value
}

export function entryOf(row: ScheduleRecord): Entry {
  return {
    id: row.trigger_id,
    personaId: row.persona_id,
    rule: shared(rules, row.rule, readRule),
    zone: row.zone,
    missed: shared(policies, row.missed, readMissed),
    jitterMs: row.jitter_ms,
    expiresAt: row.expires_at,
    cursor: {
      accountedTo: row.accounted_to,
      ahead: row.ahead === '[]' ? NONE : (JSON.parse(row.ahead) as number[]),
      skipUntil: row.skip_until,
    },
    nextAt: row.next_at,
  }
}

export function putEntry(entry: Entry, live: boolean): Statement {
  const { cursor } = entry
  return {
    sql: `INSERT INTO trigger_schedule (trigger_id, persona_id, rule, zone, missed, jitter_ms, expires_at, live, accounted_to, ahead, skip_until, next_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (trigger_id) DO UPDATE SET persona_id = excluded.persona_id, rule = excluded.rule, zone = excluded.zone, missed = excluded.missed,
        jitter_ms = excluded.jitter_ms, expires_at = excluded.expires_at, live = excluded.live, accounted_to = excluded.accounted_to,
        ahead = excluded.ahead, skip_until = excluded.skip_until, next_at = excluded.next_at`,
    params: [
      entry.id,
      entry.personaId,
      JSON.stringify(entry.rule),
      entry.zone,
      JSON.stringify(entry.missed),
      entry.jitterMs,
      entry.expiresAt,
      live ? 1 : 0,
      cursor.accountedTo,
      JSON.stringify(cursor.ahead),
      cursor.skipUntil,
      entry.nextAt,
    ],
  }
}

/** The cursor moves on. `expectChanges`: the row is there. */
export function moveEntry(id: string, cursor: Cursor, nextAt: number | null): Statement {
  return {
    sql: 'UPDATE trigger_schedule SET accounted_to = ?, ahead = ?, skip_until = ?, next_at = ? WHERE trigger_id = ?',
    params: [cursor.accountedTo, JSON.stringify(cursor.ahead), cursor.skipUntil, nextAt, id],
    expectChanges: 1,
  }
}
