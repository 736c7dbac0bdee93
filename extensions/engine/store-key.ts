/** Part of the composition root: which key the store needs at a start, where it comes from, and what sealing asks of the vault first. */
import { existsSync } from 'node:fs'
import type { StoreSealing } from '#contract'
import type { LogSink } from '#core'
import { makeLogger, TroupeError } from '#core'
import { type Layout, type Places, systemChance, systemClock, writeFileAtomic } from '#core/node'
import type { Vault } from './vault/mod.ts'

export interface StoreKeyParts {
  readonly env: NodeJS.ProcessEnv
  readonly places: Places
  readonly layout: Layout
  readonly sink: LogSink
  /** Asks whoever starts the engine for the vault's passphrase; undefined: nobody can be asked. */
  readonly passphrase?: (() => Promise<string>) | undefined
  /** The key of the engine before this one in this process. */
  readonly before?: Uint8Array | undefined
}

export interface KeyAtStart {
  readonly key: Uint8Array
  /** How it was opened; undefined: the engine before had it. */
  readonly slot: string | undefined
}

/** undefined: the store is plain. SEALED: it is not, and the key cannot be had; the message says how it could be. */
export async function keyAtStart(parts: StoreKeyParts): Promise<KeyAtStart | undefined> {
  const { places, passphrase, before } = parts
  if (!existsSync(places.storeDir)) return undefined
  const { folderDisk, storeForm } = await import('./store/mod.ts')
  const form = storeForm(folderDisk(places.storeDir))
  if (!form.needsKey && form.wanted === 'plain') return undefined
  if (before) return { key: before.slice(), slot: undefined }
  // A sealing that was asked for and had not begun is given up by the store; it is not worth a start that fails.
  if (!form.needsKey && !passphrase) return keyOf(parts, 'keyring').catch(() => undefined)
  const { storeKeySlots } = await import('./vault/mod.ts')
  const slots = await storeKeySlots(portsOf(parts))
  if (!passphrase && !slots.includes('keyring') && slots.length > 0)
    throw new TroupeError('SEALED', 'The store is sealed, and the vault has no slot in a keyring that could open it.', {
      hint: 'Start the engine with troupe engine --unlock: it asks for the passphrase, or takes it as a line of standard input.',
    })
  return keyOf(parts, passphrase ? 'passphrase' : 'keyring')
}

async function keyOf(parts: StoreKeyParts, kind: 'keyring' | 'passphrase'): Promise<KeyAtStart> {
  const { openStoreKey } = await import('./vault/mod.ts')
  const { passphrase } = parts
  return openStoreKey(portsOf(parts), kind === 'passphrase' && passphrase ? { kind, passphrase: await passphrase() } : { kind: 'keyring' })
}

/** The key for the start that seals. WRONG_STATE: the next start could not have it. SEALED: the vault is locked. */
export async function keyForSealing(parts: StoreKeyParts, vault: Vault, start: StoreSealing['start']): Promise<Uint8Array> {
  const { key } = vault.storeKey()
  const { rotation, slots } = await vault.status()
  if (rotation)
    throw new TroupeError('WRONG_STATE', 'The vault’s master key is being rotated.', { hint: 'Seal the store when that is done.' })
  if (!slots.some(({ kind }) => kind === start))
    throw new TroupeError(
      'WRONG_STATE',
      `The vault has no ${start === 'keyring' ? 'slot in a keyring' : 'passphrase'} that could open the store at a start.`,
      {
        hint:
          start === 'keyring'
            ? 'Add one: troupe vault slots add keyring. Or seal it for a start with the passphrase.'
            : 'Add a passphrase to the vault first.',
      },
    )
  if (start === 'passphrase') return key
  const { openStoreKey } = await import('./vault/mod.ts')
  const proved = await openStoreKey(portsOf(parts), { kind: 'keyring' })
  if (Buffer.compare(proved.key, key) !== 0) throw new TroupeError('INTERNAL', 'The keyring gave another key than the open vault has.')
  return key
}

function portsOf({ env, places, layout, sink }: StoreKeyParts) {
  return {
    clock: systemClock,
    chance: systemChance,
    log: makeLogger('vault', sink),
    folder: places.vaultDir,
    writeFile: writeFileAtomic,
    env,
    keyThreadUrl: layout.module('vault/key-thread.ts'),
    keyringChildUrl: layout.module('vault/keyring-child.ts'),
  }
}
