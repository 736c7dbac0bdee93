/**
 * `npm run shots`: a screenshot of every screen, light and dark, wide (1440×900) and narrow (900×640), empty, full and failing, into shots/.
 * For looking at; it asserts nothing. `npm run shots -- personas` makes only those whose name contains the word.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { openWindow } from '../helpers/window.ts'
import { type Filled, fill } from './filled.ts'
import { DAMAGED, damageHeader, EMPTY_VAULT, fullVault, lockedVault, lockWithWaiting, makeVault, NONE } from './vault-scenes.ts'

const FOLDER = fileURLToPath(new URL('../../shots/', import.meta.url))
const only = process.argv[2] ?? ''

export interface Scene {
  readonly name: string
  readonly route: string
  /** What a person does after the screen is there. */
  readonly act?: (page: Page) => Promise<unknown>
  /** What the next scene needs done first, where Escape is not enough. */
  readonly after?: (page: Page) => Promise<unknown>
}

const press = (keys: string) => (page: Page) => page.keyboard.press(keys)
const click = (role: 'button' | 'tab', name: string | RegExp) => (page: Page) => page.getByRole(role, { name }).first().click()
const more = (name: string) => (page: Page) => page.getByRole('button', { name: `More for ${name}`, exact: true }).click()

const EMPTY: readonly Scene[] = [
  { name: 'welcome', route: '/welcome' },
  { name: 'welcome-pick', route: '/welcome', act: click('button', /^pick a persona/i), after: click('button', /look around/i) },
  { name: 'personas-empty', route: '/personas' },
  { name: 'runs-empty', route: '/runs' },
  { name: 'inbox-empty', route: '/inbox' },
  { name: 'inbox-rules-empty', route: '/inbox/rules' },
  { name: 'health-empty', route: '/health' },
  { name: 'settings-budgets-empty', route: '/settings/budgets' },
  { name: 'settings-providers-empty', route: '/settings/providers' },
  { name: 'vault-none', route: '/vault' },
  ...NONE,
  { name: 'notifications-empty', route: '/notifications' },
]

const full = (filled: Filled): readonly Scene[] => [
  { name: 'personas', route: '/personas' },
  { name: 'personas-new', route: '/personas', act: click('button', /new persona/i) },
  { name: 'personas-run-dialog', route: '/personas', act: click('button', /^run /i) },
  { name: 'personas-menu', route: '/personas', act: more('Disk guardian') },
  { name: 'personas-search-nothing', route: '/personas', act: (page) => page.getByRole('searchbox').fill('no such persona') },
  {
    name: 'personas-import',
    route: '/personas',
    async act(page) {
      await page.getByRole('button', { name: 'Import' }).click()
      await page.getByLabel('Or paste its text').fill(filled.exported)
      await page.getByRole('button', { name: 'Show what it is' }).click()
      await page.getByRole('button', { name: /^Create \d/ }).waitFor()
    },
  },
  {
    name: 'personas-delete',
    route: '/personas',
    async act(page) {
      await more('Disk guardian')(page)
      await page.getByRole('menuitem', { name: /^Delete/ }).click()
      await page.getByText('gone for good').waitFor()
    },
  },
  { name: 'palette', route: '/personas', act: press('Control+k') },
  { name: 'shortcuts', route: '/personas', act: press('?') },
  { name: 'editor-model', route: `/personas/${filled.modelPersona}` },
  { name: 'editor-command', route: `/personas/${filled.commandPersona}` },
  { name: 'editor-revisions', route: `/personas/${filled.commandPersona}`, act: click('tab', /revisions/i) },
  {
    name: 'editor-diff',
    route: `/personas/${filled.commandPersona}`,
    async act(page) {
      await page.getByRole('tab', { name: /revisions/i }).click()
      await page.getByRole('button', { name: 'Changes of revision 2' }).click()
      await page.getByRole('dialog').getByText('Revision 1').first().waitFor()
    },
  },
  {
    name: 'editor-leave',
    route: `/personas/${filled.modelPersona}`,
    async act(page) {
      await page.getByLabel('Summary').fill('Changed, and not saved.')
      await page.getByRole('link', { name: 'Runs' }).first().click()
      await page.getByText('Leave without saving?').waitFor()
    },
    after: click('button', 'Drop the changes'),
  },
  {
    name: 'editor-conflict',
    route: `/personas/${filled.modelPersona}`,
    async act(page) {
      await page.getByLabel('Summary').fill('Answers questions on any table.')
      await filled.saveElsewhere(filled.modelPersona)
      await page.keyboard.press('Control+s')
      await page.getByText('Somebody saved it meanwhile').waitFor()
    },
    after: click('button', /^take theirs/i),
  },
  { name: 'editor-try', route: `/personas/${filled.commandPersona}`, act: click('tab', /try/i) },
  { name: 'run-command', route: `/runs/${filled.commandRun}` },
  { name: 'run-model', route: `/runs/${filled.modelRun}` },
  { name: 'run-failed', route: `/runs/${filled.failedRun}` },
  { name: 'run-live', route: `/runs/${filled.liveRun}` },
  { name: 'runs', route: '/runs' },
  { name: 'runs-filter', route: '/runs', act: click('button', /^state/i) },
  { name: 'run-menu', route: `/runs/${filled.commandRun}`, act: click('button', 'More for this run') },
  { name: 'compare', route: `/runs/compare/${filled.commandRun}/${filled.failedRun}` },
  { name: 'vault-credentials', route: '/vault/credentials' },
  { name: 'vault-credential', route: `/vault/credentials/${filled.credential}` },
  { name: 'vault-add', route: '/vault/credentials', act: click('button', 'Add') },
  { name: 'vault-edit', route: `/vault/credentials/${filled.credential}`, act: click('button', 'Edit') },
  { name: 'vault-show', route: `/vault/credentials/${filled.credential}`, act: click('button', /^Show /) },
  {
    name: 'vault-import',
    route: '/vault/credentials',
    async act(page) {
      await page.getByRole('button', { name: 'More about credentials' }).click()
      await page.getByRole('menuitem', { name: /^Import/ }).click()
    },
  },
  { name: 'vault-keys', route: '/vault/keys' },
  ...fullVault(filled.credential),
  { name: 'vault-log', route: '/vault/log', act: click('button', 'Verify the log') },
  { name: 'settings-providers', route: '/settings/providers' },
  {
    name: 'settings-provider-failed',
    route: '/settings/providers',
    async act(page) {
      await page.getByRole('button', { name: 'Add', exact: true }).first().click()
      await page.getByRole('dialog').getByLabel('Kind').selectOption('openai-compatible')
      await page.getByRole('dialog').getByLabel('Address').fill('http://127.0.0.1:9/v1')
      await page.getByRole('button', { name: 'Ask it what it can do' }).click()
      await page.getByRole('dialog').getByRole('status').waitFor()
    },
  },
  { name: 'settings-appearance', route: '/settings/appearance' },
  { name: 'settings-limits', route: '/settings/limits' },
  { name: 'settings-data', route: '/settings/data' },
  { name: 'settings-clients', route: '/settings/clients' },
  { name: 'settings-about', route: '/settings/about' },
  { name: 'missing-run', route: '/runs/run_0000000000000000' },
]

