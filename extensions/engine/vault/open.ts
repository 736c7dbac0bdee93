/** The vault's core, on which credentials and lending build: opens what lies on the disk, and plugs its parts into each other. */
import type {
  AuditRow,
  AuditVerdict,
  FieldCheck,
  KeyringLook,
  VaultAnswer,
  VaultAutoLock,
  VaultChange,
  VaultFailure,
  VaultProof,
  VaultStatus,
} from '#contract'
import type { VaultLockReason } from '#contract/plain'
import { type CallContext, messageOf, oneAtATime } from '#core'
import { type Audit, openAudit } from './audit/audit.ts'
import { type AuditFilter, auditPage, verifyAudit } from './audit/read.ts'
import { openAutoLock } from './auto-lock-setting.ts'
import { readFact } from './facts.ts'
import { loadCore } from './open-core.ts'
import type { VaultPorts } from './ports.ts'
import { type Proofs, proofBook } from './proof.ts'
import { watchVault } from './seal/auto-lock.ts'
import type { VaultCore } from './seal/core.ts'
import { failure } from './seal/failures.ts'
import { derive } from './seal/keys.ts'
import { rotations } from './seal/rotate.ts'
import { makeSealer, type Sealer } from './seal/sealer.ts'
import { proveAnswer, unlockVault } from './seal/unlock.ts'
import { type SecretTable, secretTable } from './secret/secrets.ts'
import { vaultStatus } from './status.ts'
import { makeStrengthJudge, type StrengthJudge } from './strength/judge.ts'
import { type WaysIn, waysIn } from './ways-in.ts'

export interface Vault extends WaysIn {
  readonly sealer: Sealer
  readonly secrets: SecretTable
  readonly audit: Audit
  readonly proofs: Proofs
  readonly strength: StrengthJudge
  status(): Promise<VaultStatus>
  unlock(answer: VaultAnswer, caller: CallContext, signal?: AbortSignal): Promise<VaultChange>
  lock(caller: CallContext): Promise<VaultStatus>
  reauthenticate(answer: VaultAnswer, caller: CallContext, signal?: AbortSignal): Promise<VaultProof>
  keyring(signal?: AbortSignal): Promise<KeyringLook>
  rotate(caller: CallContext): Promise<VaultStatus>
  stopRotation(caller: CallContext): Promise<VaultStatus>
  setAutoLock(autoLock: VaultAutoLock, caller: CallContext): Promise<VaultStatus>
  checkFields(): Promise<FieldCheck>
  auditPage(filter: AuditFilter): Promise<{ rows: AuditRow[]; total: number }>
  verifyAudit(): Promise<AuditVerdict>
  /**
   * A key for something whole that the vault's holder may open, such as a sealed copy of the store; made from the newest master key,
   * so a rotation changes it. SEALED unless open. The caller zeroes it.
   */
  storeKey(): { readonly keyId: string; readonly key: Uint8Array }
  /** Locks, zeroes the keys, and ends what runs. */
  stop(): Promise<void>
}

