/** What the store and the rooms that own tables say to each other. SQL itself stays in the room that owns the table. */

/** What a column may hold. Integers beyond 2^53 do not fit; booleans are stored as 0 and 1 by their owner. */
export type SqlValue = string | number | null | Uint8Array

/** One SQL statement with its parameters. Only INSERT, UPDATE, DELETE, REPLACE (and WITH before them) may be written. */
export interface Statement {
  readonly sql: string
  readonly params?: readonly SqlValue[]
  /** When the statement changes another number of rows, the whole transaction is undone and refused with CONFLICT. */
  readonly expectChanges?: number
}

/**
 * What a room puts right in a database that is about to be restored, before it takes the present one's place; the present one is
 * attached as `present`. `:now` is bound to the time, milliseconds since 1970. Left out when either database lacks one of the tables
 * (it is older than they are); otherwise it must run on every older schema of the room.
 */
export interface AfterRestore {
  readonly room: string
  readonly tables: readonly string[]
  /** For the plan, in words: what this means for the person. */
  readonly note: string
  readonly sql: string
}

/** A change of one room's tables. Applied once, in its own transaction, in the order of its number; never edited afterwards. */
export interface Migration {
  readonly room: string
  /** From 1, without gaps, for each room. */
  readonly number: number
  readonly name: string
  /** One or more statements. No BEGIN or COMMIT: the store brings the transaction. */
  readonly sql: string
}
