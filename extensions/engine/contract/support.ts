/** The support bundle: what is in it is shown before anything is written. */
import { oc } from '@orpc/contract'
import { z } from 'zod'

export const supportEntry = z.object({
  /** Its file in the bundle, e.g. `logs/engine.log`. */
  name: z.string(),
  /** In one sentence, what it tells and what it leaves out. */
  about: z.string(),
  bytes: z.int(),
  /** How many things were taken out of it: values, addresses with passwords, the person's home folder. */
  hidden: z.int(),
})
export type SupportEntry = z.infer<typeof supportEntry>

export const supportPlan = z.object({
  /** Names this plan to `text` and `write`; what was shown is what is written. */
  id: z.string(),
  expiresAt: z.int(),
  entries: z.array(supportEntry),
})
export type SupportPlan = z.infer<typeof supportPlan>

const id = z.string().min(1).max(80)
const name = z.string().min(1).max(120)
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const supportMethods = {
  /** Gathers it all, in memory; writes nothing. One plan stands at a time, for LIMITS.supportPlanMs. */
  plan: post('/support/plan').input(z.strictObject({}).optional()).output(supportPlan),
  /** One entry, as it would be written. NOT_FOUND for another plan than the one that stands. */
  text: post('/support/text')
    .input(z.strictObject({ id, name }))
    .output(z.object({ text: z.string() })),
  /** Writes one zip file, without the entries that are named, into the data folder's `exports`. NOT_FOUND, DISK. */
  write: post('/support/write')
    .input(z.strictObject({ id, without: z.array(name).max(100).default([]) }))
    .output(z.object({ path: z.string(), bytes: z.int(), entries: z.int() })),
}
