/** What the care of the store needs from outside. */
import type { PrunePlan } from '#contract'
import type { AfterRestore, Announce, Clock, Logger, Migration } from '#core'
import type { Store } from '../shapes.ts'

/** Which ended things stay; 0: all of them. */
export interface Keeping {
  readonly days: number
  readonly mb: number
}

/** The owner of what is pruned. It never touches what has not ended. */
export interface Prunable {
  /** What would go; changes nothing. */
  plan(keeping: Keeping, now: number, signal: AbortSignal): Promise<PrunePlan>
  /** Removes it, told step by step; answers what went. Aborted: what went until then is gone, and is told. */
  prune(keeping: Keeping, now: number, tell: (step: string) => void, signal: AbortSignal): Promise<PrunePlan>
}

export interface CarePorts {
  readonly store: Store
  readonly folder: string
  /** Of a sealed store. */
  readonly key?: Uint8Array | undefined
  /** Where exports are written. */
  readonly exportsDir: string
  readonly clock: Clock
  readonly log: Logger
  readonly announce: Announce
  readonly settings: () => {
    readonly backupHours: number
    readonly backupsKept: number
    readonly runsKeptDays: number
    readonly runsKeptMb: number
  }
  readonly migrations: readonly Migration[]
  readonly afterRestore: readonly AfterRestore[]
  readonly prunable: Prunable
  /** Sees to it that the next start has the key; throws when it could not. */
  readonly prepareSealing?: (start: 'keyring' | 'passphrase') => Promise<void>
  /** The engine stops in order and starts again on the same data folder. */
  readonly restart: (why: string) => void
  /** Default: beside this room's files; a bundle hands its own in. */
  readonly careThreadUrl?: URL
  readonly wasmPath?: string
}
