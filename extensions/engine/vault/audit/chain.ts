/** The hashes of the audit log, and the signature of its end. Pure: the same bytes for whoever writes another reader. */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { joined, sameBytes, toHex, utf8 } from '../seal/bytes.ts'
import type { KeySet } from '../seal/keys.ts'

/** An entry as the table has it; `subject` is the text of the JSON, as it was written. */
export interface ChainRow {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly outcome: string
  readonly who: string
  readonly subject: string
  readonly note: string
}

/** The hash before the first entry. */
export function firstHash(vaultId: string): string {
  return toHex(sha256(joined('troupe-vault/audit-of', vaultId)))
}

export function entryHash(before: string, row: ChainRow): string {
  const { seq, at, kind, outcome, who, subject, note } = row
  return toHex(sha256(joined('troupe-vault/audit', before, String(seq), String(at), kind, outcome, who, subject, note)))
}

/** `<key id>:<HMAC-SHA256>` over how long the log is and how it ends. */
export function signEnd(keys: KeySet, seq: number, hash: string): string {
  return `${keys.id}:${toHex(mac(keys, seq, hash))}`
}

/** undefined: signed with a key that is none of these. */
export function endFits(keys: readonly KeySet[], signature: string, seq: number, hash: string): boolean | undefined {
  const [id, hex] = signature.split(':')
  const key = keys.find((one) => one.id === id)
  if (!key) return undefined
  return sameBytes(utf8(toHex(mac(key, seq, hash))), utf8(hex ?? ''))
}

const mac = (keys: KeySet, seq: number, hash: string) => hmac(sha256, keys.audit, joined('troupe-vault/audit-end', String(seq), hash))
