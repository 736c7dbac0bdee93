/** sealed → open. The entry of the audit log is durable before the keys may be used; a wrong answer is an entry too. */
import type { VaultAnswer, VaultFailure } from '#contract'
import { messageOf } from '#core'
import { type AuditDraft, hashAt } from '../audit/audit.ts'
import { readFact, setFact } from '../facts.ts'
import { registerKey } from '../secret/secrets.ts'
import type { VaultCore } from './core.ts'
import { failure } from './failures.ts'
import { zeroKeys } from './keys.ts'
import { makeSlot } from './make-slot.ts'
import { askKeyring, type RightAnswer, type Tried, tryAnswer } from './try-answer.ts'

export async function unlockVault(
  core: VaultCore,
  answer: VaultAnswer,
  by: string,
  signal?: AbortSignal,
): Promise<{ readonly ok: true } | VaultFailure> {
  const said = await askKeyring(core, answer, signal)
  return core.turn(async () => {
    if (core.state.state === 'open') return { ok: true }
    const tried = await tryAnswer(core, answer, said, signal)
    if (!tried.ok) {
      await enterFailure(core, 'unlock', tried, answer, by)
      return tried
    }
    try {
      await enterUnlock(core, tried, by)
    } catch (thrown) {
      tried.keys.forEach(zeroKeys)
      // The answer was right; that the log could not be written is no try of anybody.
      await core.tries.undo().catch(() => undefined)
      throw thrown
    }
    core.state.open(tried.keys)
    await core.tries.clear(core.log.head ?? null)
    await noteUse(core, tried, answer)
    return { ok: true }
  })
}

async function enterUnlock(core: VaultCore, { slot, keys }: RightAnswer, by: string): Promise<void> {
  const { store, clock } = core.ports
  const entries: AuditDraft[] = []
  const strayed = (await core.log.strayed(keys)) ?? (await cutWhileSealed(core))
  if (strayed !== undefined)
    entries.push({ kind: 'tamper', outcome: 'failed', by: 'engine', note: `The log does not fit its signature: ${strayed}.` })
  entries.push({ kind: 'unlock', by, subject: { slotId: slot.id }, note: `Opened with ${slot.label}.` })
  // The store may be new (a header from a backup, or a kill between the header and the store's first entry): it takes this vault as its own.
  const known = await readFact(store, 'vault_id')
  const vaultId = core.header?.vaultId ?? ''
  const adopting = known === undefined ? [setFact('vault_id', vaultId)] : []
  await core.log.appendWith(keys[0], entries, [...adopting, ...keys.map(({ id }) => registerKey(id, clock.now()))])
}

async function cutWhileSealed(core: VaultCore): Promise<string | undefined> {
  const anchor = core.tries.anchored
  if (!anchor || anchor.seq === 0) return undefined
  const fits = (await hashAt(core.ports.store, anchor.seq)) === anchor.hash
  return fits ? undefined : `entry ${anchor.seq}, which was there when the vault was last used, is gone or another`
}

/** A failed answer that tells something about a person (or about damage); a missing vault or a wait does not fill the log. */
export async function enterFailure(
  core: VaultCore,
  kind: 'unlock' | 'reauthenticate',
  failed: VaultFailure,
  answer: VaultAnswer,
  by: string,
): Promise<void> {
  if (['no-vault', 'delayed', 'cancelled'].includes(failed.failure) || !core.header) return
  await core.log.append({ kind, outcome: 'failed', by, note: `With ${answer.kind}: ${failed.message}` })
  if (core.state.state !== 'open' && core.log.head) await core.tries.anchor(core.log.head)
}

/** When it was used, and today's rounds; that this could not be written keeps nobody out. */
async function noteUse(core: VaultCore, { slot, keys }: RightAnswer, answer: VaultAnswer): Promise<void> {
  try {
    const upgraded = await withTodaysRounds(core, { ok: true, slot, keys }, answer)
    core.fault('unlock:upgraded')
    await core.replaceHeader({ slots: core.slotsWith({ ...upgraded, lastUsedAt: core.ports.clock.now() }) })
  } catch (thrown) {
    core.ports.log.warn('the vault is open, but its header could not be written', { reason: messageOf(thrown) })
  }
}

async function withTodaysRounds(core: VaultCore, { slot, keys }: RightAnswer, answer: VaultAnswer) {
  if (slot.kind !== 'passphrase' || answer.kind !== 'passphrase' || slot.iterations >= core.rounds || !core.header) return slot
  const made = await makeSlot(core, answer, { vaultId: core.header.vaultId, keys, instead: slot })
  if (!made.ok) return slot
  core.ports.log.info('a passphrase slot was raised to more rounds', { from: slot.iterations, to: core.rounds })
  return { ...made.slot, createdAt: slot.createdAt }
}

/** Who asks while the vault is open: for re-authentication. A keyring is no proof of a person where there is a passphrase. */
export async function proveAnswer(core: VaultCore, answer: VaultAnswer, by: string, signal?: AbortSignal): Promise<Tried> {
  core.state.keys()
  const said = await askKeyring(core, answer, signal)
  return core.turn(async () => {
    const header = core.openHeader()
    const weak = answer.kind === 'keyring' && header.slots.some(({ kind }) => kind === 'passphrase')
    const tried = weak
      ? failure('no-slot', { detail: 'the keyring opens without anybody being asked; give the passphrase' })
      : await tryAnswer(core, answer, said, signal)
    if (!tried.ok) {
      await enterFailure(core, 'reauthenticate', tried, answer, by)
      return tried
    }
    tried.keys.forEach(zeroKeys)
    try {
      await core.log.append({ kind: 'reauthenticate', by, subject: { slotId: tried.slot.id }, note: `With ${tried.slot.label}.` })
    } catch (thrown) {
      await core.tries.undo().catch(() => undefined)
      throw thrown
    }
    await core.tries.clear(core.log.head ?? null)
    return tried
  })
}
