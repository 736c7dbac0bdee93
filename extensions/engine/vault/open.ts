/** The vault's core, on which credentials and lending build. */
import type { VaultStatus } from '#contract'
import { TroupeError } from '#core'
import type { Audit } from './audit/audit.ts'
import type { VaultPorts } from './ports.ts'
import type { Proofs } from './proof.ts'
import type { Sealer } from './seal/sealer.ts'
import type { SecretTable } from './secret/secrets.ts'
import { makeStrengthJudge, type StrengthJudge } from './strength/judge.ts'

export interface Vault {
  readonly sealer: Sealer
  readonly secrets: SecretTable
  readonly audit: Audit
  readonly proofs: Proofs
  readonly strength: StrengthJudge
  status(): Promise<VaultStatus>
  /** Locks, zeroes the keys, and ends what runs. */
  stop(): Promise<void>
}

const none: VaultStatus = {
  state: 'none',
  damage: null,
  vaultId: null,
  keyId: null,
  createdAt: null,
  slots: [],
  autoLock: { idleMinutes: 60, onSuspend: true },
  openedAt: null,
  locksAt: null,
  sealedBecause: null,
  tries: { failed: 0, nextAt: null },
  deriving: null,
  rotation: null,
  fields: 0,
}

export async function openVault(ports: VaultPorts): Promise<Vault> {
  const strength = makeStrengthJudge({
    clock: ports.clock,
    threadUrl: ports.strengthThreadUrl ?? new URL('./strength-thread.ts', import.meta.url),
  })
  const sealed = (): never => {
    throw new TroupeError('SEALED', 'There is no vault yet.', { hint: 'Make one with troupe vault init.' })
  }
  return {
    sealer: { state: 'none', seal: sealed, open: sealed, requireOpen: sealed, onState: () => () => undefined },
    secrets: { put: sealed, drop: sealed, read: sealed, readAll: sealed, fields: async () => [] },
    audit: { append: async () => sealed() },
    proofs: { require: sealed },
    strength,
    status: async () => none,
    stop: () => strength.stop(),
  }
}
