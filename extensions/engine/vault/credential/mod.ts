/** CREDENTIAL, a part of the vault: secrets with a name, what they open, who may borrow them. `vault/mod.ts` is the door. */
export type { Credentials, GrantAsked } from './credentials.ts'
export { lateLending, loadCredentials } from './late.ts'
export type { Lendable, Lending } from './lendable.ts'
export type { CredentialRoom } from './open.ts'
export type { CredentialPorts, Egress, LeasesPort } from './ports.ts'
