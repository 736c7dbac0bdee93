/** CREDENTIAL, a part of the vault: secrets with a name, what they open, who may borrow them. `vault/mod.ts` is the door. */
export type { Credentials, GrantAsked } from './credentials.ts'
export { openCredentials } from './open.ts'
export { connectorRoutes, credentialRoutes } from './routes.ts'
