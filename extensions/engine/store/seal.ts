/**
 * The store's own encryption, AES-256-GCM. Every file has a key of its own (HKDF-SHA256 of the store's key over the file's salt, for its kind),
 * and every box a nonce of chance: see SPEC.md for why no nonce meets twice. Loaded only where a store is sealed.
 */
import { gcm } from '@noble/ciphers/aes.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { storeForm } from './form.ts'
import type { Disk, FileSeal, Seal } from './ports.ts'
import { BOX_BYTES, NONCE_BYTES } from './seal-words.ts'

const ID_BYTES = 8
const SALT_BYTES = 16
/** No frame and no piece has this number. */
const CHECK_PLACE = 0xffffffff

/** The key is not copied: whoever zeroes it ends this seal. `chance` answers fresh random bytes. */
export function makeSeal(key: Uint8Array, writes: boolean, chance: (bytes: number) => Uint8Array): Seal {
  const made = (salt: Uint8Array, purpose: string, bytes: number): Uint8Array =>
    hkdf(sha256, key, salt, Buffer.from(`troupe-store/1/${purpose}`), bytes)
  return {
    id: made(new Uint8Array(0), 'key-id', ID_BYTES),
    writes,
    salt: () => chance(SALT_BYTES),
    file: (kind, salt, head) => fileSeal(made(salt, kind, 32), head, chance),
  }
}

/** The same disk with a seal; what it writes is sealed when that is the store's form, or the one that was asked for. */
export function sealedDisk(disk: Disk, key: Uint8Array, chance: (bytes: number) => Uint8Array): Disk {
  return {
    list: () => disk.list(),
    open: (name, mode) => disk.open(name, mode),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    syncFolder: () => disk.syncFolder(),
    seal: makeSeal(key, storeForm(disk).wanted === 'sealed', chance),
  }
}

function fileSeal(key: Uint8Array, head: Uint8Array, chance: (bytes: number) => Uint8Array): FileSeal {
  const bound = new Uint8Array(head.length + 4)
  bound.set(head)
  const associated = (place: number): Uint8Array => {
    new DataView(bound.buffer).setUint32(head.length, place, true)
    return bound
  }
  const seal = (place: number, plain: Uint8Array): Uint8Array => {
    const fresh = chance(NONCE_BYTES)
    const sealed = gcm(key, fresh, associated(place)).encrypt(plain)
    const box = new Uint8Array(NONCE_BYTES + sealed.length)
    box.set(fresh)
    box.set(sealed, NONCE_BYTES)
    return box
  }
  const open = (place: number, box: Uint8Array): Uint8Array | undefined => {
    if (box.length < BOX_BYTES) return undefined
    try {
      return gcm(key, box.subarray(0, NONCE_BYTES), associated(place)).decrypt(box.subarray(NONCE_BYTES))
    } catch {
      return undefined
    }
  }
  return {
    seal,
    open,
    check: () => seal(CHECK_PLACE, new Uint8Array(0)),
    fits: (check) => open(CHECK_PLACE, check) !== undefined,
  }
}
