/** What the approval room needs from outside. Everything here is plugged by the composition root. */
import type { InboxItem, RuleEffect } from '#contract'
import type { Announce, Chance, Clock, Logger, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

export interface ApproveStore extends RowReader {
  write(
    statements: readonly Statement[],
    options?: { readonly durability?: 'durable' | 'applied' },
  ): Promise<readonly { readonly changes: number }[]>
}

/** Something else that waits for a person, e.g. runs that are parked for the vault. */
export interface InboxSource {
  /** For the log, when it cannot be read. */
  readonly name: string
  list(): Promise<readonly InboxItem[]>
  /** How many it would list, without reading them. */
  count(): Promise<number>
}

export interface ApprovePorts {
  readonly store: ApproveStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** What holds for a call that no rule fits. Read at each call. */
  readonly fallback: () => ApprovalFallback
  /** Goes on with a run that waited; called after the decision is durable, and again at the next start if that was not reached. */
  readonly resume: (runId: string) => Promise<unknown>
  /** Tells the person that something waits. */
  readonly needsPerson: (what: {
    readonly title: string
    readonly text: string
    readonly runId: string | null
    readonly itemId: string
  }) => void
  readonly sources: readonly InboxSource[]
}

/** `allow`: what the persona was given in its document it may use; `ask-unsafe`: what is neither read-only nor idempotent is asked; `ask`: everything is. */
export type ApprovalFallback = 'allow' | 'ask-unsafe' | 'ask'
export const FALLBACKS: readonly ApprovalFallback[] = ['allow', 'ask-unsafe', 'ask']

export const effectOfFallback = (fallback: ApprovalFallback, safe: boolean): RuleEffect =>
  fallback === 'allow' || (fallback === 'ask-unsafe' && safe) ? 'allow' : 'ask'
