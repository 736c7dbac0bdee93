/** Tries what a person, or the keyring, answered against the slots. Used by unlock and by re-authentication; writes nothing but the count of tries. */
import type { VaultAnswer, VaultFailure } from '#contract'
import { TroupeError } from '#core'
import { fromBase64, zero } from './bytes.ts'
import type { VaultCore } from './core.ts'
import { passphraseBytes } from './derive-key.ts'
import { failure } from './failures.ts'
import { type Header, type PassphraseSlot, type RecoverySlot, type Slot, signedBy } from './header.ts'
import type { KeyringAnswer } from './keyring.ts'
import { keyFromSecret } from './keyring-secret.ts'
import { zeroKeys } from './keys.ts'
import { readRecoveryCode } from './recovery-code.ts'
import { keysFromSlot, kitKey } from './slot.ts'
import type { Keys } from './state.ts'

export interface RightAnswer {
  readonly ok: true
  readonly slot: Slot
  /** The caller zeroes them, unless it opens the vault with them. */
  readonly keys: Keys
}
export type Tried = RightAnswer | VaultFailure

/** What the keyring said for each of the vault's keyring slots. */
export type KeyringSaid = ReadonlyMap<string, KeyringAnswer>

/** Asked before the turn begins: a prompt that nobody answers must not keep a passphrase waiting. */
export async function askKeyring(core: VaultCore, answer: VaultAnswer, signal?: AbortSignal): Promise<KeyringSaid> {
  const said = new Map<string, KeyringAnswer>()
  if (answer.kind !== 'keyring' || core.damage) return said
  for (const slot of core.header?.slots ?? [])
    if (slot.kind === 'keyring') said.set(slot.id, await core.keyring.ask({ op: 'get', account: slot.account }, signal))
  return said
}

export async function tryAnswer(core: VaultCore, answer: VaultAnswer, said: KeyringSaid, signal?: AbortSignal): Promise<Tried> {
  if (core.damage) return core.damage
  const { header } = core
  if (!header) return failure('no-vault')
  const tried = answer.kind === 'keyring' ? tryKeyring(header, said) : await tryTyped(core, header, answer, signal)
  if (!tried.ok || !core.read || signedBy(core.read, tried.keys[0])) return tried
  tried.keys.forEach(zeroKeys)
  return failure('damaged-header', { detail: 'its signature does not fit, so it was changed by something else than Troupe' })
}

function tryKeyring(header: Header, said: KeyringSaid): Tried {
  let missed: VaultFailure | undefined
  for (const slot of header.slots) {
    const one = said.get(slot.id)
    if (slot.kind !== 'keyring' || !one) continue
    if (one.kind === 'done') throw new TroupeError('INTERNAL', 'The keyring answered something else than was asked.')
    if (one.kind !== 'secret') {
      missed = failure(one.kind === 'locked' ? 'locked-keyring' : 'missing-keyring', { detail: one.detail })
      continue
    }
    const slotKey = keyFromSecret(one.secret, header.vaultId)
    const keys = slotKey && keysFromSlot(header, slot, slotKey)
    zero(slotKey)
    if (keys) return { ok: true, slot, keys }
    missed = failure('other-vault', { detail: 'the keyring’s entry does not open this vault' })
  }
  return missed ?? failure('no-slot', { detail: 'none is in a keyring' })
}

type Typed = Exclude<VaultAnswer, { kind: 'keyring' }>

async function tryTyped(core: VaultCore, header: Header, answer: Typed, signal?: AbortSignal): Promise<Tried> {
  const slots = header.slots.filter((slot) => slot.kind === answer.kind)
  if (slots.length === 0)
    return failure('no-slot', { detail: `none has a ${answer.kind === 'passphrase' ? 'passphrase' : 'recovery kit'}` })
  const code = answer.kind === 'recovery' ? readRecoveryCode(answer.code, header.vaultId) : undefined
  if (code && 'wrong' in code) return failure(code.wrong === 'mistyped' ? 'mistyped-code' : 'other-vault')
  const nextAt = core.tries.nextAt()
  if (nextAt !== undefined) return failure('delayed', { nextTryAt: nextAt })
  await core.tries.begin()
  try {
    const right =
      answer.kind === 'recovery'
        ? tryCode(
            header,
            slots.filter((slot) => slot.kind === 'recovery'),
            code?.kit ?? new Uint8Array(),
          )
        : await tryPassphrase(
            core,
            header,
            slots.filter((slot) => slot.kind === 'passphrase'),
            answer.passphrase,
            signal,
          )
    return right ?? failure(answer.kind === 'recovery' ? 'wrong-code' : 'wrong-passphrase', { nextTryAt: core.tries.nextAt() })
  } catch (thrown) {
    if (!(thrown instanceof TroupeError && thrown.code === 'CANCELLED')) throw thrown
    await core.tries.undo()
    return failure('cancelled')
  } finally {
    core.deriving = null
  }
}

function tryCode(header: Header, slots: readonly RecoverySlot[], kit: Uint8Array): RightAnswer | undefined {
  for (const slot of slots) {
    const slotKey = kitKey(kit, fromBase64(slot.salt) ?? new Uint8Array(), header.vaultId)
    const keys = keysFromSlot(header, slot, slotKey)
    zero(slotKey, kit)
    if (keys) return { ok: true, slot, keys }
  }
  return undefined
}

async function tryPassphrase(
  core: VaultCore,
  header: Header,
  slots: readonly PassphraseSlot[],
  passphrase: string,
  signal?: AbortSignal,
): Promise<RightAnswer | undefined> {
  const total = slots.reduce((sum, { iterations }) => sum + iterations, 0)
  let before = 0
  for (const slot of slots) {
    const slotKey = await deriveTold(
      core,
      { passphrase, salt: fromBase64(slot.salt) ?? new Uint8Array(), rounds: slot.iterations },
      { before, total },
      signal,
    )
    const keys = keysFromSlot(header, slot, slotKey)
    zero(slotKey)
    if (keys) return { ok: true, slot, keys }
    before += slot.iterations
  }
  return undefined
}

/** The thread's work on one passphrase, told to every client as it goes on. */
export async function deriveTold(
  core: VaultCore,
  job: { readonly passphrase: string; readonly salt: Uint8Array; readonly rounds: number },
  of: { readonly before: number; readonly total: number } = { before: 0, total: job.rounds },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const tell = (done: number) => {
    core.deriving = { done: of.before + done, total: of.total }
    core.changed('deriving')
  }
  tell(0)
  try {
    return await core.derive({ passphrase: passphraseBytes(job.passphrase), salt: job.salt, rounds: job.rounds }, tell, signal)
  } finally {
    core.deriving = null
  }
}
