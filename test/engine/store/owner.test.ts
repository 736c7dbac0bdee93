import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'
import { items } from '../../faults/store-history.ts'

const folders: string[] = []
const stores: Store[] = []
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-owner-'))
  folders.push(folder)
  return folder
}
async function open(folder: string): Promise<Store> {
  const store = await openStore({ folder, migrations: [items], clock: systemClock, log: makeLogger('store', () => undefined) })
  stores.push(store)
  return store
}
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
})

describe('the owner of a folder', () => {
  test('[ST8] another living process has it: refused, and told who', async () => {
    const folder = await newFolder()
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../faults/store-writer.ts'), folder, '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await expect(open(folder)).rejects.toMatchObject({ code: 'CONFLICT', facts: { pid: child.pid, host: hostname() } })
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.stdout.resume()
    child.kill('SIGKILL')
    await ended
    expect(existsSync(join(folder, 'owner'))).toBe(true)
    await open(folder)
  })

  test('[ST8] a process number that was given out again is no owner', async () => {
    const folder = await newFolder()
    const stale = {
      pid: process.pid,
      host: hostname(),
      started: process.platform === 'linux' ? 'ticks of-another-start 1' : 'boot 0',
      since: 1,
    }
    await writeFile(join(folder, 'owner'), JSON.stringify(stale))
    await open(folder)
    expect(JSON.parse(await readFile(join(folder, 'owner'), 'utf8'))).toMatchObject({ pid: process.pid })
  })

  test("[ST8] another machine's claim is believed, and a claim that cannot be read is taken over", async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'owner'), JSON.stringify({ pid: 1, host: 'another-machine', started: '', since: 5 }))
    await expect(open(folder)).rejects.toMatchObject({ code: 'CONFLICT', facts: { host: 'another-machine' } })
    await writeFile(join(folder, 'owner'), 'not JSON')
    await open(folder)
  })

  test('[ST8] of many that start at once, one wins', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'owner'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: 'ticks x 1', since: 5 }))
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => open(folder)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('[ST8] a start that fails, and a stop, give the folder free', async () => {
    const folder = await newFolder()
    const broken = { ...items, sql: 'CREATE nonsense' }
    await expect(
      openStore({ folder, migrations: [broken], clock: systemClock, log: makeLogger('store', () => undefined) }),
    ).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(existsSync(join(folder, 'owner'))).toBe(false)
    await (await open(folder)).stop()
    expect(existsSync(join(folder, 'owner'))).toBe(false)
  })
})
