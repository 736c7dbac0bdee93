import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NotificationPage, NotificationPreferences, PreflightItem, SupportEntry } from '#contract'
import { newPlace } from './troupe.ts'

const place = newPlace()

describe('[CLI130] troupe notifications', () => {
  const run = (args: readonly string[]) => place.troupe(['notifications', ...args])

  beforeAll(async () => {
    await place.troupe(['template', 'use', 'disk-guardian'])
    expect((await place.troupe(['run', 'disk-guardian', '--param', 'path=/nowhere/at/all'])).code).toBe(1)
  })

  it('lists what was told, marks it as read and not, and removes it', async () => {
    expect((await run([])).out).toMatch(/1.*●.*failed.*Disk guardian failed/s)
    const page = await place.value<NotificationPage>(['notifications', 'list', '--kind', 'failed'])
    expect(page).toMatchObject({ unread: 1, rows: [{ kind: 'failed', href: expect.stringMatching(/^\/runs\/run_/) }] })
    expect((await run(['list', '--kind', 'news'])).code).toBe(2)
    expect((await run(['read', '1'])).out).toBe('Marked 1 as read.\n')
    expect((await run(['--unread'])).out).toBe('Nothing is unread.\n')
    expect((await run(['read', '--unread'])).code).toBe(2)
    expect((await run(['read', '9'])).err).toContain('troupe notifications shows them')
    expect((await run(['read', page.rows[0]?.id ?? '', '--unread'])).code).toBe(0)
    expect((await run(['clear'])).out).toBe('Removed 0.\n')
    await run(['read'])
    expect((await run(['clear'])).out).toBe('Removed 1.\n')
    expect((await run([])).out).toBe('There are no notifications.\n')
  })
  it('takes what is wished, for everyone and for one persona, and says what was wrong', async () => {
    const set = (...args: readonly string[]) => place.value<NotificationPreferences>(['notifications', 'preferences', ...args])
    expect(await set('--kind', 'done', '--level', 'window', '--quiet', '22:00-7:30', '--coalesce', '3')).toMatchObject({
      levels: { done: 'window', failed: 'desktop' },
      quiet: { from: 1320, to: 450 },
      coalesceMinutes: 3,
    })
    await set('--persona', 'disk-guardian', '--level', 'off')
    const one = await set('--persona', 'disk-guardian', '--kind', 'failed', '--level', 'as-others')
    expect(one.personas).toMatchObject([{ levels: { 'needs-you': 'off', done: 'off' } }])
    expect(one.personas[0]?.levels).not.toHaveProperty('failed')
    const shown = await run(['preferences'])
    expect(shown.out).toContain('22:00 to 07:30')
    expect(await set('--quiet', 'off')).toMatchObject({ quiet: null })
    for (const wrong of [
      ['--kind', 'done'],
      ['--level', 'as-others'],
      ['--quiet', '25:00-1'],
      ['--persona', 'nobody', '--level', 'off'],
    ])
      expect((await run(['preferences', ...wrong])).code, wrong.join(' ')).toBe(2)
  })
  it('a desktop that shows none is told, with exit code 1', async () => {
    const tried = await run(['test'])
    expect(tried.code).toBe(1)
    expect(tried.out).toContain('no session bus')
  })
})

describe('[CLI131] troupe support-bundle', () => {
  it('lists, shows, and writes only with a yes', async () => {
    const entries = await place.value<readonly SupportEntry[]>(['support-bundle', '--list'])
    expect(entries.map(({ name }) => name)).toContain('vault.json')
    expect((await place.troupe(['support-bundle', '--show', 'settings.json'])).out).toContain('"maxRuns"')
    expect((await place.troupe(['support-bundle', '--show', 'database'])).code).toBe(2)
    const asked = await place.troupe(['support-bundle'])
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('--yes')
    expect(existsSync(place.places.exportsDir)).toBe(false)
    const output = join(place.folder, 'bundle.zip')
    const written = await place.troupe(['support-bundle', '--yes', '--without', 'logs/engine.log', '-o', output])
    expect(written.code, written.err).toBe(0)
    const files = Object.keys(unzipSync(readFileSync(output)))
    expect(files).toContain('contents.txt')
    expect(files).toContain('doctor.json')
    expect(files).not.toContain('logs/engine.log')
    expect(statSync(output).mode & 0o777).toBe(0o600)
    expect((await place.troupe(['support-bundle', '--yes', '-o', output])).err).toContain('is there already')
  })
})

describe('[CLI132] troupe doctor', () => {
  it('looks at single things by name, and names those that there are', async () => {
    const items = await place.value<readonly PreflightItem[]>(['doctor', 'clock', 'ports'])
    expect(items.map(({ id, state }) => [id, state])).toEqual([
      ['clock', 'ok'],
      ['ports', 'ok'],
    ])
    const unknown = await place.troupe(['doctor', 'weather'])
    expect(unknown.code).toBe(2)
    expect(unknown.err).toContain('session-bus')
  })
})
