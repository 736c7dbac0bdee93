/** A few facts that outlive the engine: until when schedules are paused, when it was last awake, what a watcher remembers. */
import { readRow, text } from '#core'
import type { Statement, TriggerStore } from './ports.ts'

export type FactName = 'paused-until' | 'alive-at' | `memory:${string}`

export async function readFact(store: TriggerStore, name: FactName): Promise<string | undefined> {
  return (await readRow(store, { value: text }, 'SELECT value FROM trigger_fact WHERE name = ?', [name]))?.value
}

export async function readNumber(store: TriggerStore, name: FactName): Promise<number | null> {
  const value = await readFact(store, name)
  return value === undefined ? null : Number(value)
}

export function putFact(name: FactName, value: string): Statement {
  return {
    sql: 'INSERT INTO trigger_fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    params: [name, value],
  }
}

export function dropFact(name: FactName): Statement {
  return { sql: 'DELETE FROM trigger_fact WHERE name = ?', params: [name] }
}
