/** What the store knows of the vault besides its values: which vault it is, and small settings. */
import type { Statement } from '#core'
import type { VaultStore } from './ports.ts'

export type FactName = 'vault_id' | 'auto_lock' | 'rotation_stopped'

export async function readFact(store: VaultStore, name: FactName): Promise<string | undefined> {
  return (await store.read<{ value: string }>('SELECT value FROM vault_fact WHERE name = ?', [name]))[0]?.value
}

export function setFact(name: FactName, value: string): Statement {
  return {
    sql: 'INSERT INTO vault_fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    params: [name, value],
  }
}

export const dropFact = (name: FactName): Statement => ({ sql: 'DELETE FROM vault_fact WHERE name = ?', params: [name] })
