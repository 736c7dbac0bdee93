/** What the store says of fires, and the one setter that moves them. */
import type { FireState } from '#contract/plain'
import { integer, readRow } from '#core'
import type { SqlValue, Statement, TriggerStore } from './ports.ts'
import { DOC, DOC_COLUMNS, type DocRecord, FIRE, FIRE_COLUMNS, type FireRecord } from './rows.ts'
import type { Filled } from './template.ts'

export interface FireRows {
  trigger(id: string): Promise<DocRecord | undefined>
  find(id: string): Promise<FireRecord | undefined>
  byReference(triggerId: string, reference: string): Promise<FireRecord | undefined>
  byRun(runId: string): Promise<FireRecord | undefined>
  /** Whether its dedupe key came before, within its time. */
  seen(trigger: DocRecord, filled: Filled, now: number): Promise<boolean>
  startedSince(id: string, since: number): Promise<number>
  /** Nothing happens when it is in none of `from` any more. */
  move(
    id: string,
    from: readonly FireState[],
    to: FireState,
    set: Partial<Record<keyof FireRecord, SqlValue>>,
    more?: readonly Statement[],
  ): Promise<void>
}

export function fireRows(store: TriggerStore): FireRows {
  const fire = (where: string, params: readonly SqlValue[]) =>
    readRow(store, FIRE, `SELECT ${FIRE_COLUMNS} FROM trigger_fire WHERE ${where}`, params)
  const count = async (where: string, params: readonly SqlValue[]) =>
    (await readRow(store, { n: integer }, `SELECT count(*) AS n FROM trigger_fire WHERE ${where}`, params))?.n ?? 0
  return {
    trigger: (id) => readRow(store, DOC, `SELECT ${DOC_COLUMNS} FROM trigger_doc WHERE id = ?`, [id]),
    find: (id) => fire('id = ?', [id]),
    byReference: (triggerId, reference) => fire('trigger_id = ? AND reference = ?', [triggerId, reference]),
    byRun: (runId) => fire('run_id = ?', [runId]),
    seen: async ({ id, doc }, { dedupe }, now) =>
      (await count('trigger_id = ? AND dedupe = ? AND noted_at > ?', [id, dedupe, now - doc.dedupeMs])) > 0,
    startedSince: (id, since) =>
      count(`trigger_id = ? AND noted_at > ? AND state IN ('waiting', 'starting', 'started', 'ended', 'dry-run')`, [id, since]),
    async move(id, from, to, set, more = []) {
      const names = Object.keys(set)
      await store.write([
        {
          sql: `UPDATE trigger_fire SET state = ?${names.map((name) => `, ${name} = ?`).join('')} WHERE id = ? AND state IN (${from.map(() => '?').join(', ')})`,
          params: [to, ...Object.values(set).map((value) => value ?? null), id, ...from],
        },
        ...more,
      ])
    },
  }
}
