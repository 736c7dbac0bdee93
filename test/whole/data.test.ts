/** The Data page in a real Chromium on a real engine: health, a backup, its restore with the plan and the restart, retention with a preview, history. */
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PersonaDoc, personaDoc } from '#contract'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const UNTIL = { timeout: 60_000 }
const named = (name: string): PersonaDoc =>
  personaDoc.parse({ name, body: { kind: 'command', program: '{{troupe.node}}', args: ['-e', `console.log('hello')`], stdin: 'none' } })

describe('the Data page', { timeout: 180_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  pictureFailures(() => opened)
  const page = () => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name })

  beforeAll(async () => {
    engine = await startTestEngine()
    await engine.client.settings.set({ firstRun: 'done' })
    await engine.client.persona.create({ doc: named('Alpha'), message: '' })
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  it('[SK20] warns that there is no backup, makes one, and shows it whole; the database is looked through', async () => {
    await opened.go('/settings/data')
    await expect.poll(() => page().getByText('There is no backup that was found whole.').count(), UNTIL).toBe(1)
    await button('Back up now').click()
    await expect.poll(() => page().getByText('Backup on request').count(), UNTIL).toBe(1)
    await expect.poll(() => page().getByText('There is no backup that was found whole.').count(), UNTIL).toBe(0)
    await button('Look through it').first().click()
    await expect.poll(() => page().getByText('The database was looked through and found whole.').count(), UNTIL).toBeGreaterThan(0)
  })

  it('[SE9] sealing tells first what goes, and without a vault says how to get one', async () => {
    await opened.go('/settings/data')
    await button('Seal…').click()
    await expect.poll(() => page().getByText('the plain files and backups are removed').count(), UNTIL).toBe(1)
    await button('Seal and restart').click()
    await expect.poll(() => page().getByRole('dialog').getByText('There is no vault yet').count(), UNTIL).toBe(1)
    await button('Keep it as it is').click()
    await expect.poll(() => page().getByRole('dialog').count(), UNTIL).toBe(0)
  })

  it('[SK20] retention shows what would go before it can be saved', async () => {
    const days = page().getByLabel('Days that ended runs are kept')
    await days.fill('30')
    expect(await button('Save').last().isDisabled()).toBe(true)
    await button('Show what would go').click()
    await expect
      .poll(
        () =>
          page()
            .getByText(/Nothing would go/)
            .count(),
        UNTIL,
      )
      .toBe(1)
    await button('Save').last().click()
    await expect.poll(async () => (await engine.client.settings.get({})).runsKeptDays, UNTIL).toBe(30)
  })

  it('[SK20] a restore shows its plan, restarts the engine, and the same window goes on with the state of then', async () => {
    await engine.client.persona.create({ doc: named('Beta'), message: '' })
    await button('Restore …').last().click()
    const dialog = page().getByRole('dialog')
    await expect.poll(() => dialog.getByRole('row', { name: /^personas 2 1 1/ }).count(), UNTIL).toBe(1)
    await dialog.getByRole('button', { name: 'Restore and restart' }).click()
    await expect.poll(() => page().getByText('Backup before a restore').count(), { timeout: 90_000 }).toBe(1)
    await opened.go('/personas')
    await expect.poll(() => page().getByText('Alpha').count(), UNTIL).toBeGreaterThan(0)
    expect(await page().getByText('Beta').count()).toBe(0)
  })
})
