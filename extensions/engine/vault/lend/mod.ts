/** LEND, a part of the vault: leases of secrets to runs and programs. `vault/mod.ts` is the door; the rules are in `SPEC.md`. */
export { type Borrowed, type Borrower, type KeyPlace, type Lease, type LeasePorts, Leases } from './leases.ts'
export { lendMigrations } from './migrations.ts'
