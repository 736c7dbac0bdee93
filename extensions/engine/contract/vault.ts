/**
 * The vault as its clients see it: whether it is there and open, the slots that open it, re-authentication, rotation, and the audit log.
 * Passphrases and recovery codes come in here and go to the key thread; no value of a credential passes through this page.
 */
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { AUDIT_KINDS, AUDIT_OUTCOMES, SLOT_KINDS, UNLOCK_FAILURES, VAULT_LOCK_REASONS } from './words.ts'

const passphrase = z.string().min(LIMITS.passphraseChars.min).max(LIMITS.passphraseChars.max)
/** What a person typed when asked: its length is not judged, so that a wrong one is answered as wrong. */
const typed = z.string().min(1).max(LIMITS.passphraseChars.max)
const label = z.string().trim().min(1).max(LIMITS.nameChars)

/** One of the independent ways to the master key. */
export const vaultSlot = z.object({
  id: z.string(),
  kind: z.enum(SLOT_KINDS),
  label: z.string(),
  createdAt: z.int(),
  /** When it last opened the vault; null: never. */
  lastUsedAt: z.int().nullable(),
  /** Rounds of PBKDF2 of a passphrase slot; null for the others. */
  iterations: z.int().nullable(),
  /** A recovery slot whose code was typed back; null for the others. */
  confirmed: z.boolean().nullable(),
})
export type VaultSlot = z.infer<typeof vaultSlot>

export const vaultAutoLock = z.strictObject({
  /** Minutes without a use of the vault, by a person or by a run, after which it locks; null: never. */
  idleMinutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .nullable(),
  /** Locks when the machine was suspended (seen as a jump of the clock). */
  onSuspend: z.boolean(),
})
export type VaultAutoLock = z.infer<typeof vaultAutoLock>

export const vaultStatus = z.object({
  /** none: never made here. sealed: there, and no key is in memory. open: secrets can be used. */
  state: z.enum(['none', 'sealed', 'open']),
  /** Why the vault cannot be opened at all (a damaged or missing header, another vault's); null when nothing is wrong. */
  damage: z.object({ failure: z.enum(UNLOCK_FAILURES), message: z.string(), hint: z.string() }).nullable(),
  vaultId: z.string().nullable(),
  /** The key that seals what is written now. */
  keyId: z.string().nullable(),
  createdAt: z.int().nullable(),
  slots: z.array(vaultSlot),
  autoLock: vaultAutoLock,
  openedAt: z.int().nullable(),
  /** When it locks if nobody uses it; null: it does not, or is not open. */
  locksAt: z.int().nullable(),
  /** Why it is sealed; null while open, or none. */
  sealedBecause: z.enum(VAULT_LOCK_REASONS).nullable(),
  /** Wrong tries in a row, and the time before which no other is taken (null: at once). Survives restarts. */
  tries: z.object({ failed: z.int(), nextAt: z.int().nullable() }),
  /** A passphrase that is being worked on, in rounds of PBKDF2; null: none is. */
  deriving: z.object({ done: z.int(), total: z.int() }).nullable(),
  /** A change of the master key that has begun and is not through; null: none. */
  rotation: z
    .object({
      running: z.boolean(),
      /** Fields sealed anew, and all fields. */
      done: z.int(),
      total: z.int(),
      startedAt: z.int(),
      /** What stopped it, when it does not run. */
      stoppedBecause: z.string().nullable(),
    })
    .nullable(),
  /** How many secret fields the vault holds. */
  fields: z.int(),
})
export type VaultStatus = z.infer<typeof vaultStatus>

/** A person proves who they are: on unlock, and again before what is dangerous. */
export const vaultAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passphrase'), passphrase: typed }),
  z.strictObject({ kind: z.literal('keyring') }),
  /** The code of a recovery kit: 40 signs in any grouping, case and spacing. */
  z.strictObject({ kind: z.literal('recovery'), code: typed }),
])
export type VaultAnswer = z.infer<typeof vaultAnswer>

/** What a new slot is made of. */
export const newSlot = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passphrase'), passphrase, label: label.optional() }),
  z.strictObject({ kind: z.literal('keyring'), label: label.optional() }),
  z.strictObject({ kind: z.literal('recovery'), label: label.optional() }),
])
export type NewSlot = z.infer<typeof newSlot>

