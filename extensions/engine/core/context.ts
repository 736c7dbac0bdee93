import type { ChangeTopic } from '#contract/plain'

/** Who calls: made by a door of the serve room for each connection, handed to every handler. */
export interface CallContext {
  readonly clientId: string
  /** For logs and lists: `window`, `troupe`, or the name given to the token. */
  readonly clientName: string
  /** `*` or a list of method names. */
  readonly scopes: readonly string[]
}

/** Tells every client that something changed; plugged by the composition root with the serve room's stream. */
export type Announce = (topic: Exclude<ChangeTopic, 'reset'>, id: string, what: string) => void
