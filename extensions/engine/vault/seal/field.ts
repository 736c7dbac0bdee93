/** A sealed value: version (1 byte, 1), key id (8 bytes), box. Its place is associated data and not inside. */
import type { Chance } from '#core'
import { BOX_BYTES, openBox, sealBox } from './box.ts'
import { fromHex, joined, toHex } from './bytes.ts'
import type { KeySet } from './keys.ts'
import type { SealedPlace } from './sealer.ts'

const VERSION = 1
const HEAD_BYTES = 9
/** What sealing a value adds to its length. */
export const FIELD_BYTES = HEAD_BYTES + BOX_BYTES

function associated(place: SealedPlace, keyId: string): Uint8Array {
  return joined('troupe-vault/field', Uint8Array.of(VERSION), fromHex(keyId), place.credentialId, place.field)
}

export function sealField(chance: Chance, keys: KeySet, place: SealedPlace, plain: Uint8Array): Uint8Array {
  const box = sealBox(chance, keys.field, associated(place, keys.id), plain)
  const sealed = new Uint8Array(HEAD_BYTES + box.length)
  sealed[0] = VERSION
  sealed.set(fromHex(keys.id), 1)
  sealed.set(box, HEAD_BYTES)
  return sealed
}

export type OpenedField =
  | { readonly ok: true; readonly plain: Uint8Array }
  /** short, changed: damage, or a value of another place. newer: another format. other-key: the key that it names is none of these. */
  | { readonly ok: false; readonly why: 'short' | 'newer' | 'other-key' | 'changed'; readonly keyId: string | undefined }

export function openField(keys: readonly KeySet[], place: SealedPlace, sealed: Uint8Array): OpenedField {
  if (sealed.length < FIELD_BYTES) return { ok: false, why: 'short', keyId: undefined }
  if (sealed[0] !== VERSION) return { ok: false, why: 'newer', keyId: undefined }
  const keyId = toHex(sealed.subarray(1, HEAD_BYTES))
  const key = keys.find(({ id }) => id === keyId)
  if (!key) return { ok: false, why: 'other-key', keyId }
  const plain = openBox(key.field, associated(place, keyId), sealed.subarray(HEAD_BYTES))
  return plain ? { ok: true, plain } : { ok: false, why: 'changed', keyId }
}
