/**
 * What happens while nobody looks, in a real Chromium on a real engine: a run that waits for the vault, one that fails, the bell, the centre, what is
 * wished, a click from outside, and the support bundle.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc } from '#contract'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const WORDS = 'lantern gravel ostrich violin'
const SECRET = 'value-of-the-hub-0123456789'
const PROGRAM = fileURLToPath(new URL('../fixtures/programs/print-secrets.mjs', import.meta.url))

// One story, in order: what follows a step that failed would only repeat it.
describe('what happens while nobody looks', { timeout: 120_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let runtime = ''
  let needsSecret = ''
  let fails = ''
  pictureFailures(() => opened)

  beforeAll(async () => {
    // A session without a bus and without a display: nothing is shown but what the window shows.
    runtime = await mkdtemp(join(tmpdir(), 'troupe-runtime-'))
    engine = await startTestEngine({
      env: { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: runtime, DISPLAY: '', WAYLAND_DISPLAY: '' },
    })
    const { client } = engine
    await client.settings.set({ firstRun: 'done' })
    await client.vault.init({ slots: [{ kind: 'passphrase', passphrase: WORDS }] })
    const { row } = await client.credential.add({ connector: 'bearer', name: 'hub', values: { token: SECRET } })
    const doc = (name: string, how: string) =>
      personaDoc.parse({ name, body: { kind: 'command', program: '{{troupe.node}}', args: [PROGRAM, how, 'TOKEN'] } })
    needsSecret = (await client.persona.create({ doc: doc('Needs a secret', 'end'), message: '' })).id
    await client.credential.grant({ id: row.id, personaId: needsSecret, how: 'environment' })
    fails = (await client.persona.create({ doc: doc('Fails', 'fail'), message: '' })).id
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
    if (runtime) await rm(runtime, { recursive: true, force: true })
  })

  const go = (place: string) => opened.page.evaluate(`location.hash = ${JSON.stringify(place)}`)
  const bell = () => opened.page.getByRole('navigation', { name: 'Troupe' }).getByRole('link', { name: /Notifications/ })

  it('a run that needs a secret waits while the vault is locked, says so, and the bell counts it', async () => {
    const { page } = opened
    await engine.client.vault.lock({})
    const run = await engine.client.run.start({ personaId: needsSecret })
    await go(`/runs/${run.id}`)
    await page
      .getByText(/vault is locked|Unlock it/)
      .first()
      .waitFor()
    await page.getByText('It waits for the vault.').waitFor()
    expect((await engine.client.run.get({ id: run.id })).run).toMatchObject({ state: 'parked', reason: { code: 'sealed' } })
    await expect.poll(() => bell().innerText()).toMatch(/1/)
  })

  it('leads from the centre to the vault, and what waited goes on after the unlock', async () => {
    const { page } = opened
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await page.getByRole('heading', { name: 'Notifications' }).waitFor()
    await page.getByRole('link', { name: /Needs you: Runs wait for the vault, not read/ }).click()
    await page.getByPlaceholder('Passphrase').fill(WORDS)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await expect.poll(async () => (await engine.client.run.list({})).rows[0]?.state, { timeout: 30_000 }).toBe('succeeded')
    await expect.poll(async () => (await engine.client.notification.list({})).unread).toBe(0)
  })

  it('a run that fails twice is one with a count, read by keys alone', async () => {
    const { page } = opened
    for (let n = 0; n < 2; n += 1) {
      const run = await engine.client.run.start({ personaId: fails })
      await expect.poll(async () => (await engine.client.run.get({ id: run.id })).run.state, { timeout: 30_000 }).toBe('failed')
    }
    await go('/notifications')
    await page.getByRole('link', { name: /Failed: Fails failed, not read/ }).waitFor()
    await page.getByText('2×').waitFor()
    await page.locator('h1').focus()
    await page.keyboard.press('m')
    await expect.poll(async () => (await engine.client.notification.list({})).unread).toBe(0)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Fails' }).waitFor()
  })

  it('a click from outside brings the window to the place, once', async () => {
    const { page } = opened
    await go('/personas')
    const { rows } = await engine.client.notification.list({})
    const one = rows.find(({ kind }) => kind === 'failed')
    await engine.client.notification.open({ id: one?.id ?? '' })
    await expect.poll(() => page.url()).toContain(`#${one?.href}`)
    expect(await engine.client.notification.take({})).toEqual({ href: null })
  })

  it('what is wished is set by kind, by persona and by the hour, and a desktop that shows none is told', async () => {
    const { page } = opened
    await go('/settings/notifications')
    await page.getByRole('group', { name: 'Done' }).getByText('Window').click()
    await page.getByRole('switch', { name: 'Quiet hours' }).click()
    await page.getByLabel('From').fill('23:15')
    await page.getByLabel('From').blur()
    await page.getByLabel('Another persona').selectOption({ label: 'Fails' })
    await page.getByLabel('Failed', { exact: true }).last().selectOption({ label: 'Off' })
    await expect
      .poll(() => engine.client.notification.preferences({}))
      .toMatchObject({
        levels: { done: 'window' },
        quiet: { from: 23 * 60 + 15, to: 7 * 60 },
        personas: [{ personaId: fails, levels: { failed: 'off' } }],
      })
    await page.getByRole('button', { name: 'Show one now' }).click()
    await page.getByText(/no session bus/).waitFor()
    await page.getByText('Cannot', { exact: true }).waitFor()
  })

  it('the support bundle is listed and shown before it is written, and holds no secret', async () => {
    const { page } = opened
    await go('/settings/support')
    await page.getByRole('list', { name: 'Findings' }).getByText('Data folder', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'Gather it' }).click()
    await page.getByRole('list', { name: 'What is in it' }).waitFor()
    await page.getByRole('button', { name: 'Show vault.json' }).click()
    await page.getByRole('dialog').getByText('"connector": "bearer"').waitFor()
    expect(await page.getByRole('dialog').innerText()).not.toContain('hub')
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: 'data-folder.json' }).uncheck()
    await page.getByRole('button', { name: 'Write it' }).click()
    const path = await page.getByText(/troupe-support-.*\.zip/).innerText()
    const { size, mode } = await stat(path)
    expect(size).toBeGreaterThan(500)
    expect(mode & 0o777).toBe(0o600)
  })
})
