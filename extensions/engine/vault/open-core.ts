/** The core with its real parts, and what lies on the disk read; for the vault, and for the store's key before there is a store. */
import type { VaultPorts } from './ports.ts'
import { VaultCore } from './seal/core.ts'
import { keyThread } from './seal/derive-key.ts'
import { systemKeyring } from './seal/keyring.ts'
import { openTries } from './seal/tries.ts'

export async function loadCore(ports: VaultPorts): Promise<VaultCore> {
  const core = new VaultCore({
    ports,
    derive: keyThread(ports.keyThreadUrl ?? new URL('./key-thread.ts', import.meta.url)),
    keyring: systemKeyring({
      childUrl: ports.keyringChildUrl ?? new URL('./keyring-child.ts', import.meta.url),
      env: ports.env,
      clock: ports.clock,
    }),
    tries: await openTries({ folder: ports.folder, clock: ports.clock, write: ports.writeFile }),
  })
  await core.load()
  return core
}
