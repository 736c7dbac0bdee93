/** A window whose engine goes away and comes back: it says so, misses no line, and goes on by itself. */
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc } from '#contract'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

describe('a lost connection', () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  pictureFailures(() => opened)

  beforeAll(async () => {
    engine = await startTestEngine()
    await engine.client.settings.set({ firstRun: 'done' })
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  it('is said, and mended when the engine is back on its port; what ran is told with its reason', async () => {
    const { page, go } = opened
    const doc = personaDoc.parse({
      name: 'Ticker',
      body: {
        kind: 'command',
        program: '{{troupe.node}}',
        args: ['-e', "let n=0;setInterval(()=>console.log('tick '+(++n)),50)"],
        stdin: 'none',
      },
    })
    const persona = await engine.client.persona.create({ doc, message: '' })
    const run = await engine.client.run.start({ personaId: persona.id })
    await go(`/runs/${run.id}`)
    await page.getByText('Running').first().waitFor()

    const data = engine.places.dataDir
    engine.child.kill('SIGKILL')
    await page
      .getByText(/engine.*(away|gone|stopped|lost|not answer)|connection.*(lost|cut)|reconnect/i)
      .first()
      .waitFor()

    engine = await startTestEngine({ data })
    // Nobody knows how far the program came: the person is asked.
    await page.getByText('Nobody knows whether a step of it happened.').first().waitFor({ timeout: 60_000 })
    const { rows } = await engine.client.run.list({})
    expect(rows[0]).toMatchObject({ state: 'parked', reason: { code: 'unknown-outcome' } })
  })
  it('is what the window leaves behind when it stops Troupe, once it was asked', async () => {
    const { page, go } = opened
    const ended = new Promise((resolve) => engine.child.once('exit', resolve))
    await go('/settings/about')
    await page.getByRole('button', { name: 'Stop …' }).click()
    await page.getByText('Nothing runs now.').waitFor()
    await page.getByRole('button', { name: 'Stop Troupe' }).click()
    expect(await ended).toBe(0)
    await page
      .getByText(/engine.*(away|gone|stopped|lost|not answer)|connection.*(lost|cut)|reconnect/i)
      .first()
      .waitFor()
  })
})
