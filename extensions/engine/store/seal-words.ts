/** What a sealed file says about its seal, and the errors of one that cannot be opened. No cryptography: unsealed stores load only this. */
import { TroupeError } from '#core'
import { damaged } from './damage.ts'
import type { Disk, FileSeal } from './ports.ts'

export const NONCE_BYTES = 12
export const TAG_BYTES = 16
/** Nonce, ciphertext, tag: what sealing adds to a length. */
export const BOX_BYTES = NONCE_BYTES + TAG_BYTES

export interface SealedHead {
  readonly kind: 'journal' | 'snapshot'
  readonly salt: Uint8Array
  readonly keyId: Uint8Array
  readonly check: Uint8Array
  /** The bytes that every box of the file is bound to. */
  readonly head: Uint8Array
}

/** SEALED: no key, or another one. DAMAGED: the key is the one that is named, and the file was not made with it as it stands. */
export function openSealed(disk: Disk, name: string, at: number, sealed: SealedHead): FileSeal {
  const { seal } = disk
  const id = hex(sealed.keyId)
  if (!seal)
    throw new TroupeError('SEALED', `${name} is sealed with the key ${id}, and there is no key.`, {
      hint: 'Start the engine so that it opens the vault: with the keyring, or with troupe engine --unlock.',
      facts: { file: name, key: id },
    })
  if (hex(seal.id) !== id)
    throw new TroupeError('SEALED', `${name} is sealed with the key ${id}, and the vault's key is ${hex(seal.id)}.`, {
      hint: 'Nothing was changed. Put back the file vault/header that belongs to this store.',
      facts: { file: name, key: id },
    })
  const opened = seal.file(sealed.kind, sealed.salt, sealed.head)
  if (!opened.fits(sealed.check))
    throw damaged(name, at, 'the check of its key is wrong, so its head was changed by something else than Troupe')
  return opened
}

export function brokenSeal(name: string, at: number, what: string): Error {
  return damaged(name, at, `the seal of ${what} does not fit, so it was changed by something else than Troupe`)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
