import type { ProviderDoc } from '#contract'
import type { KeyPlace, Secrets } from './ports.ts'

export const placeOf = ({ id, keyEnv, credential }: ProviderDoc): KeyPlace => ({ provider: id, keyEnv, credential })

export const needsKey = ({ keyEnv, credential }: Pick<ProviderDoc, 'keyEnv' | 'credential'>): boolean =>
  keyEnv !== null || credential !== null

/** The provider's key; null when it needs none, or when there is none. A variable that is set to nothing counts as not set. */
export async function keyOf(doc: ProviderDoc, secrets: Secrets): Promise<string | null> {
  if (!needsKey(doc)) return null
  const key = await secrets(placeOf(doc))
  return key === '' ? null : key
}

/** Why there is no key. */
export function noKey({ keyEnv, credential }: Pick<ProviderDoc, 'keyEnv' | 'credential'>): string {
  if (credential !== null) return `the credential of its key is gone, or its field "${credential.field}" has no value`
  return `the environment variable ${keyEnv} is not set in the engine`
}
