/** The vault by hand, in a real Chromium on a real engine: made, its kit typed back, locked, opened, its ways in changed, its log verified. */
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const WORDS = 'lantern gravel ostrich violin'
const OTHER_WORDS = 'copper meadow anvil thirteen'

// One story, in order: what follows a step that failed would only repeat it.
describe('the vault', { timeout: 120_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let kit = ''
  pictureFailures(() => opened)

  beforeAll(async () => {
    engine = await startTestEngine({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' } })
    await engine.client.settings.set({ firstRun: 'done' })
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  const status = () => engine.client.vault.status({})
  const dialog = () => opened.page.getByRole('dialog')

  it('is found from anywhere, and says how strong a passphrase is before it is taken', async () => {
    const { page } = opened
    await page.keyboard.press('g')
    await page.keyboard.press('v')
    await page.getByRole('heading', { name: 'Make the vault' }).waitFor()
    await page.getByLabel('Passphrase', { exact: true }).fill('password123')
    await page.getByText('Very weak.').waitFor()
    await page.getByLabel('Passphrase', { exact: true }).fill(WORDS)
    await page.getByText('Strong.').waitFor()
    await page.getByLabel('Passphrase again').fill('something else')
    await page.getByRole('button', { name: 'Make the vault' }).click()
    await page.getByText('The two are not the same.').waitFor()
    expect((await status()).state).toBe('none')
  })

  it('is made, and its recovery kit counts only once it was typed back', async () => {
    const { page } = opened
    await page.getByLabel('Passphrase again').fill(WORDS)
    await page.getByRole('button', { name: 'Make the vault' }).click()
    await dialog().getByText('Your recovery kit').waitFor()
    kit = await page.locator('[data-kit-code]').innerText()
    await dialog()
      .getByRole('button', { name: /type it back/ })
      .click()
    const swapped = kit.replace(/^(.)(.)/, '$2$1')
    await dialog()
      .getByLabel('Recovery code')
      .fill(swapped === kit ? `X${kit.slice(1)}` : swapped)
    await dialog().getByRole('button', { name: 'Check it' }).click()
    await dialog().getByRole('alert').waitFor()
    expect((await status()).slots.find(({ kind }) => kind === 'recovery')?.confirmed).toBe(false)
    await dialog().getByLabel('Recovery code').fill(kit.toLowerCase().replaceAll('-', ' '))
    await dialog().getByRole('button', { name: 'Check it' }).click()
    await dialog().waitFor({ state: 'hidden' })
    expect((await status()).slots.find(({ kind }) => kind === 'recovery')?.confirmed).toBe(true)
  })

  it('is locked from the screen, keeps a wrong passphrase out, and says so in its log', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'Lock', exact: true }).click()
    await page.getByText('You locked the vault.').waitFor()
    expect((await status()).state).toBe('sealed')
    await page.getByPlaceholder('Passphrase').fill('not this one at all')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('The vault stays locked').waitFor()
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByText('Unlocked').first().waitFor()
    await page.getByText('failed').first().waitFor()
    await page.getByRole('button', { name: 'Verify the log' }).click()
    await page
      .getByText(/checked in part|whole/)
      .first()
      .waitFor()
  })

  it('opens again, by passphrase and by the kit', async () => {
    const { page } = opened
    await page.getByRole('radio', { name: 'Recovery code' }).check({ force: true })
    await page.getByPlaceholder('Recovery code').fill(kit)
    await expect.poll(() => page.getByRole('button', { name: 'Unlock' }).isEnabled(), { timeout: 30_000 }).toBe(true)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('Open', { exact: true }).waitFor()
    expect((await status()).state).toBe('open')
  })

  it('changes the passphrase only for who shows that it is them', async () => {
    const { page } = opened
    await page.getByRole('tab', { name: 'Ways in' }).click()
    await page.getByRole('button', { name: 'Change …' }).click()
    await dialog().getByLabel('New passphrase').fill(OTHER_WORDS)
    await dialog().getByLabel('Passphrase again').fill(OTHER_WORDS)
    await dialog().getByRole('button', { name: 'Change', exact: true }).click()
    const asks = page.getByRole('dialog', { name: 'Show that it is you' })
    await asks.getByPlaceholder('Passphrase').fill(WORDS)
    await asks.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('“Passphrase” was changed').waitFor()
    await engine.client.vault.lock({})
    const old = await engine.client.vault.unlock({ answer: { kind: 'passphrase', passphrase: WORDS } })
    expect(old).toMatchObject({ ok: false, failure: 'wrong-passphrase' })
    await expect
      .poll(async () => (await engine.client.vault.unlock({ answer: { kind: 'passphrase', passphrase: OTHER_WORDS } })).ok, {
        timeout: 30_000,
      })
      .toBe(true)
  })

  it('has no error to show, and nothing that a screen reader cannot name', async () => {
    expect(opened.complaints).toEqual([])
  })
})
