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

  it('takes a credential by its service’s own form, and says what is missing', async () => {
    const { page, go } = opened
    await go('/vault/credentials')
    await page.getByRole('button', { name: 'Add a credential' }).click()
    await dialog().getByLabel('Search services').fill('header')
    await dialog().getByRole('button', { name: 'Header', exact: true }).click()
    await dialog().getByRole('button', { name: 'Add', exact: true }).click()
    await dialog().getByText('This is needed.').first().waitFor()
    await dialog().getByLabel('Called').fill('Weather station')
    // Each that is filled in leaves the list of those that are missing.
    const missing = dialog().locator('input[aria-invalid="true"]')
    while ((await missing.count()) > 0) await missing.first().fill('x-example-value-1')
    await dialog().getByRole('button', { name: 'Add', exact: true }).click()
    await dialog().waitFor({ state: 'hidden' })
    await page.getByRole('heading', { name: /Weather station/ }).waitFor()
    const [row] = await engine.client.credential.list({})
    expect(row).toMatchObject({ label: 'Weather station', connector: 'header', health: { state: expect.not.stringMatching('verified') } })
  })

  it('shows a secret only to who proved it, grants it to a persona, and tells all of it in the log', async () => {
    const { page } = opened
    const [template] = await engine.client.persona.templates({})
    if (!template) throw new Error('there is no template')
    const persona = await engine.client.persona.create({ doc: template.doc, message: '' })
    await page
      .getByRole('button', { name: /^Show / })
      .first()
      .click()
    const asks = page.getByRole('dialog', { name: 'Show that it is you' })
    // A proof of a moment ago may still hold; after the lock above it does not.
    await asks.getByPlaceholder('Passphrase').fill(OTHER_WORDS)
    await asks.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('x-example-value-1').first().waitFor()
    await page.getByRole('button', { name: 'Grant', exact: true }).click()
    await dialog().getByRole('button', { name: 'Grant', exact: true }).click()
    await page.getByText(persona.doc.name, { exact: true }).first().waitFor()
    expect((await engine.client.credential.grants({})).map(({ personaId }) => personaId)).toEqual([persona.id])
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByText('Revealed').first().waitFor()
    await page.getByText('Granted').first().waitFor()
  })

  it('is left by its credential, once who uses it was shown', async () => {
    const { page, go } = opened
    const [row] = await engine.client.credential.list({})
    await go(`/vault/credentials/${row?.id}`)
    await page.getByRole('button', { name: /^More about header/ }).click()
    await page.getByRole('menuitem', { name: /^Remove/ }).click()
    await dialog()
      .getByText(/^Borrowed by /)
      .waitFor()
    await dialog().getByRole('button', { name: 'Remove for good' }).click()
    await page.getByText('No credential yet').waitFor()
    expect(await engine.client.credential.list({})).toEqual([])
  })

  it('has no error to show, and nothing that a screen reader cannot name', async () => {
    expect(opened.complaints).toEqual([])
  })
})
