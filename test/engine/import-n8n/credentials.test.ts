import { expect, test } from 'vitest'
import { CONNECTORS as WANTED } from '../../../extensions/engine/import-n8n/credentials.ts'
import { CONNECTORS } from '../../../extensions/engine/vault/connector/mod.ts'

test('[IM12] a connector that a report names is there to be added', () => {
  const known = new Set(CONNECTORS.map(({ id }) => id))
  expect([...new Set(Object.values(WANTED))].filter((id) => !known.has(id))).toEqual([])
})
