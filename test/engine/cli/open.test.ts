import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/node'
import { makeWindowOpener, openedLine } from '../../../extensions/engine/cli/mod.ts'
import { type Browser, lookAround, runNeutralino, type WindowFacts, windowChoices } from '../../../extensions/engine/cli/open/mod.ts'
import { until } from './troupe.ts'

const CHROMIUM: Browser = { name: 'Chromium', path: '/usr/bin/chromium', snap: false }
const BRAVE: Browser = { name: 'Brave', path: '/usr/bin/brave', snap: false }
const DESKTOP: WindowFacts = {
  platform: 'linux',
  env: { DISPLAY: ':0' },
  neutralino: null,
  chromiums: [CHROMIUM],
  opener: '/usr/bin/xdg-open',
  root: false,
}
const LINK = 'http://127.0.0.1:4000/key/#once=token'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'troupe-open-'))
  folders.push(made)
  return made
}

describe('which window is shown', () => {
  const table: readonly [string, Partial<WindowFacts>, Partial<{ engineRuns: boolean; rootDir: string }>, readonly string[], string][] = [
    ['a desktop with Chromium', {}, {}, ['app-window', 'browser', 'none'], 'no Neutralino binary in bin/; Chromium is installed'],
    [
      'with the Neutralino binary',
      { neutralino: '/x/bin/neutralino' },
      { engineRuns: false },
      ['neutralino', 'app-window', 'browser', 'none'],
      'its binary is in bin/',
    ],
    [
      'with the binary, and an engine that runs',
      { neutralino: '/x' },
      {},
      ['app-window', 'browser', 'none'],
      'the engine runs already, and Neutralino would start one of its own; Chromium is installed',
    ],
    [
      'with the binary, in a folder with an apostrophe',
      { neutralino: '/x' },
      { engineRuns: false, rootDir: "/home/anna's" },
      ['app-window', 'browser', 'none'],
      'Neutralino cannot run from a folder with an apostrophe in its name; Chromium is installed',
    ],
    [
      'two browsers',
      { chromiums: [CHROMIUM, BRAVE] },
      {},
      ['app-window', 'app-window', 'browser', 'none'],
      'no Neutralino binary in bin/; Chromium is installed',
    ],
    ['no Chromium', { chromiums: [] }, {}, ['browser', 'none'], 'no Neutralino binary in bin/, no Chromium-family browser installed'],
    [
      'as root',
      { root: true },
      {},
      ['browser', 'none'],
      'no Neutralino binary in bin/, browsers of the Chromium family do not run as root',
    ],
    [
      'nothing at all',
      { chromiums: [], opener: null },
      {},
      ['none'],
      'no Neutralino binary in bin/, no Chromium-family browser installed, no way to open the default browser (xdg-open is missing)',
    ],
    ['no display', { env: {} }, {}, ['none'], 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)'],
    [
      'Wayland alone',
      { env: { WAYLAND_DISPLAY: 'wayland-0' } },
      {},
      ['app-window', 'browser', 'none'],
      'no Neutralino binary in bin/; Chromium is installed',
    ],
    ['SSH without a display', { env: { SSH_CONNECTION: '1 2 3 4' } }, {}, ['none'], 'this is an SSH session without a display'],
    [
      'SSH with a forwarded display',
      { env: { SSH_CONNECTION: '1', DISPLAY: 'localhost:10' } },
      {},
      ['app-window', 'browser', 'none'],
      'no Neutralino binary in bin/; Chromium is installed',
    ],
    [
      'SSH into a Mac',
      { platform: 'darwin', env: { SSH_TTY: '/dev/ttys1' } },
      {},
      ['none'],
      'this is an SSH session, and a window would open on the other screen',
    ],
    [
      'a Mac',
      { platform: 'darwin', env: {} },
      {},
      ['app-window', 'browser', 'none'],
      'no Neutralino binary in bin/; Chromium is installed',
    ],
    ['none asked for', { env: { DISPLAY: ':0', TROUPE_WINDOW: 'none' } }, {}, ['none'], 'TROUPE_WINDOW asks for none'],
    [
      'the browser asked for',
      { env: { DISPLAY: ':0', TROUPE_WINDOW: 'browser' } },
      {},
      ['browser', 'none'],
      'no Neutralino binary in bin/',
    ],
    [
      'Neutralino asked for, and not there',
      { env: { DISPLAY: ':0', TROUPE_WINDOW: 'neutralino' } },
      {},
      ['none'],
      'TROUPE_WINDOW asks for neutralino, which is not possible here (no Neutralino binary in bin/)',
    ],
    [
      'nonsense asked for',
      { env: { DISPLAY: ':0', TROUPE_WINDOW: 'door' } },
      {},
      ['none'],
      'TROUPE_WINDOW is "door"; it can be neutralino, app-window, browser, none',
    ],
  ]
  it.each(table)('[OPN1] %s', (_what, facts, situation, kinds, why) => {
    const choices = windowChoices({ ...DESKTOP, ...facts }, { engineRuns: true, rootDir: '/opt/troupe', ...situation })
    expect(choices.map(({ kind }) => kind)).toEqual(kinds)
    expect(choices[0]?.why).toBe(why)
  })

  it('[OPN2] what does not come up is said, and the next is tried; the link is given when nothing does', async () => {
    const opener = (up: readonly string[]) =>
      makeWindowOpener({
        clock: systemClock,
        rootDir: '/opt/troupe',
        dataDir: '/nowhere',
        runtimeDir: '/nowhere',
        look: () => DESKTOP,
        start: async (choice) => (up.includes(choice.kind) ? undefined : `${choice.kind} failed`),
      })
    const browser = opener(['browser'])
    expect(browser.shown).toBe('none')
    const opened = await browser.open(() => LINK)
    expect(opened).toMatchObject({ window: 'browser', url: null })
    expect(openedLine(opened)).toBe('Troupe is shown in your default browser: app-window failed; no Neutralino binary in bin/.')
    expect(browser.shown).toBe('browser')
    expect(await opener([]).open(() => LINK)).toMatchObject({ window: 'none', url: LINK, why: expect.stringContaining('browser failed') })
  })
})

