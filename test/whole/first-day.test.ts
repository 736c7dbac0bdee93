/** A person's first day, in a real Chromium, on a real engine: first run → template → run → output → edit → diff → restore → run again → compare. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

// One day, in order: what follows a step that failed would only repeat it.
describe('the first day', { timeout: 90_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let folder: string
  pictureFailures(() => opened)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'troupe-day-'))
    await writeFile(join(folder, 'the-large-one.bin'), Buffer.alloc(2_000_000))
    engine = await startTestEngine()
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('takes the one-time token out of the address at once', () => {
    expect(opened.page.url()).not.toContain('once=')
  })

  it('begins with the first steps, makes a persona from a template, runs it, and shows its output', async () => {
    const { page } = opened
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.getByRole('button', { name: 'Pick a persona' }).last().click()
    await page.getByText('Disk guardian').first().click()
    await page.getByRole('textbox', { name: 'Folder', exact: true }).fill(folder)
    await page.getByRole('button', { name: 'Make it and run it' }).click()
    await page.getByText('the-large-one.bin').first().waitFor()
    await page.getByText('Succeeded').first().waitFor()
    await page.getByRole('button', { name: 'Done', exact: true }).click()
    await page.getByRole('heading', { name: 'Personas', exact: true }).waitFor()
    expect((await engine.client.settings.get({})).firstRun).toBe('done')
  })

  it('edits the persona: a save is a revision, with its message', async () => {
    const { page } = opened
    await page.getByRole('link', { name: 'Disk guardian' }).click()
    await page.getByLabel('Summary').fill('Looks after my disk.')
    await page.getByLabel('What you changed, for the list of revisions').fill('Shorter summary')
    await page.keyboard.press('Control+s')
    await page.getByText('Revision 2').first().waitFor()
    const [persona] = await engine.client.persona.list({})
    expect(persona).toMatchObject({ revision: 2, summary: 'Looks after my disk.' })
  })

  it('shows what the revision changed, side by side', async () => {
    const { page } = opened
    await page.getByRole('tab', { name: /revisions/i }).click()
    await page.getByText('Shorter summary').waitFor()
    await page.getByRole('button', { name: 'Changes of revision 2' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Looks after my disk.').first().waitFor()
    await dialog.getByText('Finds what fills a disk').first().waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('restores the older revision as a new one', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Restore revision 1' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore it' }).click()
    await page.getByText('Restored from revision 1').waitFor()
    const [persona] = await engine.client.persona.list({})
    expect(persona?.revision).toBe(3)
    const [first, third] = await Promise.all([1, 3].map((revision) => engine.client.persona.get({ id: persona?.id ?? '', revision })))
    expect(third?.doc).toEqual(first?.doc)
  })

  it('runs it again from its run, and compares the two', async () => {
    const { page, go } = opened
    const before = await engine.client.run.list({})
    await go(`/runs/${before.rows[0]?.id}`)
    await page.getByRole('button', { name: 'Run again' }).click()
    await expect.poll(async () => (await engine.client.run.list({})).total, { timeout: 30_000 }).toBe(2)
    await expect.poll(async () => (await engine.client.run.list({})).rows[0]?.state, { timeout: 30_000 }).toBe('succeeded')
    const { rows } = await engine.client.run.list({})
    expect(rows[0]).toMatchObject({ revision: 3, againOf: before.rows[0]?.id })
    await page.getByText('Succeeded').first().waitFor()
    await page.getByRole('button', { name: 'More for this run' }).click()
    await page.getByRole('menuitem', { name: /compare with/i }).click()
    await page.getByRole('dialog').getByRole('button').filter({ hasText: 'rev. 1' }).click()
    await page.getByRole('heading', { name: 'Compare two runs' }).waitFor()
    await page.getByText('revision 3').first().waitFor()
  })

  it('finds everything again tomorrow: another engine on the same folder, another window', async () => {
    const data = engine.places.dataDir
    await opened.page.close()
    await engine.stop({ keep: true })
    engine = await startTestEngine({ data })
    opened = await openWindow(engine, browser)
    await opened.go('/runs')
    await opened.page.getByText('2 runs').first().waitFor()
    await opened.page
      .getByRole('link', { name: /Disk guardian/ })
      .first()
      .click()
    await opened.page.getByText('the-large-one.bin').first().waitFor()
  })

  it('had nothing to complain about: no error, no refused style or script', () => {
    expect(opened.complaints).toEqual([])
  })
})
