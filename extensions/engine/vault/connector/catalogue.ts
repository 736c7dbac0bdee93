/** All connectors, in the order of their categories. */
import type { ConnectorRow } from '#contract'
import { TroupeError } from '#core'
import { COMMERCE, MARKETING, SEARCH } from './data/business.ts'
import { COMMUNICATION } from './data/communication.ts'
import { DATABASES } from './data/databases.ts'
import { DEVELOPMENT } from './data/development.ts'
import { GENERIC } from './data/generic.ts'
import { MAIL } from './data/mail.ts'
import { MODELS } from './data/models.ts'
import { OFFICES } from './data/offices.ts'
import { PRODUCTIVITY } from './data/productivity.ts'
import { STORAGES } from './data/storages.ts'
import { withExtras } from './define.ts'

const ALL = [
  ...GENERIC,
  ...MODELS,
  ...DEVELOPMENT,
  ...COMMUNICATION,
  ...PRODUCTIVITY,
  ...OFFICES,
  ...DATABASES,
  ...STORAGES,
  ...MAIL,
  ...COMMERCE,
  ...MARKETING,
  ...SEARCH,
]
export const CONNECTORS: readonly ConnectorRow[] = ALL.map(withExtras)

const byId = new Map(CONNECTORS.map((row) => [row.id, row]))

/** INVALID when there is none of that id. */
export function connectorOf(id: string): ConnectorRow {
  const found = byId.get(id)
  if (found) return found
  throw new TroupeError('INVALID', `There is no connector "${id}".`, { hint: 'troupe credential connectors lists them.' })
}

/** For what is stored: a connector that a newer build knew is treated as a bare variable. */
export const knownConnector = (id: string): ConnectorRow | undefined => byId.get(id)
