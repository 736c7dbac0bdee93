/**
 * The sealed file of an export: one line of JSON, then one of base64.
 *
 *     {"troupe":"sealed credentials","version":1,"kdf":"PBKDF2-HMAC-SHA256","rounds":600000,"salt":"…","cipher":"AES-256-GCM, pieces of 65536"}
 *     base64 of the pieces (pieces.ts), under the derived key, with the first line's bytes as their context
 *
 * The sealed text begins with a check of 32 zero bytes in a piece of its own, so that a wrong passphrase is told from a damaged file.
 */
import { z } from 'zod'
import { CREDENTIAL_LIMITS, LIMITS } from '#contract/plain'
import { type Chance, TroupeError } from '#core'
import { encode } from './mark.ts'
import { openPieces, sealPieces } from './pieces.ts'
import type { DeriveKey } from './ports.ts'

const FORMAT = 'sealed credentials'
const CIPHER = 'AES-256-GCM, pieces of 65536'
const SALT_BYTES = 32
const CHECK_BYTES = 32 + 16
/** More would be a file made to keep this machine busy. */
const MOST_ROUNDS = 10_000_000
const ROUNDS = 600_000

const base64 = z.base64()
const head = z.strictObject({
  troupe: z.literal(FORMAT),
  version: z.int(),
  kdf: z.literal('PBKDF2-HMAC-SHA256'),
  rounds: z.int().min(1).max(MOST_ROUNDS),
  salt: base64,
  cipher: z.literal(CIPHER),
})

const credential = z.strictObject({
  name: z.string().max(60),
  label: z.string().max(LIMITS.nameChars),
  connector: z.string().max(60),
  values: z.record(z.string().max(40), z.string().max(CREDENTIAL_LIMITS.fieldChars)),
  extraHosts: z.array(z.string().max(260)).max(CREDENTIAL_LIMITS.hosts),
  allowPrivate: z.boolean(),
  expiresAt: z.int().nullable(),
  rotateEveryDays: z.int().nullable(),
  attachments: z
    .array(z.strictObject({ name: z.string().max(CREDENTIAL_LIMITS.attachmentNameChars), fileBase64: base64 }))
    .max(CREDENTIAL_LIMITS.attachments),
})
const content = z.strictObject({ exportedAt: z.int(), credentials: z.array(credential).max(CREDENTIAL_LIMITS.credentials) })
export type SealedContent = z.infer<typeof content>

interface Keys {
  readonly deriveKey: DeriveKey
  readonly chance: Chance
  readonly rounds?: number | undefined
}

export async function writeSealedFile(
  made: SealedContent,
  passphrase: string,
  { deriveKey, chance, rounds = ROUNDS }: Keys,
): Promise<string> {
  const salt = chance.bytes(SALT_BYTES)
  const first = JSON.stringify({
    troupe: FORMAT,
    version: 1,
    kdf: 'PBKDF2-HMAC-SHA256',
    rounds,
    salt: Buffer.from(salt).toString('base64'),
    cipher: CIPHER,
  } satisfies z.infer<typeof head>)
  const key = await deriveKey({ passphrase: bytesOf(passphrase), salt, rounds }, () => undefined)
  const plain = encode(JSON.stringify(made))
  try {
    const { check, body } = contexts(first)
    // Two streams under one key would share their nonces, so the check has a key of its own, drawn from the first.
    const sealedCheck = await sealPieces(new Uint8Array(32), await checkKey(key), check)
    const sealed = await sealPieces(plain, key, body)
    return `${first}\n${Buffer.concat([sealedCheck, sealed]).toString('base64')}\n`
  } finally {
    key.fill(0)
    plain.fill(0)
  }
}

/** INVALID: it is none of ours. REFUSED: the passphrase is another. DAMAGED: it was changed or cut off. */
export async function readSealedFile(text: string, passphrase: string, deriveKey: DeriveKey): Promise<SealedContent> {
  const [first = '', second = '', ...rest] = text.replace(/\r\n/g, '\n').split('\n')
  const parsed = head.safeParse(parseJson(first))
  if (!parsed.success)
    throw new TroupeError('INVALID', 'This is no file of sealed credentials that this build can read.', {
      hint: 'Choose one that troupe credential export wrote.',
    })
  if (parsed.data.version !== 1)
    throw new TroupeError('INVALID', `The file has version ${parsed.data.version}, and this build reads version 1.`, {
      hint: 'Use the newer build that wrote it.',
    })
  if (!base64.safeParse(second).success || rest.some((line) => line.trim() !== '')) throw damaged()
  const sealed = Buffer.from(second, 'base64')
  const salt = Buffer.from(parsed.data.salt, 'base64')
  const key = await deriveKey({ passphrase: bytesOf(passphrase), salt, rounds: parsed.data.rounds }, () => undefined)
  try {
    const { check, body } = contexts(first)
    await openPieces(sealed.subarray(0, CHECK_BYTES), await checkKey(key), check).catch((cause: unknown) => {
      throw new TroupeError(
        'REFUSED',
        'The passphrase is not the one that this file was sealed with, or the file’s beginning was changed.',
        { cause, hint: 'Type it again.' },
      )
    })
    const plain = await openPieces(sealed.subarray(CHECK_BYTES), key, body).catch((cause: unknown) => {
      throw damaged(cause)
    })
    const whole = content.safeParse(parseJson(Buffer.from(plain).toString('utf8')))
    plain.fill(0)
    if (!whole.success)
      throw new TroupeError('INVALID', 'The file opened, and holds something that this build does not know.', {
        hint: 'Use the newer build that wrote it.',
      })
    return whole.data
  } finally {
    key.fill(0)
  }
}

const contexts = (first: string) => ({ check: encode(`check\n${first}`), body: encode(`credentials\n${first}`) })

/** SHA-256 of the key and a label: one-way, and another key than the first. */
async function checkKey(key: Uint8Array): Promise<Uint8Array> {
  const label = encode('troupe sealed credentials, check')
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.concat([label, key])))
}

/** As the vault has passphrases: UTF-8 of the NFKC form. */
const bytesOf = (passphrase: string) => encode(passphrase.normalize('NFKC'))

function damaged(cause?: unknown): TroupeError {
  return new TroupeError('DAMAGED', 'The passphrase is right, and the file was changed or cut off since it was written.', {
    cause,
    hint: 'Use another copy of it.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
