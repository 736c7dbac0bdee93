/** Every screen, full and empty, light and dark: axe-core finds no violation, and the main job is done by keyboard alone. */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeSource, openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'
import { type Filled, fill } from './filled.ts'

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Besides WCAG: an open menu belongs to its button, and stands beside the landmarks so that no pane cuts it off; axe's "region" is no WCAG rule. */
const MENU_OPEN = "{ rules: { region: { enabled: !document.querySelector('[role=menu]') } } }"

/** Violations of WCAG 2.2 A and AA and of axe's best practices, one line each. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.addScriptTag({ path: axeSource() })
  const found = (await page.evaluate(`axe.run(document, ${MENU_OPEN}).then((result) => result.violations)`)) as readonly Violation[]
  return found.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary}`))
}

const screens = (filled: Filled): readonly string[] => [
  '/welcome',
  '/personas',
  '/personas/new',
  `/personas/${filled.modelPersona}`,
  `/personas/${filled.commandPersona}`,
  '/runs',
  `/runs/${filled.modelRun}`,
  `/runs/${filled.failedRun}`,
  `/runs/compare/${filled.commandRun}/${filled.failedRun}`,
  '/vault/credentials',
  `/vault/credentials/${filled.credential}`,
  '/vault/keys',
  '/vault/log',
  '/settings/providers',
  '/settings/appearance',
  '/settings/limits',
  '/notifications',
  '/settings/notifications',
  '/settings/support',
  '/settings/data',
  '/settings/clients',
  '/settings/about',
]

interface Over {
  readonly name: string
  readonly route: string
  readonly open: (page: Page, filled: Filled) => Promise<unknown>
  /** What stands when it is open. */
  readonly there: (page: Page) => Locator
  /** Where Escape is not enough to leave it. */
  readonly close?: (page: Page) => Promise<unknown>
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
/** Once it has its name, which comes a moment after it. */
const dialog = (page: Page) => page.getByRole('dialog', { name: /./ })
const menu = (page: Page) => page.getByRole('menu')
const chosen = (page: Page, of: string, entry: RegExp) => button(page, of).then(() => page.getByRole('menuitem', { name: entry }).click())

