/** Locks by itself: after idleness, and when the machine slept (the clock jumped between two looks). [VT4] */
import type { VaultAutoLock } from '#contract'
import type { VaultLockReason } from '#contract/plain'
import type { Clock } from '#core'
import type { VaultState } from './state.ts'

const LOOK_MS = 10_000
/** A busy machine may be late by seconds; a suspend that is shorter than this is none that anybody walked away in. */
const SUSPEND_MS = 60_000

export const AUTO_LOCK_DEFAULT: VaultAutoLock = { idleMinutes: 60, onSuspend: true }

export function watchVault(
  state: VaultState,
  clock: Clock,
  settings: () => VaultAutoLock,
  lock: (because: VaultLockReason) => void,
): () => void {
  let cancel: (() => void) | undefined
  let lookedAt = 0
  const look = () => {
    const now = clock.now()
    const { onSuspend } = settings()
    const slept = now - lookedAt > LOOK_MS + SUSPEND_MS
    const late = locksAt(state, settings())
    if (slept && onSuspend) return lock('suspend')
    if (late !== null && now >= late) return lock('idle')
    again(now)
  }
  const again = (now: number) => {
    lookedAt = now
    const late = locksAt(state, settings())
    cancel = clock.after(Math.max(1, Math.min(LOOK_MS, late === null ? LOOK_MS : late - now)), look)
  }
  const stop = state.onState((to) => {
    cancel?.()
    if (to === 'open') again(clock.now())
  })
  return () => {
    stop()
    cancel?.()
  }
}

/** null: it does not lock by itself, or is not open. */
export function locksAt(state: VaultState, { idleMinutes }: VaultAutoLock): number | null {
  return state.state !== 'open' || idleMinutes === null ? null : state.usedAt + idleMinutes * 60_000
}
