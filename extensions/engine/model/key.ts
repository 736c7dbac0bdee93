import type { ProviderDoc } from '#contract'
import type { Secrets } from './ports.ts'

/** The provider's key; null when it needs none, or when there is none. A variable that is set to nothing counts as not set. */
export async function keyOf(doc: Pick<ProviderDoc, 'keyEnv'>, secrets: Secrets): Promise<string | null> {
  if (doc.keyEnv === null) return null
  const key = await secrets(doc.keyEnv)
  return key === '' ? null : key
}
