/** What an engine needs to know of triggers before anything of them is loaded: whether something watches, and when the first is due. */
import { integer, orNull, type RowReader, readRow, readRows, text } from '#core'

export interface FirstLook {
  /** Something waits for events, files, addresses; or was under way. */
  readonly watches: boolean
  /** The first due time; null: there is none. */
  readonly nextAt: number | null
  readonly nextOf: ReadonlyMap<string, number>
}

export async function firstLook(store: RowReader): Promise<FirstLook> {
  const live = await readRow(
    store,
    { n: integer },
    `SELECT (SELECT count(*) FROM trigger_doc WHERE enabled = 1 AND kind NOT IN ('manual', 'schedule'))
      + (SELECT count(*) FROM trigger_fire WHERE state IN ('waiting', 'asking', 'starting', 'started')) AS n`,
  )
  const paused = await readRow(store, { value: text }, "SELECT value FROM trigger_fact WHERE name = 'paused-until'")
  const next = paused
    ? []
    : await readRows(
        store,
        { persona_id: text, at: orNull(integer) },
        'SELECT persona_id, min(next_at) AS at FROM trigger_schedule WHERE live = 1 AND next_at IS NOT NULL GROUP BY persona_id',
        [],
        { maxRows: 100_000 },
      )
  const nextOf = new Map(next.flatMap(({ persona_id, at }) => (at === null ? [] : [[persona_id, at] as const])))
  return {
    watches: (live?.n ?? 0) > 0 || paused !== undefined,
    nextAt: nextOf.size === 0 ? null : [...nextOf.values()].reduce((a, b) => Math.min(a, b)),
    nextOf,
  }
}
