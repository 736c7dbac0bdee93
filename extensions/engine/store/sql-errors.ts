/** What SQLite says, in the house's error codes. Parameters never enter a message: they may hold what a person wrote. */
import { messageOf, TroupeError } from '#core'

/** SQLite itself broke (a trap or an abort inside WASM): its memory cannot be trusted any more, and nothing of it may become durable. */
export function brokeSqlite(thrown: unknown): boolean {
  const at = thrown instanceof TroupeError ? thrown.cause : thrown
  return at instanceof Error && at.name === 'RuntimeError'
}

const UNIQUE = /^UNIQUE constraint failed: (.+)$/

export function sqlError(thrown: unknown, sql: string): TroupeError {
  if (thrown instanceof TroupeError) return thrown
  const message = messageOf(thrown)
  const unique = UNIQUE.exec(message)
  if (unique) {
    return new TroupeError('CONFLICT', `There is already a row with the same ${unique[1]}.`, {
      cause: thrown,
      facts: { columns: unique[1] },
    })
  }
  const facts = { sql: sql.slice(0, 400) }
  if (message.includes('FOREIGN KEY constraint failed')) {
    return new TroupeError('CONFLICT', 'A row that this one refers to is missing, or is still referred to.', { cause: thrown, facts })
  }
  return new TroupeError('INTERNAL', `SQL failed: ${message}.`, { cause: thrown, facts })
}
