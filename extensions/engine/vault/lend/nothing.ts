/** Lends nothing, as a vault without credentials does. */
import { TroupeError } from '#core'
import type { Lending } from '../credential/mod.ts'

const none = (): never => {
  throw new TroupeError('NOT_FOUND', 'There are no credentials in this vault.')
}

export const nothingToLend: Lending = {
  grantsOf: async () => [],
  lendable: async () => none(),
  values: async () => none(),
  used: none,
}
