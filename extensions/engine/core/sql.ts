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

/** A change of one room's tables. Applied once, in its own transaction, in the order of its number; never edited afterwards. */
export interface Migration {
  readonly room: string
  /** From 1, without gaps, for each room. */
  readonly number: number
  readonly name: string
  /** One or more statements. No BEGIN or COMMIT: the store brings the transaction. */
  readonly sql: string
}
