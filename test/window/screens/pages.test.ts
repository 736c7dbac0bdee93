// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { PageCache } from '../../../src/screens/runs/pages.ts'

const rows = (offset: number, count: number) => Array.from({ length: count }, (_, at) => ({ id: `run_${offset + at}` }))
const fill = (cache: PageCache<{ id: string }>, first: number, last: number, total: number) => {
  for (const request of cache.need(first, last)) {
    cache.put(request, { rows: rows(request.offset, Math.min(request.limit, total - request.offset)), total, asOf: 1000 })
  }
}

describe('the page cache', () => {
  it('asks for the first page alone, then for what is in view with the asOf of the first', () => {
    const cache = new PageCache<{ id: string }>(100)
    expect(cache.need(0, 250)).toEqual([{ offset: 0, limit: 100, asOf: undefined, generation: 0 }])
    expect(cache.need(0, 250)).toEqual([])
    cache.put({ offset: 0, limit: 100, asOf: undefined, generation: 0 }, { rows: rows(0, 100), total: 1000, asOf: 77 })
    expect(cache.total).toBe(1000)
    expect(cache.need(0, 250).map((one) => [one.offset, one.asOf])).toEqual([
      [100, 77],
      [200, 77],
    ])
  })

  it('finds a row by its place and by its id', () => {
    const cache = new PageCache<{ id: string }>(10)
    fill(cache, 0, 0, 35)
    fill(cache, 0, 34, 35)
    expect(cache.row(34)?.id).toBe('run_34')
    expect(cache.row(35)).toBeUndefined()
    expect(cache.indexOf('run_23')).toBe(23)
    expect(cache.indexOf('run_99')).toBe(-1)
  })

  it('asks for the first page after a reset, wherever the reader was, and shows the old rows until it is there', () => {
    const cache = new PageCache<{ id: string }>(10)
    fill(cache, 0, 0, 1000)
    fill(cache, 980, 999, 1000)
    cache.reset()
    expect(cache.row(995)?.id).toBe('run_995')
    expect(cache.old).toBe(true)
    const requests = cache.need(980, 999)
    expect(requests.map((one) => [one.offset, one.asOf])).toEqual([[0, undefined]])
    cache.put(requests[0]!, { rows: rows(0, 5), total: 5, asOf: 9 })
    expect(cache.row(995)).toBeUndefined()
    expect([cache.total, cache.old]).toEqual([5, false])
    expect(cache.need(980, 999)).toEqual([])
  })

  it('asks again for what failed', () => {
    const cache = new PageCache<{ id: string }>(10)
    const [request] = cache.need(0, 0)
    cache.failed(request!)
    expect(cache.need(0, 0)).toHaveLength(1)
  })

  it('keeps showing stale rows in view until they are answered again, and forgets the others', () => {
    const cache = new PageCache<{ id: string }>(10)
    fill(cache, 0, 0, 50)
    fill(cache, 0, 49, 50)
    cache.staleAround(12, 18)
    expect(cache.row(15)?.id).toBe('run_15')
    expect(cache.row(45)).toBeUndefined()
    expect(cache.need(12, 18).map((one) => one.offset)).toEqual([10])
  })

  it('ignores answers that belong to an older reset', () => {
    const cache = new PageCache<{ id: string }>(10)
    const [request] = cache.need(0, 0)
    cache.reset()
    expect(cache.put(request!, { rows: rows(0, 10), total: 10, asOf: 1 })).toBe(false)
    expect(cache.total).toBeUndefined()
  })

  it('holds a bounded number of pages while 100,000 rows are scrolled through', () => {
    const cache = new PageCache<{ id: string }>(100, 8)
    fill(cache, 0, 0, 100_000)
    for (let first = 0; first < 100_000; first += 50) fill(cache, first, first + 40, 100_000)
    const held = Array.from({ length: 1000 }, (_, page) => cache.row(page * 100)).filter(Boolean)
    expect(held.length).toBeLessThanOrEqual(8)
    expect(cache.row(99_999)?.id).toBe('run_99999')
  })
})
