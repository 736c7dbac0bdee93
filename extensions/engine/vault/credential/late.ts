/** The door to this part while it is not loaded: a start lends nothing, and knows no connector. */
import type { Lending } from './lendable.ts'
import type { CredentialRoom } from './open.ts'
import type { CredentialPorts } from './ports.ts'
import { usedAt } from './rows.ts'

export async function loadCredentials(ports: CredentialPorts): Promise<CredentialRoom> {
  const { openCredentials } = await import('./open.ts')
  return openCredentials(ports)
}

/** The lending of a room that is loaded with its first use. */
export function lateLending(room: () => Promise<CredentialRoom>): Lending {
  return {
    grantsOf: async (personaId) => (await room()).lending.grantsOf(personaId),
    lendable: async (idOrName) => (await room()).lending.lendable(idOrName),
    values: async (credentialId, which) => (await room()).lending.values(credentialId, which),
    used: usedAt,
  }
}
