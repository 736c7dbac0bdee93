/** When the vault locks by itself: read from the store at the start, and changed with an entry in the audit log. */
import { type VaultAutoLock, vaultAutoLock } from '#contract'
import { readFact, setFact } from './facts.ts'
import { AUTO_LOCK_DEFAULT } from './seal/auto-lock.ts'
import type { VaultCore } from './seal/core.ts'

export interface AutoLockSetting {
  readonly now: () => VaultAutoLock
  /** The caller has seen that the vault is open. */
  set(next: VaultAutoLock, by: string): Promise<void>
}

export async function openAutoLock(core: VaultCore): Promise<AutoLockSetting> {
  let autoLock = await readAutoLock(core)
  return {
    now: () => autoLock,
    async set(next, by) {
      const words = next.idleMinutes === null ? 'never after idleness' : `after ${next.idleMinutes} idle minutes`
      const note = `Locks ${words}, and ${next.onSuspend ? '' : 'not '}on suspend.`
      await core.log.append({ kind: 'setting', by, note }, [setFact('auto_lock', JSON.stringify(next))])
      autoLock = next
      core.changed('settings')
    },
  }
}

async function readAutoLock({ ports: { store } }: VaultCore): Promise<VaultAutoLock> {
  const text = await readFact(store, 'auto_lock')
  const parsed = vaultAutoLock.safeParse(text === undefined ? undefined : JSON.parse(text))
  return parsed.success ? parsed.data : AUTO_LOCK_DEFAULT
}
