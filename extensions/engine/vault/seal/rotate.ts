/**
 * A new master key: given to every slot → known to the store → every value sealed anew → the old key retired → the old key forgotten.
 * Each step is durable before the next begins, and each can be done again, so that it goes on from wherever it ended. [VT17–VT19]
 */
import { asTroupeError, messageOf, TroupeError } from '#core'
import { dropFact, readFact, setFact } from '../facts.ts'
import { countSealedWithOthers, isConflict, registerKey, resealSome, retireKey } from '../secret/secrets.ts'
import type { VaultCore } from './core.ts'
import { failure } from './failures.ts'
import { KEY_BYTES, keySet } from './keys.ts'
import type { Sealer } from './sealer.ts'
import { rewrapSlot } from './slot.ts'
import type { Keys } from './state.ts'

export interface RotationStatus {
  readonly running: boolean
  readonly done: number
  readonly total: number
  readonly startedAt: number
  readonly stoppedBecause: string | null
}

export interface Rotations {
  /** Begins one, or goes on with one that was stopped; resolves when it is under way. */
  start(by: string): Promise<void>
  /** Stops it; it goes on when a person says so. */
  stop(by: string): Promise<void>
  /** After an unlock: goes on with what a kill or a lock cut short, unless a person stopped it. */
  resume(): Promise<void>
  status(): Promise<RotationStatus | null>
  /** Ends the work of this engine and waits until it has; nothing is decided by that. */
  halt(): Promise<void>
}

const STOPPED = 'a person stopped it'

export function rotations(core: VaultCore, sealer: Sealer): Rotations {
  const { store, clock } = core.ports
  let working: { readonly done: Promise<void>; readonly halt: AbortController } | undefined
  let stoppedBecause: string | null = null

  function work(): void {
    if (working) return
    const halt = new AbortController()
    stoppedBecause = null
    const done = sealAnew(core, sealer, halt.signal)
      .catch((thrown) => {
        stoppedBecause = messageOf(thrown)
        if (asTroupeError(thrown).code !== 'SEALED')
          core.ports.log.warn('the rotation of the master key stopped', { reason: stoppedBecause })
      })
      .finally(() => {
        working = undefined
        core.changed('rotation')
      })
    working = { done, halt }
  }
  async function halt(): Promise<void> {
    working?.halt.abort()
    await working?.done
  }
  return {
    halt,
    async start(by) {
      if (working) return
      if (core.ports.keyInUse?.())
        throw new TroupeError('WRONG_STATE', 'The store is sealed with the master key, and a new one could not open it.', {
          hint: 'Unseal the store (troupe store unseal), rotate, and seal it again.',
        })
      await core.turn(() => begin(core, by))
      work()
    },
    async stop(by) {
      if ((core.header?.keys.length ?? 0) < 2) throw new TroupeError('WRONG_STATE', 'No rotation is under way.')
      await core.log.append({ kind: 'rotate', by, note: 'Stopped; both keys stay until it goes on.' }, [
        setFact('rotation_stopped', String(clock.now())),
      ])
      await halt()
      stoppedBecause = STOPPED
    },
    async resume() {
      if ((core.header?.keys.length ?? 0) < 2) return
      if ((await readFact(store, 'rotation_stopped')) === undefined) work()
      else stoppedBecause = STOPPED
    },
    async status() {
      const keys = core.header?.keys ?? []
      const [newest, former] = keys
      if (!newest || !former) return null
      const [left, total] = await Promise.all([countSealedWithOthers(store, newest.id), countSealedWithOthers(store, '')])
      return {
        running: working !== undefined,
        done: total - left,
        total,
        startedAt: newest.createdAt,
        stoppedBecause: working ? null : stoppedBecause,
      }
    },
  }
}

/** The new key in every slot and in the store; nothing when that was done before. */
async function begin(core: VaultCore, by: string): Promise<void> {
  const header = core.openHeader()
  const { chance, clock } = core.ports
  if (header.keys.length > 1) {
    await core.log.append({ kind: 'rotate', by, note: 'Goes on.' }, [dropFact('rotation_stopped')])
    return
  }
  const [held] = core.state.keys()
  const fresh = keySet(chance.bytes(KEY_BYTES), header.vaultId)
  const keys: Keys = [fresh, held]
  const slots = rewrapAll(core, keys)
  const known = [{ id: fresh.id, createdAt: clock.now() }, ...header.keys]
  core.fault('rotation:begin')
  await core.entered({ kind: 'rotate', by, note: `Began: the key ${fresh.id} takes the place of ${held.id}.` }, () =>
    core.replaceHeader({ keys: known, slots }, keys),
  )
  core.fault('rotation:header')
  core.state.exchange(keys)
  await core.ports.store.write([registerKey(fresh.id, clock.now()), dropFact('rotation_stopped')])
  core.fault('rotation:registered')
}

function rewrapAll(core: VaultCore, keys: Keys) {
  const { vaultId, slots } = core.openHeader()
  const [held] = core.state.keys()
  return slots.map((slot) => {
    const anew = rewrapSlot(core.ports.chance, vaultId, slot, held, keys)
    if (anew) return anew
    const { message, hint } = failure('damaged-header', { detail: `the slot ${slot.label} cannot be carried over` })
    throw new TroupeError('DAMAGED', message, { hint })
  })
}

async function sealAnew(core: VaultCore, sealer: Sealer, signal: AbortSignal): Promise<void> {
  const { store, clock } = core.ports
  for (;;) {
    const [newest, former] = core.state.keys()
    if (!former) return
    const sealed = await resealSome(store, sealer, newest.id)
    core.fault('rotation:batch')
    core.changed('rotation')
    if (signal.aborted) return
    if (sealed > 0) continue
    if (await retired(core, former.id, clock.now())) return core.turn(() => forget(core))
  }
}

/** false: a value was written under the old key since we looked. */
async function retired(core: VaultCore, keyId: string, now: number): Promise<boolean> {
  try {
    await core.log.append({ kind: 'rotate', by: 'engine', note: `Every value is sealed anew; the key ${keyId} is forgotten.` }, [
      retireKey(keyId, now),
    ])
  } catch (thrown) {
    if (isConflict(thrown)) return false
    throw thrown
  }
  core.fault('rotation:retired')
  return true
}

async function forget(core: VaultCore): Promise<void> {
  const header = core.openHeader()
  const [newest] = core.state.keys()
  const keys: Keys = [newest]
  await core.replaceHeader({ keys: header.keys.slice(0, 1), slots: rewrapAll(core, keys) })
  core.fault('rotation:forgotten')
  core.state.exchange(keys)
}
