import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await new Promise((resolve) => spawn(process.execPath, ['-e', code]).once('exit', resolve))
    expect(existsSync(path)).toBe(true)
    const lock = await lockEngine(path, systemClock, () => '')
    await lock.release()
  })
  it('of many that start at the same time on a dead socket, exactly one wins', async () => {
    const path = join(await temporaryFolder(), 'engine.sock')
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await new Promise((resolve) => spawn(process.execPath, ['-e', code]).once('exit', resolve))
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockEngine(path, systemClock, () => '')))
    const won = tries.filter((each) => each.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const each of won) await each.value.release()
  })
})