export async function openVault(ports: VaultPorts): Promise<Vault> {
  const core = await openCore(ports)
  const { state } = core
  const strength = makeStrengthJudge({
    clock: ports.clock,
    threadUrl: ports.strengthThreadUrl ?? new URL('./strength-thread.ts', import.meta.url),
  })
  const sealer = makeSealer(state, ports.chance)
  const secrets = secretTable(ports.store, sealer, state)
  const proofs = proofBook(ports.clock, ports.chance)
  const rotating = rotations(core, sealer)
  const autoLock = await openAutoLock(core)
  const status = () => vaultStatus(core, { rotations: rotating, secrets, autoLock: autoLock.now() })
  const opened = async (result: { readonly ok: true } | VaultFailure): Promise<VaultChange> => {
    if (result.ok) await rotating.resume()
    return result.ok ? { ok: true, status: await status(), kit: null } : result
  }
  const lock = makeLock(core)
  state.onState((to) => {
    if (to === 'sealed') proofs.endAll()
    core.changed(to)
  })
  const unwatch = watchVault(state, ports.clock, autoLock.now, (because) => void lock(because, 'engine'))
  return {
    sealer,
    secrets,
    audit: core.log,
    proofs,
    strength,
    status,
    ...waysIn(core, status),
    unlock: async (answer, { clientName }, signal) => opened(await unlockVault(core, answer, clientName, signal)),
    async lock({ clientName }) {
      await lock('person', clientName)
      return status()
    },
    async reauthenticate(answer, caller, signal) {
      const proved = await proveAnswer(core, answer, caller.clientName, signal)
      return proved.ok ? { ok: true, ...proofs.give(caller) } : proved
    },
    keyring: (signal) => lookForKeyring(core, signal),
    async rotate({ clientName }) {
      await rotating.start(clientName)
      return status()
    },
    async stopRotation({ clientName }) {
      sealer.requireOpen()
      await rotating.stop(clientName)
      return status()
    },
    async setAutoLock(next, { clientName }) {
      sealer.requireOpen()
      await autoLock.set(next, clientName)
      return status()
    },
    checkFields: () => secrets.check(),
    auditPage: (filter) => auditPage(ports.store, filter),
    verifyAudit: () => verify(core),
    storeKey() {
      const [{ id, master }] = state.keys()
      return { keyId: id, key: derive(master, core.openHeader().vaultId, 'store') }
    },
    async stop() {
      unwatch()
      await rotating.halt()
      await lock('stopping', 'engine')
      await strength.stop()
    },
  }
}

async function openCore(ports: VaultPorts): Promise<VaultCore> {
  const core = await loadCore(ports)
  core.log = await openAudit({
    store: ports.store,
    clock: ports.clock,
    turn: oneAtATime(),
    vaultId: () => core.header?.vaultId,
    signer: () => core.state.held?.[0],
  })
  await enterStoreOpening(core)
  return core
}

/** It was opened before the log could be written, so the entry comes behind it. */
async function enterStoreOpening(core: VaultCore): Promise<void> {
  const slot = core.ports.storeOpenedWith
  if (slot === undefined || !core.header) return
  await core.log.append({ kind: 'unlock', by: 'engine', note: `The sealed store was opened with ${slot}; the vault stayed sealed.` })
  if (core.log.head) await core.tries.anchor(core.log.head)
}

/** At once, whatever the log says: a lock that waits for the disk would be none. The entry follows. */
function makeLock(core: VaultCore) {
  return async (because: VaultLockReason, by: string): Promise<void> => {
    if (core.state.state !== 'open') return
    core.state.lock(because)
    try {
      await core.log.append({ kind: 'lock', by, note: LOCK_WORDS[because] })
      if (core.log.head) await core.tries.anchor(core.log.head)
    } catch (thrown) {
      core.ports.log.warn('the vault is locked, but the audit log does not say so', { reason: messageOf(thrown) })
    }
  }
}

const LOCK_WORDS: Readonly<Record<VaultLockReason, string>> = {
  person: 'Locked on request.',
  idle: 'Locked after idleness.',
  suspend: 'Locked because the machine was suspended.',
  stopping: 'Locked because the engine stops.',
  start: 'Sealed since the start.',
}

async function lookForKeyring(core: VaultCore, signal?: AbortSignal): Promise<KeyringLook> {
  const said = await core.keyring.ask({ op: 'look' }, signal)
  if (said.kind === 'done' || said.kind === 'secret') return { available: 'yes', detail: 'The keyring answers.' }
  return { available: said.kind === 'locked' ? 'locked' : 'no', detail: said.detail }
}

async function verify(core: VaultCore): Promise<AuditVerdict> {
  const vaultId = core.header?.vaultId ?? (await readFact(core.ports.store, 'vault_id'))
  if (vaultId === undefined) return { whole: 'yes', entries: 0, firstWrong: null, detail: failure('no-vault').message }
  return verifyAudit(core.ports.store, vaultId, core.state.held, core.tries.anchored)
}
