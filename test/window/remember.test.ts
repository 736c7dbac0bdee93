// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers()
  vi.resetModules()
})
afterEach(() => vi.useRealTimers())

const fresh = async () => await import('../../src/state/remember.ts')

test('[WIN30] what the engine remembers stands before the first look', async () => {
  const { plugMemory, remembered } = await fresh()
  plugMemory({ 'split.editor': '31' }, async () => undefined)
  expect(remembered('split.editor', 50)[0]()).toBe(31)
  expect(remembered('split.other', 50)[0]()).toBe(50)
})

test('[WIN31] many changes of one value are one write, of the last one', async () => {
  const { plugMemory, remembered } = await fresh()
  const written: [string, string | null][] = []
  plugMemory({}, async (key, value) => void written.push([key, value]))
  const [, set] = remembered('pane', 0)
  for (let n = 1; n <= 100; n++) set(n)
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(written).toEqual([['pane', '100']])
})

test('[WIN32] a write that fails is kept for the next link, unless something newer came', async () => {
  const { plugMemory, remembered, flushMemory } = await fresh()
  let alive = false
  const written: [string, string | null][] = []
  plugMemory({}, async (key, value) => {
    if (!alive) throw new Error('no link')
    written.push([key, value])
  })
  const [, set] = remembered('pane', 0)
  set(1)
  await vi.advanceTimersByTimeAsync(1000)
  alive = true
  await flushMemory()
  expect(written).toEqual([['pane', '1']])
})

test('a damaged value is passed over', async () => {
  const { plugMemory, remembered } = await fresh()
  plugMemory({ pane: '{not json' }, async () => undefined)
  expect(remembered('pane', 7)[0]()).toBe(7)
})
