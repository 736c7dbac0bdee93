/** A vault that is made in the window with the keyring, and the whole store sealed with it: in a real Chromium, on a real engine and a real gnome-keyring. */
import type { BrowserContext } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { missing, session, why } from '../engine/vault/keyring-session.ts'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const WORDS = 'lantern gravel ostrich violin'
const UNTIL = { timeout: 60_000 }

describe.skipIf(missing.length > 0)(`a store sealed from the start${why}`, { timeout: 180_000 }, () => {
  let engine: TestEngine | undefined
  let browser: BrowserContext | undefined
  let opened: OpenedWindow
  pictureFailures(() => opened)
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  it('[SE9] is chosen as the vault is made; it begins when the kit was put away, and the window goes on', async () => {
    const keyring = await session()
    engine = await startTestEngine({ env: { DBUS_SESSION_BUS_ADDRESS: keyring.env.DBUS_SESSION_BUS_ADDRESS ?? '' } })
    await engine.client.settings.set({ firstRun: 'done' })
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
    const { page } = opened
    await opened.go('/vault')
    await page.getByLabel('Passphrase', { exact: true }).fill(WORDS)
    await page.getByLabel('Passphrase again').fill(WORDS)
    await expect.poll(() => page.getByLabel('Also open it with this computer’s keyring').isChecked(), UNTIL).toBe(true)
    await page.getByLabel('Encrypt everything else too').check({ force: true })
    await page.getByRole('button', { name: 'Make the vault' }).click()
    await page.getByRole('dialog').getByText('Your recovery kit').waitFor(UNTIL)
    expect((await engine.client.store.status({})).sealed).toBe(false)
    await page.getByRole('dialog').getByRole('button', { name: 'Later' }).click()
    await opened.go('/settings/data')
    await expect.poll(() => page.getByText('Sealed', { exact: true }).count(), UNTIL).toBe(1)
  })
})
