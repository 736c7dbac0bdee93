/** Fires as lists. */
import type { FireRow } from '#contract'
import type { FireState } from '#contract/plain'
import { readRows, type SqlValue } from '#core'
import type { TriggerStore } from './ports.ts'
import { FIRE, FIRE_COLUMNS, fireOf } from './rows.ts'

export interface FireFilter {
  readonly triggerId?: string | undefined
  readonly personaId?: string | undefined
  readonly runId?: string | undefined
  readonly states?: readonly FireState[] | undefined
  /** Due from, and before. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Recorded before this number. */
  readonly before?: number | undefined
  readonly limit: number
}

export async function listFires(store: TriggerStore, filter: FireFilter): Promise<FireRow[]> {
  const parts: string[] = []
  const params: SqlValue[] = []
  const add = (part: string, ...values: SqlValue[]): void => {
    parts.push(part)
    params.push(...values)
  }
  if (filter.triggerId !== undefined) add('trigger_id = ?', filter.triggerId)
  if (filter.personaId !== undefined) add('persona_id = ?', filter.personaId)
  if (filter.runId !== undefined) add('run_id = ?', filter.runId)
  if (filter.states && filter.states.length > 0) add(`state IN (${filter.states.map(() => '?').join(', ')})`, ...filter.states)
  if (filter.from !== undefined) add('due >= ?', filter.from)
  if (filter.to !== undefined) add('due_from < ?', filter.to)
  if (filter.before !== undefined) add('seq < ?', filter.before)
  const where = parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : ''
  return (
    await readRows(store, FIRE, `SELECT ${FIRE_COLUMNS} FROM trigger_fire ${where} ORDER BY seq DESC LIMIT ?`, [...params, filter.limit])
  ).map(fireOf)
}
