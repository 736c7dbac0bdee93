/** A credential by its id, its name, or a beginning that only one has. */
import type { CredentialRow } from '#contract'
import { WrongUse } from './failure.ts'
import type { Engine } from './link/connect.ts'

/** WrongUse when none or several fit. */
export async function findCredential(engine: Engine, asked: string): Promise<CredentialRow> {
  const rows = await engine.credential.list()
  const exact = rows.find(({ id, name }) => id === asked || name === asked)
  if (exact) return exact
  const found = rows.filter(({ id, name }) => asked !== '' && (name.startsWith(asked) || id.startsWith(asked)))
  if (found.length === 1 && found[0]) return found[0]
  const names = (found.length > 1 ? found : rows).slice(0, 6).map(({ name }) => name)
  if (found.length > 1) throw new WrongUse(`"${asked}" fits ${found.length} credentials: ${names.join(', ')}.`, 'Write more of the name.')
  throw new WrongUse(
    `There is no credential "${asked}".`,
    names.length > 0
      ? `There are: ${names.join(', ')}${rows.length > 6 ? ' …' : ''}.`
      : 'Put one in: troupe credential add <name> --connector <id>.',
  )
}
