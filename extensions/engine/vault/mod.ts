/**
 * VAULT: where keys are found. For now only the door: keys are read from the engine's environment by name, and never stored.
 * The vault's own issue replaces what is behind it (sealed credentials, leases, audit); callers keep `Secrets`.
 * It refuses to list values: a name goes in, and one value comes out.
 */
export { environmentSecrets, type Secrets } from './environment.ts'
