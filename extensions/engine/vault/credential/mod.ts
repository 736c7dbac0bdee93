/** CREDENTIAL, a part of the vault: secrets with a name, what they open, who may borrow them. `vault/mod.ts` is the door. */
export type { Credentials, GrantAsked } from './credentials.ts'
export type { Lendable, Lending } from './lendable.ts'
export { credentialMigrations } from './migrations.ts'
export { type CredentialRoom, openCredentials } from './open.ts'
export type { CredentialPorts, Egress, LeasesPort } from './ports.ts'
