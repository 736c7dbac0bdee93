import { lookup } from 'node:dns/promises'

/** All addresses of a host name, as the system's resolver (hosts file included) knows them. Rejects when there is none. */
export async function systemLookup(hostname: string): Promise<readonly { readonly address: string; readonly family: 4 | 6 }[]> {
  const found = await lookup(hostname, { all: true })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}
