/** Every screen, full and empty, light and dark: axe-core finds no violation, and the main job is done by keyboard alone. */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeSource, openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'
import { type Filled, fill } from './filled.ts'

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Violations of WCAG 2.2 A and AA and of axe's best practices, one line each. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.addScriptTag({ path: axeSource() })
  const found = (await page.evaluate('axe.run(document).then((result) => result.violations)')) as readonly Violation[]
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
  '/settings/providers',
  '/settings/appearance',
  '/settings/limits',
  '/settings/data',
  '/settings/clients',
  '/settings/about',
]

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
      await go('/personas')
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Do something, or go somewhere' }).waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Run Disk guardian' }).click()
      await page.getByRole('dialog').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    })
  })

  it('does the main job by keyboard alone: find a persona, run it, read its output, cancel another', async () => {
    const browser = await openBrowser()
    const { page } = await openWindow(engine, browser)
    await page.getByRole('heading', { name: 'Personas', exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('run folder changes')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Run', exact: true }).first().waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: /Folder changes/ }).waitFor()
    await page
      .getByText(/Succeeded|Failed/)
      .first()
      .waitFor()

    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('run heartbeat')
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: /Heartbeat/ }).waitFor()
    await page.getByText('Running').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('cancel this run')
    await page.keyboard.press('Enter')
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
