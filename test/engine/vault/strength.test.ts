/** Passphrases through the real strength thread. */
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '#core/node'
import { makeStrengthJudge } from '../../../extensions/engine/vault/strength/judge.ts'

const threadUrl = new URL('../../../extensions/engine/vault/strength-thread.ts', import.meta.url)
const judges: { stop(): Promise<void> }[] = []
const open = (url = threadUrl) => {
  const made = makeStrengthJudge({ clock: systemClock, threadUrl: url })
  judges.push(made)
  return made
}
afterEach(async () => {
  for (const one of judges.splice(0)) await one.stop()
})

test('[VS1] what is leaked, straight or repeated is weak, and says why; unrelated words are strong', async () => {
  const { judge } = open()
  const [leaked, row, repeated, words] = await Promise.all([
    judge('password123'),
    judge('qwertyuiop'),
    judge('aaaaaaaaaaaaaaaa'),
    judge('lantern-gravel-ostrich-violin'),
  ])
  expect([leaked.score, row.score, repeated.score]).toEqual([0, 0, 0])
  expect(leaked.warning).toMatch(/much used/)
  expect(repeated.warning).toMatch(/repeated/i)
  expect(words.score).toBe(4)
  expect(words.crackSeconds).toBeGreaterThan(leaked.crackSeconds * 1e6)
  expect(words.warning).toBe('')
})

test('[VS2] a very long one is judged by its beginning, and never takes the thread down', async () => {
  const { judge } = open()
  const long = await judge('a1-'.repeat(340))
  expect(long.score).toBeLessThanOrEqual(4)
  expect((await judge('lantern-gravel-ostrich-violin')).score).toBe(4)
})

test('[VS3] a thread that dies fails its question, and the next one gets another thread', async () => {
  const dead = open(new URL('data:text/javascript,process.exit(3)'))
  await expect(dead.judge('anything at all')).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(dead.judge('once more')).rejects.toMatchObject({ code: 'INTERNAL' })
})

test('[VS4] after the stop nothing is judged', async () => {
  const judge = open()
  await judge.judge('lantern')
  await judge.stop()
  await expect(judge.judge('lantern')).rejects.toMatchObject({ code: 'STOPPING' })
})
