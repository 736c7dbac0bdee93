/** Which manifest counts, and what it offers. Everything here is decided from bytes, keys, what was seen, and the time. */
import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'

const semver = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/)
const keySchema = z.strictObject({ id: z.string().min(1).max(100), publicKey: z.string().max(200) })
/** An Ed25519 key: its SPKI form, base64. */
export type ReleaseKey = z.infer<typeof keySchema>

/** What the build pins. */
export const releaseSchema = z.strictObject({ url: z.url({ protocol: /^https$/ }), keys: z.array(keySchema).min(1).max(10) })
export type Release = z.infer<typeof releaseSchema>

const envelopeSchema = z.strictObject({
  payload: z.base64().max(100_000),
  signatures: z.array(z.strictObject({ key: z.string().max(100), signature: z.base64().max(200) })).max(10),
})
const fileSchema = z.strictObject({
  url: z.url({ protocol: /^https$/ }),
  bytes: z.int().min(1).max(500_000_000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ReleaseFile = z.infer<typeof fileSchema>
const manifestSchema = z.strictObject({
  format: z.literal(1),
  sequence: z.int().min(0),
  version: semver,
  minimumVersion: semver,
  /** Milliseconds since 1970. */
  expiresAt: z.int(),
  keys: z.array(keySchema).min(1).max(10).optional(),
  files: z.record(z.string(), fileSchema),
})
export type Manifest = z.infer<typeof manifestSchema>

/** What earlier manifests left: kept in the data folder. */
export const seenSchema = z.strictObject({ sequence: z.int().min(0), keys: z.array(keySchema).optional() })
export type Seen = z.infer<typeof seenSchema>

export interface Situation {
  readonly pinned: readonly ReleaseKey[]
  readonly seen: Seen
  /** The version that runs. */
  readonly version: string
  /** `linux-x64`. */
  readonly system: string
  readonly now: number
}

export type Verdict =
  | { readonly kind: 'offer'; readonly version: string; readonly file: ReleaseFile; readonly seen: Seen }
  | { readonly kind: 'current'; readonly version: string; readonly seen: Seen }
  | { readonly kind: 'refused'; readonly why: string }

const refused = (why: string): Verdict => ({ kind: 'refused', why })

export function judge(answer: Uint8Array, situation: Situation): Verdict {
  const envelope = parse(envelopeSchema, answer)
  if (envelope === undefined) return refused('what came is no manifest')
  const payload = Buffer.from(envelope.payload, 'base64')
  const { seen } = situation
  const trusted = seen.keys ?? situation.pinned
  if (!envelope.signatures.some((one) => trusted.some((key) => key.id === one.key && signedBy(key, payload, one.signature))))
    return refused('no key that this program trusts signed it')
  const manifest = parse(manifestSchema, payload)
  if (manifest === undefined) return refused('it is signed, and of a form that this version does not know')
  if (manifest.expiresAt <= situation.now)
    return refused(`it ran out on ${new Date(manifest.expiresAt).toISOString()}; the clock, or the server, is behind`)
  if (manifest.sequence < seen.sequence)
    return refused(`it is older (${manifest.sequence}) than one that was seen before (${seen.sequence})`)
  return offerOf(manifest, situation)
}

function offerOf(manifest: Manifest, { version, system, seen }: Situation): Verdict {
  const keys = manifest.keys ?? seen.keys
  const next: Seen = { sequence: manifest.sequence, ...(keys ? { keys } : {}) }
  if (compare(manifest.version, version) <= 0) return { kind: 'current', version: manifest.version, seen: next }
  if (compare(version, manifest.minimumVersion) < 0)
    return refused(
      `version ${manifest.version} cannot follow ${version}; get version ${manifest.minimumVersion} or a newer one by hand first`,
    )
  const file = Object.hasOwn(manifest.files, system) ? manifest.files[system] : undefined
  if (file === undefined) return refused(`version ${manifest.version} was not made for ${system}`)
  return { kind: 'offer', version: manifest.version, file, seen: next }
}

function signedBy(key: ReleaseKey, payload: Uint8Array, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' })
    return publicKey.asymmetricKeyType === 'ed25519' && verify(null, payload, publicKey, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (const at of [0, 1, 2]) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data
  } catch {
    return undefined
  }
}
