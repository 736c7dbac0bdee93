/** Shows the window in what this machine has: an app window of a Chromium-family browser, or the default browser. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CHROMIUM_NAMES, findProgram } from './machine.ts'

export interface OpenedWindow {
  readonly window: 'app-window' | 'browser' | 'none'
  /** One sentence: which way was taken, and why. */
  readonly why: string
}

export interface OpenWindowOptions {
  readonly url: string
  readonly env: NodeJS.ProcessEnv
  /** Where the app window keeps its profile, apart from the person's own. */
  readonly profileDir: string
}

/** Never waits for the window to close. */
export async function openWindow({ url, env, profileDir }: OpenWindowOptions): Promise<OpenedWindow> {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { window: 'none', why: 'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): open the link in a browser.' }
  for (const name of CHROMIUM_NAMES) {
    const program = await findProgram(name, env)
    if (program && (await appWindow(program, url, env, profileDir)))
      return { window: 'app-window', why: `Opened an app window of ${name}, since the Neutralino window is not installed.` }
  }
  try {
    const { default: open } = await import('open')
    const child = await open(url)
    child.on('error', () => undefined)
    return {
      window: 'browser',
      why: 'Opened the default browser: neither the Neutralino window nor a Chromium-family browser is installed.',
    }
  } catch (thrown) {
    return {
      window: 'none',
      why: `No browser could be opened (${thrown instanceof Error ? thrown.message : String(thrown)}): open the link by hand.`,
    }
  }
}

/** True when it started; a browser that ends within half a second with an error did not. */
function appWindow(program: string, url: string, env: NodeJS.ProcessEnv, profileDir: string): Promise<boolean> {
  const profile = join(profileDir, 'app-window')
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  // The root user's Chromium refuses its sandbox; that is for root to know, and the default browser is tried then.
  const args = [`--app=${url}`, `--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check', '--class=troupe']
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, detached: true, stdio: 'ignore' })
    const timer = setTimeout(() => resolve(true), 500)
    const settle = (started: boolean) => {
      clearTimeout(timer)
      resolve(started)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
    child.unref()
  })
}
