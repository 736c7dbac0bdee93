// @vitest-environment node
import { expect, test, vi } from 'vitest'
import { makeFeed } from '../../src/state/mod.ts'

/** A reading that is answered by hand. */
function byHand<T>() {
  const waiting: { resolve: (value: T) => void; reject: (thrown: unknown) => void }[] = []
  return { waiting, read: () => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject })) }
}

test('[WIN20] nothing is read before somebody looks; then once', async () => {
  const { waiting, read } = byHand<{ id: string }[]>()
  const feed = makeFeed({ topics: [], read })
  await Promise.resolve()
  expect(waiting).toHaveLength(0)
  expect(feed.value()).toBeUndefined()
  expect(feed.value()).toBeUndefined()
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  waiting[0]!.resolve([{ id: 'a' }])
  await vi.waitFor(() => expect(feed.value()).toEqual([{ id: 'a' }]))
  expect(waiting).toHaveLength(1)
})

test('[WIN21] never two readings at a time: what is asked meanwhile is one more, afterwards', async () => {
  const { waiting, read } = byHand<number>()
  const feed = makeFeed({ topics: [], read, pauseMs: 1 })
  feed.again()
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  feed.again()
  feed.again()
  feed.again()
  expect(waiting).toHaveLength(1)
  waiting[0]!.resolve(1)
  await vi.waitFor(() => expect(waiting).toHaveLength(2), 20_000)
  waiting[1]!.resolve(2)
  await vi.waitFor(() => expect(feed.value()).toBe(2))
  expect(waiting).toHaveLength(2)
})

test('[WIN22] a reading that fails says why, and the last answer stays', async () => {
  const { waiting, read } = byHand<number>()
  const feed = makeFeed({ topics: [], read, pauseMs: 1 })
  feed.again()
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  waiting[0]!.resolve(1)
  await vi.waitFor(() => expect(feed.value()).toBe(1))
  feed.again()
  waiting[1]!.reject(new Error('gone'))
  await vi.waitFor(() => expect(feed.failure()).toMatchObject({ message: 'gone' }))
  expect(feed.value()).toBe(1)
  feed.again()
  waiting[2]!.resolve(3)
  await vi.waitFor(() => expect(feed.failure()).toBeUndefined())
  expect(feed.value()).toBe(3)
})
