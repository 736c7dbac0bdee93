/** What lies in the keyring: `troupe-vault-1:<vault id>:<the slot's key, base64>`, so that another vault's entry is told from damage. */
import { fromBase64, toBase64 } from './bytes.ts'

const PREFIX = 'troupe-vault-1'

export function secretOfKey(slotKey: Uint8Array, vaultId: string): string {
  return `${PREFIX}:${vaultId}:${toBase64(slotKey)}`
}

/** undefined: it is none of ours, or of another vault. */
export function keyFromSecret(secret: string, vaultId: string): Uint8Array | undefined {
  const [prefix, id, key, ...rest] = secret.split(':')
  if (prefix !== PREFIX || id !== vaultId || key === undefined || rest.length > 0) return undefined
  const bytes = fromBase64(key)
  return bytes?.length === 32 ? bytes : undefined
}