/** Shown once: the engine keeps no copy. */
export const recoveryKit = z.object({
  slotId: z.string(),
  /** Ten groups of four signs of Crockford's base32, with a checksum inside. */
  code: z.string(),
  vaultId: z.string(),
  createdAt: z.int(),
})
export type RecoveryKit = z.infer<typeof recoveryKit>

/** An outcome that is expected and therefore a value. `message` says what happened, `hint` what to do. Nothing was written. */
export const vaultFailure = z.object({
  ok: z.literal(false),
  failure: z.enum(UNLOCK_FAILURES),
  message: z.string(),
  hint: z.string(),
  /** Before this time no other try is taken; null: at once. */
  nextTryAt: z.int().nullable(),
})
export type VaultFailure = z.infer<typeof vaultFailure>

/** The vault after a change; `kit` when the change made one. */
export const vaultChanged = z.object({ ok: z.literal(true), status: vaultStatus, kit: recoveryKit.nullable() })
export const vaultChange = z.discriminatedUnion('ok', [vaultChanged, vaultFailure])
export type VaultChange = z.infer<typeof vaultChange>

/** A short-lived proof of re-authentication, good for the caller that got it and for LIMITS.proofTtlMs. High-risk calls ask for it. */
export const vaultProof = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), proof: z.string(), expiresAt: z.int() }),
  vaultFailure,
])
export type VaultProof = z.infer<typeof vaultProof>
export const proof = z.string().min(1).max(100)

/** How well a passphrase would hold against somebody who has the vault's file and a good graphics card. */
export const passphraseStrength = z.object({
  /** zxcvbn's: 0 (guessed at once) to 4 (strong). */
  score: z.int().min(0).max(4),
  /** Decimal logarithm of the guesses that it takes. */
  guessesLog10: z.number(),
  /** Half of those guesses at 10,000 a second: the time after which it is probably found. */
  crackSeconds: z.number(),
  /** What makes it weak, in a sentence; empty when nothing does. */
  warning: z.string(),
  advice: z.array(z.string()),
})
export type PassphraseStrength = z.infer<typeof passphraseStrength>

export const keyringLook = z.object({
  /** yes: it could be asked. locked: it is there, and wants its own password first. no: none. */
  available: z.enum(['yes', 'locked', 'no']),
  detail: z.string(),
})
export type KeyringLook = z.infer<typeof keyringLook>

/** What an audit entry is about; ids only, never a value. */
export const auditSubject = z.strictObject({
  credentialId: z.string().max(80).optional(),
  /** The credential's name at that time, so that the entry can be read after it is gone. */
  credential: z.string().max(LIMITS.nameChars).optional(),
  field: z.string().max(LIMITS.nameChars).optional(),
  personaId: z.string().max(80).optional(),
  runId: z.string().max(80).optional(),
  host: z.string().max(300).optional(),
  slotId: z.string().max(80).optional(),
})
export type AuditSubject = z.infer<typeof auditSubject>

export const auditRow = z.object({
  /** From 1, without gaps. */
  seq: z.int(),
  at: z.int(),
  kind: z.enum(AUDIT_KINDS),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Who asked: `window`, `troupe`, a token's name, or `engine`. */
  by: z.string(),
  subject: auditSubject,
  /** One plain sentence, without values. */
  note: z.string(),
  /** SHA-256 over this entry and the hash before it, in hex. */
  hash: z.string(),
})
export type AuditRow = z.infer<typeof auditRow>

export const auditVerdict = z.object({
  /** yes: the whole chain holds, to its anchor. sealed: the chain holds; the keyed anchor can be checked only while open. */
  whole: z.enum(['yes', 'no', 'sealed']),
  entries: z.int(),
  /** The first entry that is wrong; null: none, or what is wrong is the end. */
  firstWrong: z.int().nullable(),
  detail: z.string(),
})
export type AuditVerdict = z.infer<typeof auditVerdict>

/** Every field opened once. */
export const fieldCheck = z.object({
  checked: z.int(),
  damaged: z.array(z.object({ credentialId: z.string(), field: z.string(), message: z.string() })),
})
export type FieldCheck = z.infer<typeof fieldCheck>
