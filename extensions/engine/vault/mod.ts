/**
 * VAULT: secrets sealed at rest, and the log of what was done with them.
 * `seal/` the format, the slots and the states; `secret/` the sealed values; `audit/` the chained log; `credential/`, `connector/`, `oauth/` what
 * the secrets open; `lend/` how a run gets them. It refuses: a value that leaves without an audit entry, a value that opens in another place,
 * a vault made over another, a plain-text fallback.
 */
export { type CredentialRoom, type Credentials, lateLending, loadCredentials } from './credential/mod.ts'
export { environmentSecrets, type Secrets } from './environment.ts'
export { Leases } from './lend/mod.ts'
export { vaultMigrations } from './migrations.ts'
export { openVault, type Vault } from './open.ts'
export type { VaultPorts, VaultStore } from './ports.ts'
export { keyThread } from './seal/derive-key.ts'
export { openStoreKey, type StoreKey, type StoreKeyPorts, storeKeySlots } from './store-key.ts'
