import { spawn } from 'node:child_process'
import { existsSync, statSync, unlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Clock } from '#core'
import { systemClock } from '#core/node'
import { lockEngine } from '../../../extensions/engine/serve/mod.ts'
import { temporaryFolder } from './doors.ts'

describe('[SV16] one engine for each data folder', () => {
  it('a second one is refused while the first lives, and let in after it', async () => {
    const path = join(await temporaryFolder(), 'engine.sock')
    const first = await lockEngine(path, systemClock, () => '')
    await expect(lockEngine(path, systemClock, () => ' (process 42)')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('(process 42)'),
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await first.release()
    expect(existsSync(path)).toBe(false)
    const second = await lockEngine(path, systemClock, () => '')
    await second.release()
  })
  it('a socket that a killed engine left behind is replaced', async () => {
    const path = join(await temporaryFolder(), 'engine.sock')
    await leaveDeadSocket(path)
    expect(existsSync(path)).toBe(true)
    const lock = await lockEngine(path, systemClock, () => '')
    await lock.release()
  })
  it('of many that start at the same time on a dead socket, exactly one wins', async () => {
    const path = join(await temporaryFolder(), 'engine.sock')
    await leaveDeadSocket(path)
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockEngine(path, systemClock, () => '')))
    const won = tries.filter((each) => each.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const each of won) await each.value.release()
  })
  it('who finds its new socket replaced by another engine’s gives way, and leaves the other’s alone', async () => {
    const path = join(await temporaryFolder(), 'engine.sock')
    await leaveDeadSocket(path)
    const other = createServer()
    onTestFinished(() => void other.close())
    // In the pause after the bind, the other one, which had seen the same dead socket, does what this one did.
    const clock: Clock = {
      now: Date.now,
      after(_delayMs, task) {
        unlinkSync(path)
        other.listen(path, task)
        return () => undefined
      },
    }
    await expect(lockEngine(path, clock, () => '')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(existsSync(path)).toBe(true)
  })
})

/** What an engine that was killed leaves. */
async function leaveDeadSocket(path: string): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  await new Promise((resolve) => spawn(process.execPath, ['-e', code]).once('exit', resolve))
}
