import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Chance, newId } from '#core'
import { systemChance } from '#core/node'

describe('newId', () => {
  it('has the prefix and sixteen signs that can be read aloud', () => {
    expect(newId(systemChance, 'run')).toMatch(/^run_[0-9a-km-np-z]{16}$/)
  })

  it('uses every sign equally often, whatever bytes come', () => {
    // A fixed stream (xorshift32), long enough that taking bytes modulo 34 (ratio 8:7 = 1.14) would be seen.
    let state = 0x9e3779b9
    const next = () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    }
    const counting: Chance = { bytes: (count) => Uint8Array.from({ length: count }, next) }
    const seen = new Map<string, number>()
    for (let i = 0; i < 20_000; i += 1) for (const sign of newId(counting, 'x').slice(2)) seen.set(sign, (seen.get(sign) ?? 0) + 1)
    const counts = [...seen.values()]
    expect(seen.size).toBe(34)
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.08)
  })

  it('never asks for less than it needs', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(237)), (stream) => {
        const bytes = stream[Symbol.iterator]()
        const id = newId({ bytes: (n) => Uint8Array.from({ length: n }, () => bytes.next().value) }, 'a')
        expect(id).toHaveLength(18)
      }),
    )
  })
})
