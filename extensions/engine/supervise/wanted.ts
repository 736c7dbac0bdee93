/** All that a start asks of this room: whether a service is to run from the beginning. */
import { integer, type RowReader, readRow } from '#core'

export async function anyToBeOn(store: RowReader): Promise<boolean> {
  const row = await readRow(store, { found: integer }, `SELECT count(*) AS found FROM service WHERE desired = 'on'`)
  return (row?.found ?? 0) > 0
}
