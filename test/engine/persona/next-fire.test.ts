import { describe, expect, it, onTestFinished } from 'vitest'
import { docOf, openTestRoom } from './room.ts'

describe('when a persona starts next', () => {
  it('[PR5] is null while nothing but a person starts it, and otherwise what the port says', async () => {
    for (const [port, said] of [
      [{}, null],
      [{ nextFireAt: () => 42 }, 42],
    ] as const) {
      const room = await openTestRoom(port)
      onTestFinished(() => room.stop())
      await room.personas.create(docOf(), '')
      expect((await room.personas.list()).map(({ nextFireAt }) => nextFireAt)).toEqual([said])
    }
  })
})
