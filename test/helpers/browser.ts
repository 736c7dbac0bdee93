/** A real Chromium for the tests: the one named by TROUPE_TEST_BROWSER, else the one that an npm package carries. No apt step. */
import { existsSync, mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
]

let found: Promise<string> | undefined

async function browserPath(): Promise<string> {
  const named = process.env.TROUPE_TEST_BROWSER
  if (named) return named
  // Makes the package unpack the shared libraries that a bare Debian lacks, and put them on LD_LIBRARY_PATH.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x'
  const { default: carried } = await import('@sparticuz/chromium')
  const path = await carried.executablePath()
  // It brings one font of its own, and no monospaced one: the machine's fonts show what a person would see.
  if (existsSync('/etc/fonts/fonts.conf')) process.env.FONTCONFIG_PATH = '/etc/fonts'
  return path
}

export interface Look {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  readonly reducedMotion?: boolean
  /** For tests that inject a script of their own, such as axe. */
  readonly bypassCsp?: boolean
}

/** Opens a browser with an empty profile; closing the context ends the browser. */
export async function openBrowser(look: Look = {}): Promise<BrowserContext> {
  found ??= browserPath()
  const executablePath = await found
  const profile = mkdtempSync(join(tmpdir(), 'troupe-browser-'))
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: process.env.TROUPE_TEST_BROWSER ? ARGS : [...ARGS, '--headless=shell'],
    env: process.env as Record<string, string>,
    viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
    colorScheme: look.scheme ?? 'light',
    reducedMotion: look.reducedMotion === false ? 'no-preference' : 'reduce',
    acceptDownloads: true,
    bypassCSP: look.bypassCsp ?? false,
  })
}

/** The source of axe-core, to be run inside a page. */
export function axeSource(): string {
  return createRequire(import.meta.url).resolve('axe-core/axe.min.js')
}