/** What opens over the screens: every menu, dialog and list. */
const overs = (filled: Filled): readonly Over[] => [
  {
    name: 'commands',
    route: '/personas',
    open: (page) => page.keyboard.press('Control+k'),
    there: (page) => page.getByRole('combobox', { name: 'Do something, or go somewhere' }),
  },
  { name: 'shortcuts', route: '/personas', open: (page) => page.keyboard.press('?'), there: dialog },
  { name: 'run dialog', route: '/personas', open: (page) => button(page, 'Run Disk guardian'), there: dialog },
  { name: 'menu of a persona', route: '/personas', open: (page) => button(page, 'More for Disk guardian'), there: menu },
  {
    name: 'delete',
    route: '/personas',
    open: (page) => chosen(page, 'More for Disk guardian', /^Delete/),
    there: (page) => page.getByText('gone for good'),
  },
  { name: 'add a credential', route: '/vault/credentials', open: (page) => button(page, 'Add'), there: dialog },
  { name: 'show a secret', route: `/vault/credentials/${filled.credential}`, open: (page) => button(page, /^Show /), there: dialog },
  { name: 'edit a credential', route: `/vault/credentials/${filled.credential}`, open: (page) => button(page, 'Edit'), there: dialog },
  { name: 'change a way in', route: '/vault/keys', open: (page) => button(page, 'Change …'), there: dialog },
  { name: 'import', route: '/personas', open: (page) => button(page, 'Import'), there: dialog },
  {
    name: 'import plan',
    route: '/personas',
    async open(page, { exported }) {
      await button(page, 'Import')
      await page.getByLabel('Or paste its text').fill(exported)
      await button(page, 'Show what it is')
    },
    there: (page) => page.getByRole('button', { name: /^Create 2/ }),
  },
  {
    name: 'difference',
    route: `/personas/${filled.commandPersona}`,
    open: (page) =>
      page
        .getByRole('tab', { name: /revisions/i })
        .click()
        .then(() => button(page, 'Changes of revision 2')),
    there: (page) => dialog(page).getByText('Time limit'),
  },
  {
    name: 'restore',
    route: `/personas/${filled.commandPersona}`,
    open: (page) =>
      page
        .getByRole('tab', { name: /revisions/i })
        .click()
        .then(() => button(page, 'Restore revision 1')),
    there: dialog,
  },
  {
    name: 'conflict',
    route: `/personas/${filled.modelPersona}`,
    async open(page, { saveElsewhere, modelPersona }) {
      await page.getByLabel('Summary').fill('Answers questions on any table.')
      await saveElsewhere(modelPersona)
      await page.keyboard.press('Control+s')
    },
    there: (page) => dialog(page).getByText('Yours, unsaved'),
    close: (page) => button(page, /^Take theirs/),
  },
  {
    name: 'leave',
    route: `/personas/${filled.modelPersona}`,
    async open(page) {
      await page.getByLabel('Summary').fill('Not saved.')
      await page.getByText('Unsaved changes').waitFor()
      await page.getByRole('link', { name: 'Runs' }).first().click()
    },
    there: (page) => page.getByText('Leave without saving?'),
    close: (page) => button(page, 'Drop the changes'),
  },
  { name: 'states', route: '/runs', open: (page) => button(page, /^State/), there: (page) => page.getByLabel('Failed', { exact: true }) },
  { name: 'menu of a run', route: `/runs/${filled.commandRun}`, open: (page) => button(page, 'More for this run'), there: menu },
  {
    name: 'compare with',
    route: `/runs/${filled.commandRun}`,
    open: (page) => chosen(page, 'More for this run', /compare with/i),
    there: dialog,
  },
  { name: 'menu of a provider', route: '/settings/providers', open: (page) => button(page, /^More/), there: menu },
  { name: 'let a program in', route: '/settings/clients', open: (page) => button(page, /^Let a program in/), there: dialog },
  { name: 'stop', route: '/settings/about', open: (page) => button(page, /^Stop/), there: dialog },
  {
    name: 'provider',
    route: '/settings/providers',
    open: (page) => page.getByRole('button', { name: 'Add', exact: true }).click(),
    there: dialog,
  },
]

/** Runs a command by its words, as a person does who looks at what is chosen. */
async function command(page: Page, words: string, title: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k')
  // No wait: letters typed right after the shortcut arrive.
  await page.keyboard.type(words)
  await page.getByRole('option', { name: title, selected: true }).waitFor()
  await page.keyboard.press('Enter')
}

/** The name that a screen reader would say for what has the focus, from the places where our parts put it; the element itself when there is none. */
const NAME_OF_FOCUSED = `(() => {
  const at = document.activeElement
  const labelled = (at.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  const label = at.labels?.[0]?.textContent ?? ''
  return (at.getAttribute('aria-label') || labelled.trim() || label || at.textContent || '').trim() || 'no name: ' + at.outerHTML.slice(0, 200)
})()`

