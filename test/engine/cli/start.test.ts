import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newPlace, type Place, ROOT, until } from './troupe.ts'

function start(place: Place): ChildProcess & { readonly said: () => string; readonly code: Promise<number | null> } {
  const { DISPLAY: _d, WAYLAND_DISPLAY: _w, ...env } = process.env
  const child = spawn(process.execPath, [join(ROOT, 'build/start.ts')], {
    env: { ...env, ...place.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  return Object.assign(child, { said: () => out, code: new Promise<number | null>((resolve) => child.once('close', resolve)) })
}

describe('npm start', () => {
  it('[STA1] without a display it says so, prints the link, and serves until Ctrl+C; a second start does not start twice', async () => {
    const place = newPlace()
    const first = start(place)
    await until(() => first.said().includes('Ctrl+C stops it.'))
    expect(first.said()).toMatch(
      /No window was opened: there is no display \(DISPLAY and WAYLAND_DISPLAY are not set\)\.\nOpen this link, once, within 60 seconds:\nhttp:\/\/127\.0\.0\.1:\d+\/\S+\n/,
    )
    const second = start(place)
    expect(await second.code).toBe(0)
    expect(second.said()).toMatch(/^Troupe runs already\. No window was opened: .*\nOpen this link/)
    expect(second.said()).not.toContain('Building')
    first.kill('SIGINT')
    expect(await first.code).toBe(0)
    expect(existsSync(place.places.socketPath)).toBe(false)
  })
})
