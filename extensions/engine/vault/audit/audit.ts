/**
 * The hash-chained log. An operation goes through `append` together with its entry, in one transaction: if the entry cannot be
 * written, the operation does not happen. What has no statements of its own (a lend, a reveal) appends first and acts after.
 */
import type { AuditKind, AuditOutcome, AuditSubject } from '#contract'
import type { Statement } from '#core'

export interface AuditDraft {
  readonly kind: AuditKind
  /** Default `done`. */
  readonly outcome?: AuditOutcome
  /** Who asked: CallContext.clientName, or `engine`. */
  readonly by: string
  /** Ids and names; never a value. */
  readonly subject?: AuditSubject
  /** One plain sentence, at most 300 characters, without values. */
  readonly note?: string
}

export interface Audit {
  /** Entries and statements in one durable transaction; rejects, with nothing written, when either cannot be. Answers each statement's changes. */
  append(entries: AuditDraft | readonly AuditDraft[], statements?: readonly Statement[]): Promise<readonly { readonly changes: number }[]>
}