describe('how it is started', () => {
  /** A desktop whose Chromium is a script that writes down how it was called. */
  function desktop(script: string): { readonly base: string; readonly calls: string; readonly open: () => Promise<unknown> } {
    const base = folder()
    const [bin, data, run] = ['bin', "data it's", 'run'].map((name) => join(base, name)) as [string, string, string]
    for (const made of [bin, data, run]) mkdirSync(made, { mode: 0o700 })
    const calls = join(base, 'calls')
    writeFileSync(join(bin, 'chromium'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${calls}'\n${script}\n`)
    chmodSync(join(bin, 'chromium'), 0o755)
    const env = { PATH: `${bin}:/usr/bin:/bin`, DISPLAY: ':0', XDG_CURRENT_DESKTOP: 'X', SOME_API_KEY: 'example-value-1' }
    const look = () => ({ ...lookAround(base, env, 'linux'), root: false, opener: null })
    const opener = makeWindowOpener({ clock: systemClock, rootDir: base, dataDir: data, runtimeDir: run, env, look })
    return { base, calls, open: () => opener.open(() => LINK) }
  }

  it('[OPN3] an app window gets a profile of its own, and no link on its command line', async () => {
    const { base, calls, open } = desktop('exit 0')
    expect(await open()).toMatchObject({ window: 'app-window', url: null })
    await until(() => existsSync(calls))
    const args = readFileSync(calls, 'utf8').trim().split('\n')
    expect(args.join(' ')).not.toContain('once=')
    expect(args.join(' ')).not.toContain('--no-sandbox')
    expect(args).toContain(`--user-data-dir=${join(base, "data it's", 'browser')}`)
    const page = fileURLToPath(args[0]?.replace('--app=', '') ?? '')
    expect(readFileSync(page, 'utf8')).toContain(`location.replace(${JSON.stringify(LINK)})`)
    expect(statSync(page).mode & 0o777).toBe(0o600)
  })

  it('[OPN4] a browser that ends at once with an error did not come up', async () => {
    const { open } = desktop('exit 3')
    expect(await open()).toMatchObject({ window: 'none', url: LINK, why: expect.stringContaining('ended at once (code 3)') })
  })

  it('[OPN8] a browser finds the desktop in its environment, and nothing of the engine’s keys', async () => {
    const { base, open } = desktop('env > "$(dirname "$0")/../environment"; exit 0')
    await open()
    await until(() => existsSync(join(base, 'environment')))
    const names = readFileSync(join(base, 'environment'), 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0])
    expect(names).toEqual(expect.arrayContaining(['PATH', 'DISPLAY', 'XDG_CURRENT_DESKTOP']))
    expect(names).not.toContain('SOME_API_KEY')
  })

  it('[OPN5] pages whose link has run out are swept away', async () => {
    const { base, open } = desktop('exit 0')
    const old = join(base, 'run', `open-${Date.now() - 120_000}-1.html`)
    const foreign = join(base, 'run', 'engine.json')
    for (const path of [old, foreign]) writeFileSync(path, '')
    await open()
    expect([existsSync(old), existsSync(foreign), readdirSync(join(base, 'run')).length]).toEqual([false, true, 2])
  })

  it('[OPN6] programs are looked for in absolute folders of the PATH, and only those that can be run', () => {
    const base = folder()
    writeFileSync(join(base, 'google-chrome'), '')
    writeFileSync(join(base, 'brave'), '#!/bin/sh\n')
    chmodSync(join(base, 'brave'), 0o755)
    mkdirSync(join(base, 'chromium'))
    const facts = lookAround(base, { PATH: `.:relative:${base}` }, 'linux')
    expect(facts.chromiums).toEqual([{ name: 'Brave', path: join(base, 'brave'), snap: false }])
    expect(facts.opener).toBeNull()
    expect(facts.neutralino).toBeNull()
  })

  /** A core that is a script; it writes down how it was called. */
  function core(script: string) {
    const base = folder()
    const program = join(base, 'neutralino')
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$*" "$(pwd)" "$TROUPE_DATA" > '${base}/calls'\n${script}\n`)
    chmodSync(program, 0o755)
    const asked = new AbortController()
    const run = (more: { upMs?: number; program?: string } = {}) =>
      runNeutralino({ program, rootDir: `${base}/`, dataDir: '/the/data', signal: asked.signal, ...more })
    return { base, asked, run, calls: () => (existsSync(join(base, 'calls')) ? readFileSync(join(base, 'calls'), 'utf8').split('\n') : []) }
  }

  it('[OPN7] Neutralino is told where it is, runs in a folder without an apostrophe, and hands the data folder on', async () => {
    const { base, run, calls } = core('exit 0')
    const temporary = process.env.TMPDIR
    const odd = join(base, "it's")
    mkdirSync(odd)
    process.env.TMPDIR = odd
    try {
      expect(await run()).toMatchObject({ failure: undefined })
    } finally {
      if (temporary === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = temporary
    }
    expect(calls().slice(0, 3)).toEqual([`--path=${base}`, '/', '/the/data'])
  })

  it('[OPN7] one that ends badly says how, and whether its window had been there', async () => {
    expect(await core('exit 7').run()).toEqual({ up: false, failure: 'code 7' })
    expect(await core('exit 7').run({ upMs: 0 })).toEqual({ up: true, failure: 'code 7' })
    expect(await core('kill -SEGV $$').run()).toEqual({ up: false, failure: 'SIGSEGV' })
    expect(await core('').run({ program: '/no/such/core' })).toEqual({ up: false, failure: expect.stringContaining('ENOENT') })
  })

  it('[OPN7] an end that the person asked for is none that failed, however soon it comes', async () => {
    const { asked, run, calls } = core('exec sleep 600')
    const running = run()
    await until(() => calls().length > 3)
    asked.abort()
    expect(await running).toEqual({ up: false, failure: undefined })
  })
})