/** A few screens say whether high contrast holds. */
const contrast = (filled: Filled): readonly Scene[] => [
  { name: 'contrast-personas', route: '/personas', act: more('Disk guardian') },
  { name: 'contrast-editor', route: `/personas/${filled.modelPersona}` },
  { name: 'contrast-run-failed', route: `/runs/${filled.failedRun}` },
]

const LOOKS = (['light', 'dark'] as const).flatMap((scheme) => [
  { scheme, size: 'wide', width: 1440, height: 900 },
  { scheme, size: 'narrow', width: 900, height: 640 },
])
type Look = (typeof LOOKS)[number]

const picture = (page: Page, name: string, { scheme, size }: Look) =>
  page.screenshot({ path: join(FOLDER, `${name}.${scheme}.${size}.png`) })

async function shoot(engine: TestEngine, scenes: readonly Scene[]): Promise<void> {
  const wanted = scenes.filter(({ name }) => name.includes(only))
  if (wanted.length === 0) return
  for (const look of LOOKS) {
    const browser = await openBrowser(look)
    const { page, go, complaints } = await openWindow(engine, browser)
    page.setDefaultTimeout(4_000)
    for (const scene of wanted) {
      await go(scene.route)
      await page.waitForTimeout(700)
      try {
        await scene.act?.(page)
      } catch (thrown) {
        console.error(`${scene.name}: ${(thrown as Error).message.split('\n')[0]}`)
      }
      await page.waitForTimeout(500)
      await picture(page, scene.name, look)
      if (scene.after) await scene.after(page).catch(() => undefined)
      else await page.keyboard.press('Escape')
    }
    for (const complaint of complaints) console.error(`${look.scheme} ${look.size}: ${complaint}`)
    await browser.close()
  }
}

/** Windows that look at a run while their engine is killed. Ends the engine. */
async function shootLost(engine: TestEngine, route: string): Promise<void> {
  const windows = []
  for (const look of LOOKS) {
    const browser = await openBrowser(look)
    const { page, go } = await openWindow(engine, browser)
    await go(route)
    windows.push({ look, browser, page })
  }
  engine.child.kill('SIGKILL')
  for (const { look, browser, page } of windows) {
    await page.getByText(/^Trying again/).waitFor()
    await picture(page, 'lost', look)
    await browser.close()
  }
}

/** A vault that was just made, and the same one with a damaged header, each on an engine of its own. */
async function shootOwnVault(): Promise<void> {
  if (![...EMPTY_VAULT, ...DAMAGED].some(({ name }) => name.includes(only))) return
  const first = await startTestEngine()
  await first.client.settings.set({ firstRun: 'done' })
  await makeVault(first)
  await shoot(first, EMPTY_VAULT)
  const { vaultDir, dataDir } = first.places
  await first.stop({ keep: true })
  await damageHeader(vaultDir, readFileSync(join(vaultDir, 'header'), 'utf8'))
  const second = await startTestEngine({ data: dataDir })
  await shoot(second, DAMAGED)
  await second.stop()
}

mkdirSync(FOLDER, { recursive: true })
const engine = await startTestEngine()
await shoot(engine, EMPTY)
const filled = await fill(engine)
await shoot(engine, full(filled))
await engine.client.settings.set({ contrast: 'high' })
await shoot(engine, contrast(filled))
await engine.client.settings.set({ contrast: 'system' })
await shoot(engine, lockedVault(await lockWithWaiting(engine, filled.commandPersona, { path: '/' })))
if ('lost'.includes(only)) await shootLost(engine, `/runs/${filled.liveRun}`)
else await engine.client.run.cancel({ id: filled.liveRun })
await engine.stop()
await filled.end()
await shootOwnVault()
console.log(`screenshots are in ${FOLDER}`)
