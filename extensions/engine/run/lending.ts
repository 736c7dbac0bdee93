/** What the run room needs of whoever lends secrets: one lease for each run, from its beginning to its end. */
import type { RunRow } from '#contract'
import type { LentToRun } from '#core'

/** Where a model provider's key is; both null: it needs none. */
export interface KeyPlace {
  readonly provider: string
  readonly keyEnv: string | null
  readonly credential: { readonly id: string; readonly field: string } | null
}

export interface RunLease {
  /** null: it has borrowed nothing but, perhaps, providers' keys. */
  readonly lent: LentToRun | null
  /** What the person should know, e.g. that a variable holds only a placeholder; one sentence each. */
  readonly notices: readonly string[]
  /** A provider's key, in this lease; null: there is none. SEALED. */
  key(place: KeyPlace): Promise<string | null>
  /** Enters that a value goes to a host. REFUSED when the lease has ended, or the entry cannot be written. */
  sends(credential: string, host: string): Promise<void>
  /** Nothing is lent any more. Never rejects; a second call does nothing. */
  end(): Promise<void>
}

export interface BorrowAsk {
  readonly run: Pick<RunRow, 'id' | 'personaId' | 'personaName' | 'bodyKind'>
  /** Credentials by name that the person lends to this run alone. */
  readonly credentials: readonly string[]
}

/** sealed: it waits for an unlock. refused: it cannot be lent, and waiting does not help. */
export type Borrowed =
  | { readonly kind: 'lent'; readonly lease: RunLease }
  | { readonly kind: 'sealed'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }

export interface RunLending {
  /** Whether what is sealed can be borrowed just now. */
  isOpen(): boolean
  borrow(ask: BorrowAsk): Promise<Borrowed>
}
