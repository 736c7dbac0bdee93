import { TroupeError } from '#core'
import type { Credentials } from './credentials.ts'

export function openCredentials(): Credentials {
  const notYet = () => {
    throw new TroupeError('WRONG_STATE', 'Credentials are being built; this call answers in the next build.')
  }
  return new Proxy({} as Credentials, { get: () => notYet })
}
