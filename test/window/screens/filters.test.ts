// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RUN_STATES } from '#contract/plain'
import {
  filtersFromUrl,
  filtersToUrl,
  isFiltered,
  NO_FILTERS,
  type RunFilters,
  SPANS,
  toRunFilter,
  withState,
} from '../../../src/screens/runs/filters.ts'

const filters: fc.Arbitrary<RunFilters> = fc
  .record({
    persona: fc.stringMatching(/^(persona_[a-z0-9]{4})?$/),
    states: fc.subarray([...RUN_STATES]),
    span: fc.constantFrom(...SPANS),
    from: fc.constantFrom('', '2026-01-31'),
    to: fc.constantFrom('', '2026-02-28'),
    minCost: fc.constantFrom('', '0.5', '12'),
    text: fc.string({ maxLength: 200 }),
  })
  .map((one) => (one.span === 'custom' ? one : { ...one, from: '', to: '' }))

describe('filters of the runs', () => {
  it('come back from the address as they were', () => {
    fc.assert(
      fc.property(filters, (one) => {
        expect(filtersFromUrl(filtersToUrl(one))).toEqual(one)
      }),
    )
  })

  it('drop what is wrong in an address instead of failing', () => {
    expect(filtersFromUrl('state=failed,nonsense&time=99y&cost=-3&from=yesterday')).toEqual({ ...NO_FILTERS, states: ['failed'] })
    expect(filtersToUrl(NO_FILTERS)).toBe('')
    expect(isFiltered(NO_FILTERS)).toBe(false)
  })

  it('become a filter of the contract, with both days of a custom span in it', () => {
    const filter = toRunFilter({ ...NO_FILTERS, span: 'custom', from: '2026-03-01', to: '2026-03-01', minCost: '0.25', text: ' disk ' }, 0)
    expect(filter).toEqual({
      from: new Date(2026, 2, 1).getTime(),
      to: new Date(2026, 2, 2).getTime(),
      minCostUsd: 0.25,
      text: 'disk',
    })
    expect(toRunFilter({ ...NO_FILTERS, span: '24h', persona: 'p' }, 100_000_000)).toEqual({ personaId: 'p', from: 13_600_000 })
  })

  it('switch a state on and off, in the order of the list', () => {
    const both = withState(withState(NO_FILTERS, 'failed'), 'queued')
    expect(both.states).toEqual(['queued', 'failed'])
    expect(withState(both, 'queued').states).toEqual(['failed'])
  })
})
