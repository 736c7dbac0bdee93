import { TroupeError } from '#core'
import { CONNECTORS } from '../connector/mod.ts'
import type { Credentials } from './credentials.ts'

export function openCredentials(): Credentials {
  const notYet = () => {
    throw new TroupeError('WRONG_STATE', 'Credentials are being built; this call answers in the next build.')
  }
  return new Proxy({ connectors: () => CONNECTORS } as unknown as Credentials, { get: (there, name) => Reflect.get(there, name) ?? notYet })
}
