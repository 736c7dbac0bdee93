/** What every part of the room works with. */

import type { OneAtATime } from '#core'
import type { PersonaPorts } from './ports.ts'

export interface Desk {
  readonly ports: PersonaPorts
  /** Every change of the room's tables goes through here. */
  readonly change: OneAtATime
}
