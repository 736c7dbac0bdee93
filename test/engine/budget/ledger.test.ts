import { expect, test } from 'vitest'
import { NOTHING } from '../../../extensions/engine/budget/amounts.ts'
import { Ledger } from '../../../extensions/engine/budget/ledger.ts'

const place = { rootId: 'run_1', personaId: 'per_1', group: '', day: '2026-11-25', month: '2026-11' }
const worst = { ...NOTHING, nano: 100, requests: 1 }

test('[BU3] the ledger itself settles a reservation once, and one that it never had not at all', () => {
  const ledger = new Ledger()
  expect(ledger.reserve({ id: 'res_1', place, worst, shareId: null })).toEqual({ kind: 'fits' })
  expect(ledger.settle('res_1', { ...worst, nano: 40 })).not.toBeNull()
  expect(ledger.settle('res_1', { ...worst, nano: 40 })).toBeNull()
  expect(ledger.settle('res_2', worst)).toBeNull()
  const { used, reserved } = ledger.total('everything|2026-11-25')
  expect([used.nano, used.requests, reserved.nano, reserved.requests]).toEqual([40, 1, 0, 0])
})
