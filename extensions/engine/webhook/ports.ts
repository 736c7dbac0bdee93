/** What the webhook room needs from outside. */
import type { EventDraft, TriggerWhen } from '#contract'
import type { Announce, CallContext, Chance, Clock, Logger, RowReader, Statement } from '#core'

export interface WebhookStore extends RowReader {
  write(statements: readonly Statement[], options?: { readonly durability?: 'durable' | 'applied' }): Promise<unknown>
}

/** Sealed texts. All but `isOpen` throw SEALED while the vault is locked or missing. */
export interface SealedTexts {
  isOpen(): boolean
  put(owner: string, field: 'path' | 'key', text: string): Statement
  drop(owner: string): Statement
  read(owner: string, field: 'path' | 'key'): Promise<string | undefined>
  /** Enters in the audit log that they were shown. */
  shown(owner: string, name: string, by: CallContext): Promise<void>
  onLock(forget: () => void): () => void
}

export interface Sent {
  readonly status: number
}

export interface WebhookPorts {
  readonly store: WebhookStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly secrets: SealedTexts
  /** The trigger of a hook; undefined: there is none. */
  readonly trigger: (
    id: string,
  ) => Promise<{ readonly name: string; readonly personaId: string; readonly enabled: boolean; readonly when: TriggerWhen } | undefined>
  /** Says an event, durably. */
  readonly emit: (draft: EventDraft) => Promise<{ readonly event: { readonly seq: number }; readonly duplicate: boolean }>
  /** Through the egress guard: REFUSED, UNREACHABLE, TIMEOUT. */
  readonly send: (request: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly allowPrivate: boolean
    readonly timeoutMs: number
  }) => Promise<Sent>
  /** Bounds of a connection; only tests have a reason to change them. */
  readonly times?: { readonly headersMs: number; readonly requestMs: number }
}
