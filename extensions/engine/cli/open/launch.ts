/** Starts what was decided on. Thin: a program, its arguments, and whether it came up. No shell anywhere. */
import { type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LIMITS } from '#contract/plain'
import { type Clock, childEnvironment } from '#core'
import type { WindowChoice } from './decide.ts'

/** A browser that is going to fail does so at once; one that lives this long is up. */
const UP_MS = 1_500

export interface LaunchPorts {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  readonly rootDir: string
  readonly dataDir: string
  /** 0700: nobody else may read the page that holds the one-time link. */
  readonly runtimeDir: string
}

/** Undefined when it came up; otherwise why not. */
export async function launch(choice: WindowChoice, link: () => string, ports: LaunchPorts): Promise<string | undefined> {
  switch (choice.kind) {
    case 'neutralino':
      // By its absolute path, from a folder without an apostrophe, and told where its resources are: it resolves neither by itself.
      // It starts the engine, which is to find its keys.
      return start(choice.program, [`--path=${ports.rootDir}`], { ...ports.env }, ports)
    case 'app-window': {
      const home = choice.browser.snap ? join(homedir(), 'snap', 'chromium', 'common', 'troupe') : ports.dataDir
      const page = writePage(link(), choice.browser.snap ? home : ports.runtimeDir, ports)
      return start(choice.browser.path, appArguments(page, join(home, 'browser'), ports), browserEnvironment(ports.env), ports)
    }
    case 'browser':
      return start(
        choice.program,
        openerArguments(choice.program, writePage(link(), ports.runtimeDir, ports)),
        browserEnvironment(ports.env),
        ports,
      )
    case 'none':
      return undefined
  }
}

/** A profile of its own, so that no extension of the person's browser sees the page, and the window is one of its own. */
function appArguments(page: string, profile: string, ports: LaunchPorts): string[] {
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  const wayland = ports.env.WAYLAND_DISPLAY && !ports.env.DISPLAY ? ['--ozone-platform=wayland'] : []
  return [
    `--app=${page}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--class=Troupe',
    ...wayland,
  ]
}

function openerArguments(program: string, page: string): string[] {
  return program.toLowerCase().endsWith('rundll32.exe') ? ['url.dll,FileProtocolHandler', page] : [page]
}

/**
 * Other users of a machine can read every command line, so the link goes into a page that only this user can read, and the browser
 * is given the page's address. Pages whose link has run out are swept away by the next one: whoever opened them may have ended since.
 */
function writePage(link: string, folder: string, ports: LaunchPorts): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const now = ports.clock.now()
  for (const name of readdirSync(folder)) {
    const written = Number(/^open-(\d+)-\d+\.html$/.exec(name)?.[1] ?? now)
    if (now - written > LIMITS.linkTtlMs) rmSync(join(folder, name), { force: true })
  }
  const path = join(folder, `open-${now}-${process.pid}.html`)
  const target = JSON.stringify(link).replaceAll('<', '\\u003c')
  const page = `<!doctype html><meta charset="utf-8"><title>Troupe</title><script>location.replace(${target})</script>\n`
  writeFileSync(path, page, { mode: 0o600 })
  return pathToFileURL(path).href
}

/** What a desktop's programs go by, besides the small list that every child gets. */
const OF_THE_DESKTOP = /^(?:XDG_|GTK_|GDK_|QT_|KDE_|GNOME_|DESKTOP_SESSION$|SESSION_MANAGER$|XMODIFIERS$|BROWSER$|MOZ_ENABLE_WAYLAND$)/

/** A browser gets nothing of the engine's environment but that: providers' keys lie there. */
function browserEnvironment(env: LaunchPorts['env']): Record<string, string> {
  const own = Object.entries(env).filter(([name, value]) => value !== undefined && OF_THE_DESKTOP.test(name)) as [string, string][]
  return childEnvironment({ engine: env, own: Object.fromEntries(own), marks: {}, desktop: true })
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv, ports: LaunchPorts): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options: SpawnOptions = { cwd: homedir(), env, stdio: 'ignore', detached: true, windowsHide: true }
    const child = spawn(program, args, options)
    const settle = (failure: string | undefined) => {
      cancel()
      child.removeAllListeners()
      child.on('error', () => undefined)
      child.unref()
      resolve(failure)
    }
    const cancel = ports.clock.after(UP_MS, () => settle(undefined))
    child.on('error', (error) => settle(`${program} could not be started: ${error.message}`))
    // A browser that hands the page to its running instance ends with 0 at once; that is success.
    child.on('exit', (code, signal) => settle(code === 0 ? undefined : `${program} ended at once (${signal ?? `code ${code}`})`))
  })
}
