/** What the tool room needs from outside. */
import type { Chance, Clock, Redactor } from '#core'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

export interface ToolPorts {
  readonly clock: Clock
  readonly chance: Chance
  /** What comes back from programs and servers is without secrets before it is cut. */
  readonly redactor: Redactor
  /** The engine's environment; a child gets only what `childEnvironment` lets through. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** All addresses of a host name. Throws when there are none. */
  lookup(hostname: string): Promise<readonly ResolvedAddress[]>
}
