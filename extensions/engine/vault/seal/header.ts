/**
 * The header as text. Four parts, each ending with a new line, and nothing behind them:
 *   troupe-vault 1
 *   one JSON object
 *   signed <key id> <HMAC-SHA256 over everything before this line>
 *   sha256 <SHA-256 over everything before this line>
 * The checksum tells damage without any key; the signature tells, once a slot has opened, whether somebody else wrote it.
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { z } from 'zod'
import { fromBase64, fromHex, sameBytes, toHex, utf8 } from './bytes.ts'
import type { KeySet } from './keys.ts'

const MAGIC = 'troupe-vault 1\n'
const SUM_LINE_BYTES = 7 + 64 + 1
const SIGNED_LINE_BYTES = 7 + 16 + 1 + 64 + 1
/** More rounds than this are no passphrase slot, but a way to keep the machine busy for ever. */
const MOST_ROUNDS = 20_000_000

const base64 = (bytes: number) => z.string().refine((value) => fromBase64(value)?.length === bytes, `${bytes} bytes as base64`)
const keyId = z.string().regex(/^[0-9a-f]{16}$/)
const box = base64(60)
const slotBase = {
  id: z.string().min(1).max(80),
  label: z.string().max(80),
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
  /** The master keys, each in a box that the slot's own key opens. */
  wraps: z.record(keyId, box),
  /** The slot's own key, in a box that the newest master key opens: a rotation needs it to wrap the next one. */
  carry: box,
}
const slotSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...slotBase,
    kind: z.literal('passphrase'),
    kdf: z.literal('PBKDF2-HMAC-SHA256'),
    iterations: z.int().min(1).max(MOST_ROUNDS),
    salt: base64(32),
  }),
  z.strictObject({ ...slotBase, kind: z.literal('keyring'), account: z.string().min(1).max(200) }),
  z.strictObject({ ...slotBase, kind: z.literal('recovery'), salt: base64(32), confirmed: z.boolean() }),
])
export type Slot = z.infer<typeof slotSchema>
export type PassphraseSlot = Extract<Slot, { kind: 'passphrase' }>
export type KeyringSlot = Extract<Slot, { kind: 'keyring' }>
export type RecoverySlot = Extract<Slot, { kind: 'recovery' }>

const headerSchema = z.strictObject({
  vaultId: z.string().min(1).max(80),
  createdAt: z.int(),
  /** Counts the writes of this header. */
  revision: z.int().min(1),
  /** The newest first; it seals. While a rotation is under way there is a second one, which only opens. */
  keys: z
    .array(z.strictObject({ id: keyId, createdAt: z.int() }))
    .min(1)
    .max(2),
  slots: z.array(slotSchema).min(1),
})
export type Header = z.infer<typeof headerSchema>

export interface ReadHeader {
  readonly header: Header
  /** What the signature is over. */
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}
export type HeaderReading = { readonly read: ReadHeader } | { readonly wrong: 'damaged' | 'newer'; readonly message: string }

export function writeHeader(header: Header, keys: KeySet): Uint8Array {
  const body = utf8(`${MAGIC}${JSON.stringify(header, null, 1)}\n`)
  const signed = withLine(body, `signed ${keys.id} ${toHex(hmac(sha256, keys.header, body))}\n`)
  return withLine(signed, `sha256 ${toHex(sha256(signed))}\n`)
}

export function readHeader(bytes: Uint8Array): HeaderReading {
  const damaged = (message: string) => ({ wrong: 'damaged', message }) as const
  const summed = bytes.subarray(0, Math.max(0, bytes.length - SUM_LINE_BYTES))
  const sumLine = textOf(bytes.subarray(summed.length))
  if (sumLine !== `sha256 ${toHex(sha256(summed))}\n`) return damaged('its checksum does not fit')
  const signed = summed.subarray(0, Math.max(0, summed.length - SIGNED_LINE_BYTES))
  const text = textOf(signed)
  const version = /^troupe-vault (\d{1,9})\n/.exec(text ?? '')?.[1]
  if (version !== undefined && version !== '1')
    return { wrong: 'newer', message: `its format is ${version}, and this build of Troupe reads format 1` }
  const signature = /^signed [0-9a-f]{16} ([0-9a-f]{64})\n$/.exec(textOf(summed.subarray(signed.length)) ?? '')?.[1]
  if (text === undefined || version === undefined || signature === undefined) return damaged('it is no vault header')
  const header = parse(text.slice(MAGIC.length))
  if (!header) return damaged('what it says is not what a header says')
  return { read: { header, signed, signature: fromHex(signature) } }
}

/** Whether a holder of the master key wrote it. */
export function signedBy(read: ReadHeader, keys: KeySet): boolean {
  return sameBytes(hmac(sha256, keys.header, read.signed), read.signature)
}

function parse(json: string): Header | undefined {
  try {
    return headerSchema.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

function withLine(bytes: Uint8Array, line: string): Uint8Array {
  const tail = utf8(line)
  const out = new Uint8Array(bytes.length + tail.length)
  out.set(bytes)
  out.set(tail, bytes.length)
  return out
}

/** undefined: it is no UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
