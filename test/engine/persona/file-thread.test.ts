import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Clock } from '#core'
import { openTestRoom } from './room.ts'

/** A thread for files that does this instead. */
const thread = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`)

async function planWith(threadUrl: URL, clock?: Clock): Promise<unknown> {
  const room = await openTestRoom({ threadUrl, ...(clock === undefined ? {} : { clock }) })
  try {
    return await room.personas.planImport('troupe: persona').catch((thrown: unknown) => thrown)
  } finally {
    await room.stop()
  }
}

test('[PX14] a thread that never answers is ended at its time limit', async () => {
  const asked: number[] = []
  const hasty: Clock = {
    now: () => 0,
    after(delayMs, task) {
      asked.push(delayMs)
      const timer = setTimeout(task, 50)
      return () => clearTimeout(timer)
    },
  }
  expect(await planWith(thread('for (;;);'), hasty)).toMatchObject({ code: 'TIMEOUT' })
  // Besides the limit only the looks at its memory, ten a second.
  expect(asked.filter((ms) => ms !== 100)).toEqual([30_000])
})

test('[PX14] a thread that ends or breaks without an answer fails the call with a reason', async () => {
  expect(await planWith(thread('process.exit(0)'))).toMatchObject({
    code: 'INTERNAL',
    message: 'The thread for persona files ended without an answer.',
  })
  expect(await planWith(thread('throw new Error("broken")'))).toMatchObject({ message: 'broken' })
})

test('[PX14] a thread that takes too much memory ends alone, and the file is TOO_LARGE', async () => {
  expect(await planWith(thread('const all = []; for (;;) all.push(new Array(1_000_000).fill(0.5))'))).toMatchObject({ code: 'TOO_LARGE' })
})

test('[PX14] the thread knows nothing of the environment', async () => {
  process.env.TROUPE_TEST_MARK = 'here'
  const tell =
    'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ kind: "failed", code: "INVALID", message: JSON.stringify(process.env) })'
  expect(await planWith(thread(tell))).toMatchObject({ message: '{}' })
})

test('[PX14] the YAML library does not load with the room', async () => {
  const door = new URL('../../../extensions/engine/persona/mod.ts', import.meta.url).href
  const code = `import Module from 'node:module'; await import('${door}'); console.log(Object.keys(Module._cache).filter((path) => /yaml/.test(path)).length)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
  expect(stdout.trim()).toBe('0')
})
