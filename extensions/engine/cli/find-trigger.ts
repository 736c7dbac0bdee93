/** A trigger by its id, its name, or a beginning that only one has. */
import type { TriggerRow } from '#contract'
import { WrongUse } from './failure.ts'
import type { Engine } from './link/connect.ts'

/** WrongUse when none or several fit. */
export async function findTrigger(engine: Engine, asked: string): Promise<TriggerRow> {
  const rows = await engine.trigger.list({})
  const wanted = asked.trim().toLowerCase()
  const exact = rows.filter(({ id, doc }) => id === asked || doc.name.toLowerCase() === wanted)
  if (exact.length === 1 && exact[0]) return exact[0]
  const found =
    exact.length > 1
      ? exact
      : rows.filter(({ id, doc }) => wanted !== '' && (id.startsWith(wanted) || doc.name.toLowerCase().startsWith(wanted)))
  if (found.length === 1 && found[0]) return found[0]
  const names = (found.length > 1 ? found : rows).slice(0, 6).map(({ id, doc }) => `${doc.name} (${id})`)
  if (found.length > 1)
    throw new WrongUse(`"${asked}" fits ${found.length} triggers: ${names.join(', ')}.`, 'Write more of the name, or the id.')
  throw new WrongUse(
    `There is no trigger "${asked}".`,
    names.length > 0 ? `There are: ${names.join(', ')}.` : 'Make one: troupe trigger add <persona> --at "every day at 9".',
  )
}
