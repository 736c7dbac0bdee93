/** A run by its id, the beginning of its id, or `last`. */
import { WrongUse } from './failure.ts'
import type { Engine } from './link/connect.ts'

/** Among how many of the newest runs a beginning is looked for. */
const LOOKED_AT = 500
const WHOLE_ID = /^run_[0-9a-z]{16}$/

export async function findRun(engine: Engine, asked: string): Promise<string> {
  if (WHOLE_ID.test(asked)) return asked
  const { rows } = await engine.run.list({ limit: asked === 'last' ? 1 : LOOKED_AT })
  const found = asked === 'last' ? rows : rows.filter(({ id }) => id.startsWith(asked) || id.startsWith(`run_${asked}`))
  const [first, second] = found
  if (first && !second) return first.id
  if (asked === 'last') throw new WrongUse('There is no run yet.', 'troupe run <persona> starts one.')
  if (first) throw new WrongUse(`"${asked}" fits ${found.length} runs.`, 'Write more of the id.')
  throw new WrongUse(`There is no run "${asked}".`, 'troupe runs lists them; "last" stands for the newest.')
}
