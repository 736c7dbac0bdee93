/** The `lease` slice of the contract. */
import { implement } from '@orpc/server'
import { contract, type LentOut } from '#contract'
import type { CallContext } from '#core'
import type { Proofs } from '../proof.ts'
import type { Leases } from './leases.ts'

export function leaseRoutes(leases: Leases, proofs: Proofs) {
  const lease = implement(contract.lease).$context<CallContext>()
  return {
    hold: lease.hold.handler(({ input, context, signal }) => {
      proofs.require(context, input.proof)
      return hold(leases, input, context.clientName, signal)
    }),
  }
}

/** The lease lives as long as its caller listens, also when that one dies without a word. */
async function* hold(
  leases: Leases,
  { credentials, program }: { readonly credentials: readonly string[]; readonly program: string },
  by: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<LentOut, void> {
  const lent = await leases.lendOut(credentials, by, program)
  try {
    yield { id: lent.id, env: { ...lent.env }, secrets: lent.secrets.map(({ mask, value }) => ({ mask, value: String(value) })) }
    if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))
  } finally {
    await leases.giveBack(lent.id)
  }
}
