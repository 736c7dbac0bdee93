/** VAULT: making, opening and closing it, its ways in, the credentials in it, and the log of what was done with them. It keeps no secret longer than it is shown. */
export { VaultScreen } from './vault-screen.tsx'
