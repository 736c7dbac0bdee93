import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EngineStatus } from '#contract'
import { newPlace, ROOT, until } from './troupe.ts'

describe('the engine from the command line', () => {
  it('[CLI1] status and stop say that none runs, start none, and end with 3', async () => {
    const place = newPlace()
    const status = await place.troupe(['status'])
    expect([status.code, status.out, status.err]).toEqual([3, `No engine runs on ${place.data}.\n`, ''])
    const json = await place.troupe(['status', '--json'])
    expect([json.code, JSON.parse(json.out)]).toEqual([3, { running: false, dataFolder: place.data }])
    expect((await place.troupe(['stop'])).code).toBe(3)
    expect(existsSync(place.data)).toBe(false)
  })

  it('[CLI2] a command that needs an engine starts one, which lives on; stop ends it and leaves nothing behind', async () => {
    const place = newPlace()
    expect((await place.troupe(['persona', 'list'])).out).toContain('There are no personas yet.')
    const status = await place.value<EngineStatus & { running: boolean }>(['status'])
    expect(status).toMatchObject({ running: true, dataFolder: place.data, personas: 0 })
    expect((await place.troupe(['status'])).out).toMatch(/The engine runs\.\n\nVersion .*\nProcess {4}\d+/)
    const stopped = await place.troupe(['stop'])
    expect([stopped.code, stopped.out]).toEqual([0, 'The engine stopped.\n'])
    expect(() => process.kill(status.pid, 0)).toThrow()
    expect(existsSync(status.socketPath)).toBe(false)
  })

  it('[CLI3] many that come at once find the one engine', async () => {
    const place = newPlace()
    const calls = await Promise.all(Array.from({ length: 4 }, () => place.troupe(['persona', 'list', '--json'])))
    expect(calls.map(({ code, err }) => [code, err])).toEqual(Array.from({ length: 4 }, () => [0, '']))
  })

  it('[CLI4] engine runs it in the foreground; a second one is refused with 4; SIGTERM ends it with 0', async () => {
    const place = newPlace()
    const engine = place.begin(['engine', '--port', '0'])
    await until(() => engine.said().includes("Troupe's engine runs"))
    const second = await place.troupe(['engine'])
    expect(second.code).toBe(4)
    expect(second.err).toContain('An engine runs on this data folder already')
    engine.kill('SIGTERM')
    expect((await engine.ended).code).toBe(0)
    expect((await place.troupe(['status'])).code).toBe(3)
  })

  it('[CLI5] an engine that cannot start is told as unreachable, with what it said', async () => {
    const place = newPlace()
    writeFileSync(place.data, 'a file where a folder should be')
    const { code, err } = await place.troupe(['persona', 'list'])
    expect(code).toBe(3)
    expect(err).toContain('Give another one with --data')
  })

  it('[CLI6] a dead engine is not mistaken for a living one', async () => {
    const place = newPlace()
    await place.troupe(['persona', 'list'])
    const { pid } = await place.value<EngineStatus>(['status'])
    process.kill(pid, 'SIGKILL')
    await until(async () => (await place.troupe(['status'])).code === 3)
    expect((await place.troupe(['persona', 'list'])).code).toBe(0)
  })

  it('[CLI7] open without a display prints the one-time link, and the page is behind it', async () => {
    const place = newPlace()
    const { code, out } = await place.troupe(['open'])
    expect(code).toBe(0)
    expect(out).toMatch(/^No window was opened: .*\.\nOpen this link, once, within 60 seconds:\nhttp:\/\/127\.0\.0\.1:\d+\/\S+#once=\S+\n$/)
    const { url } = await place.value<{ url: string; expiresAt: number }>(['open', '--print'])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request(url.replace(/#.*/, ''), (response) => resolve(response.statusCode))
        .on('error', reject)
        .end()
    })
    expect([200, 503, 404]).toContain(answer)
  })

  it('[CLI8] doctor tells each finding, with what to do', async () => {
    const place = newPlace()
    const { out } = await place.troupe(['doctor'])
    expect(out.split('\n').length).toBeGreaterThan(4)
    const items = JSON.parse((await place.troupe(['doctor', '--json'])).out) as { state: string; todo: string }[]
    for (const item of items) if (item.state === 'missing' || item.state === 'warning') expect(item.todo).not.toBe('')
  })

  it('[CLI9] bin/troupe works through a link, from anywhere, without a Node on the PATH', () => {
    const place = newPlace()
    const link = join(place.folder, 'troupe link')
    symlinkSync(join(ROOT, 'bin/troupe'), link)
    const out = execFileSync(link, ['--version'], { encoding: 'utf8', cwd: '/', env: { PATH: '/usr/bin:/bin' } })
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('[CLI10] the socket and the token lie where only their owner can read them', async () => {
    const place = newPlace()
    await place.troupe(['persona', 'list'])
    const { runtimeDir, tokenPath } = place.places
    const modes = execFileSync('stat', ['-c', '%a', runtimeDir, tokenPath], { encoding: 'utf8' }).split('\n')
    expect(modes.slice(0, 2)).toEqual(['700', '600'])
  })
})
