/**
 * `npm run shots`: a screenshot of every screen, light and dark, wide (1440×900) and narrow (900×640), empty, full and failing, into shots/.
 * For looking at; it asserts nothing. `npm run shots -- personas` makes only those whose name contains the word.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { openWindow } from '../helpers/window.ts'
import { type Filled, fill } from './filled.ts'

const FOLDER = fileURLToPath(new URL('../../shots/', import.meta.url))
const only = process.argv[2] ?? ''

interface Scene {
  readonly name: string
  readonly route: string
  /** What a person does after the screen is there. */
  readonly act?: (page: Page) => Promise<void>
}

const press = (keys: string) => (page: Page) => page.keyboard.press(keys)
const click = (role: 'button' | 'tab', name: string | RegExp) => (page: Page) => page.getByRole(role, { name }).first().click()

const EMPTY: readonly Scene[] = [
  { name: 'welcome', route: '/welcome' },
  { name: 'personas-empty', route: '/personas' },
  { name: 'runs-empty', route: '/runs' },
  { name: 'settings-providers-empty', route: '/settings/providers' },
]

const full = (filled: Filled): readonly Scene[] => [
  { name: 'personas', route: '/personas' },
  { name: 'personas-new', route: '/personas', act: click('button', /new persona/i) },
  { name: 'personas-run-dialog', route: '/personas', act: click('button', /^run /i) },
  { name: 'palette', route: '/personas', act: press('Control+k') },
  { name: 'shortcuts', route: '/personas', act: press('?') },
  { name: 'editor-model', route: `/personas/${filled.modelPersona}` },
  { name: 'editor-command', route: `/personas/${filled.commandPersona}` },
  { name: 'editor-revisions', route: `/personas/${filled.commandPersona}`, act: click('tab', /revisions/i) },
  { name: 'editor-try', route: `/personas/${filled.commandPersona}`, act: click('tab', /try/i) },
  { name: 'run-command', route: `/runs/${filled.commandRun}` },
  { name: 'run-model', route: `/runs/${filled.modelRun}` },
  { name: 'run-failed', route: `/runs/${filled.failedRun}` },
  { name: 'run-live', route: `/runs/${filled.liveRun}` },
  { name: 'runs', route: '/runs' },
  { name: 'compare', route: `/runs/compare/${filled.commandRun}/${filled.failedRun}` },
  { name: 'settings-providers', route: '/settings/providers' },
  { name: 'settings-appearance', route: '/settings/appearance' },
  { name: 'settings-limits', route: '/settings/limits' },
  { name: 'settings-data', route: '/settings/data' },
  { name: 'settings-clients', route: '/settings/clients' },
  { name: 'settings-about', route: '/settings/about' },
  { name: 'missing-run', route: '/runs/run_0000000000000000' },
]

async function shoot(engine: TestEngine, scenes: readonly Scene[]): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    for (const [size, width, height] of [
      ['wide', 1440, 900],
      ['narrow', 900, 640],
    ] as const) {
      const browser = await openBrowser({ scheme, width, height })
      const { page, go, complaints } = await openWindow(engine, browser)
      for (const scene of scenes) {
        if (!scene.name.includes(only)) continue
        await go(scene.route)
        await page.waitForTimeout(700)
        try {
          await scene.act?.(page)
        } catch (thrown) {
          console.error(`${scene.name}: ${(thrown as Error).message.split('\n')[0]}`)
        }
        await page.waitForTimeout(500)
        await page.screenshot({ path: join(FOLDER, `${scene.name}.${scheme}.${size}.png`) })
        await page.keyboard.press('Escape')
      }
      for (const complaint of complaints) console.error(`${scheme} ${size}: ${complaint}`)
      await browser.close()
    }
  }
}

mkdirSync(FOLDER, { recursive: true })
const engine = await startTestEngine()
await shoot(engine, EMPTY)
const filled = await fill(engine)
await shoot(engine, full(filled))
await filled.end()
await engine.stop()
console.log(`screenshots are in ${FOLDER}`)