describe('access', () => {
  let engine: TestEngine
  let filled: Filled
  let shown: OpenedWindow | undefined
  pictureFailures(() => shown)

  beforeAll(async () => {
    engine = await startTestEngine()
    filled = await fill(engine)
    await engine.client.settings.set({ firstRun: 'done' })
  })
  afterAll(async () => {
    await filled?.end()
    await engine?.stop()
  })

  describe.each(['light', 'dark'] as const)('axe-core, %s', (scheme) => {
    let browser: BrowserContext
    let opened: OpenedWindow

    beforeAll(async () => {
      // axe runs as an injected script, which the page's own policy rightly refuses.
      browser = await openBrowser({ scheme, bypassCsp: true })
      opened = await openWindow(engine, browser)
    })
    afterAll(async () => {
      await browser?.close()
    })

    it('finds no violation on any screen', async () => {
      const found: Record<string, readonly string[]> = {}
      for (const route of screens(filled)) {
        await opened.go(route)
        await opened.page.waitForLoadState('networkidle')
        await expect.poll(() => opened.page.locator('[aria-busy="true"]').count(), { timeout: 20_000 }).toBe(0)
        const here = await violations(opened.page)
        if (here.length > 0) found[route] = here
      }
      expect(found).toEqual({})
    })

    it('finds no violation in what opens over them', async () => {
      const { page, go } = opened
      const found: Record<string, readonly string[]> = {}
      for (const over of overs(filled)) {
        await go(over.route)
        await expect.poll(() => page.locator('[aria-busy="true"]').count(), { timeout: 20_000 }).toBe(0)
        await over.open(page, filled)
        await over.there(page).waitFor()
        const here = await violations(page)
        if (here.length > 0) found[over.name] = here
        await (over.close?.(page) ?? page.keyboard.press('Escape'))
        await expect.poll(() => over.there(page).isHidden(), { message: `${over.name} closes`, timeout: 5_000 }).toBe(true)
      }
      expect(found).toEqual({})
    })
  })

  it('one Escape closes a dialog: while it opens, when it stands, and when a tooltip has come over it', async () => {
    const browser = await openBrowser()
    shown = await openWindow(engine, browser)
    const { page } = shown
    const name = 'Run Disk guardian'
    const opener = page.getByRole('button', { name }).first()
    await opener.waitFor()
    const lost: string[] = []
    const closes = async (what: string) => {
      await page.keyboard.press('Escape')
      await page
        .getByRole('dialog')
        .waitFor({ state: 'hidden', timeout: 3_000 })
        .catch(() => lost.push(what))
      while (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape')
    }
    for (let round = 0; round < 12; round += 1) {
      await opener.click()
      // From the very moment of opening to long after it, the pointer still on the button that opened it.
      await page.waitForTimeout(round * 60)
      await closes(`${round * 60} ms after it was opened`)
    }
    for (let round = 0; round < 3; round += 1) {
      await opener.click()
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).hover()
      await page.locator('[role=tooltip]').waitFor()
      await closes('a tooltip stands over it')
      await page.mouse.move(0, 0)
    }
    expect(lost).toEqual([])
    await browser.close()
  })

  it('does the main job by keyboard alone: find a persona, run it, read its output, cancel another', async () => {
    const browser = await openBrowser()
    shown = await openWindow(engine, browser)
    const { page } = shown
    await page.getByRole('heading', { name: 'Personas', exact: true }).waitFor()
    await command(page, 'run folder changes', /Run Folder changes/)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Run', exact: true }).first().waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: /Folder changes/, level: 1 }).waitFor()
    await dialog.waitFor({ state: 'hidden' })
    await page
      .getByText(/Succeeded|Failed/)
      .first()
      .waitFor()

    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await command(page, 'run heartbeat', /Run Heartbeat/)
    await dialog.waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: /Heartbeat/, level: 1 }).waitFor()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('Running').first().waitFor()
    await command(page, 'cancel this run', /Cancel this run/)
    await page.getByText('Cancelled').first().waitFor()
    await browser.close()
  })

  it('every control of a screen is reached by Tab, in order, and has a name', async () => {
    const browser = await openBrowser()
    const { page, go } = await openWindow(engine, browser)
    await go('/personas')
    const names: string[] = []
    for (let i = 0; i < 25; i += 1) {
      await page.keyboard.press('Tab')
      names.push((await page.evaluate(NAME_OF_FOCUSED)) as string)
    }
    expect(names.filter((name) => name.startsWith('no name'))).toEqual([])
    expect(new Set(names).size).toBeGreaterThan(15)
    await browser.close()
  })
})
