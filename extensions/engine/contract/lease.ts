/** A lease for a program that the person starts on the command line. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { credentialName } from './credential.ts'
import { LIMITS } from './limits.ts'
import { proof } from './vault.ts'

export const lentOut = z.object({
  id: z.string(),
  /** Variables of the program, with their values. */
  env: z.record(z.string(), z.string()),
  /** What its output must not show, and what is shown instead. */
  secrets: z.array(z.object({ mask: z.string(), value: z.string() })),
})
export type LentOut = z.infer<typeof lentOut>

export const leaseMethods = {
  /**
   * One value, and then nothing until the caller leaves: that ends the lease. Values leave the engine, so it asks for a proof.
   * NOT_FOUND, WRONG_STATE, SEALED, REAUTHENTICATE; REFUSED for a value that is too short to be hidden.
   */
  hold: oc
    .route({ method: 'POST', path: '/leases/hold' })
    .input(
      z.strictObject({
        credentials: z.array(credentialName).min(1).max(20),
        /** For the audit log: the program's name, without arguments. */
        program: z.string().trim().min(1).max(LIMITS.nameChars),
        proof,
      }),
    )
    .output(eventIterator(lentOut)),
}
