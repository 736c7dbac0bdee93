/** A run's journal in the window: what a waiting run can be told in place, guidance, the timeline, a fork. In a real Chromium on a real engine. */
import { once } from 'node:events'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc, providerDoc } from '#contract'
import { look, post } from '../engine/run/journal-stage.ts'
import { type CountServer, startCountServer } from '../fixtures/count-server/mod.ts'
import { type ModelServer, startModelServer } from '../fixtures/model-server/mod.ts'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

describe('the journal of a run in the window', { timeout: 180_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let counter: CountServer
  let model: ModelServer
  let personaId = ''
  /** While it is held, the counting server does not answer. */
  let held: Promise<unknown> | undefined
  pictureFailures(() => opened)

  beforeAll(async () => {
    counter = await startCountServer({
      answer: async ({ body }) => {
        await held
        return `done ${body}`
      },
    })
    model = await startModelServer()
    engine = await startTestEngine()
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
    const { client } = engine
    await client.settings.set({ loopRepeats: 2, firstRun: 'done' })
    const provider = { id: 'local', label: 'local', kind: 'openai-compatible', baseUrl: `${model.url}/v1` }
    await client.provider.save({ doc: providerDoc.parse(provider) })
    const tools = { http: { enabled: true, allowPrivate: true } }
    const body = { kind: 'model', models: [{ provider: 'local', model: 'echo-1' }], tools }
    personaId = (await client.persona.create({ doc: personaDoc.parse({ name: 'Messenger', body }), message: '' })).id
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
    await counter?.stop()
    await model?.stop()
  })

  it('a run that goes round in circles is told something, goes on in place, and shows when each step ran', async () => {
    const { page, go } = opened
    model.play([look(counter), look(counter), { text: 'I stop looking.' }])
    const run = await engine.client.run.start({ personaId, input: 'Look.' })
    await go(`/runs/${run.id}`)
    await page.getByText('It goes round in circles.').first().waitFor()
    await page.getByLabel('Say something to it').fill('Stop loking.')
    await page.getByRole('button', { name: 'Say it' }).click()
    await page.getByText('waits for its next turn').waitFor()
    await page.getByRole('button', { name: 'Change this message' }).click()
    await page.getByLabel('The changed message').fill('Stop looking.')
    await page.getByRole('button', { name: 'Keep the change' }).click()
    await page.getByText('Stop looking.', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Go on now' }).click()
    await page.getByText('I stop looking.').first().waitFor()
    expect(model.asked.at(-1)?.userText).toBe('Stop looking.')
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await page.getByRole('row').nth(6).waitFor()
    await page
      .getByRole('button', { name: /http_request/ })
      .first()
      .click()
    await page.getByRole('article', { name: /^Step 2: http_request/ }).waitFor()
  })

  it('a fork keeps what was before its step, with another result and a word to the model', async () => {
    const { page, go } = opened
    model.play([post(counter, 'hello'), { text: 'It was sent.' }])
    const run = await engine.client.run.start({ personaId, input: 'Send it.' })
    await go(`/runs/${run.id}`)
    await page.getByText('It was sent.').first().waitFor()
    model.play([{ text: 'Then it was not sent.' }])
    await page.getByRole('button', { name: 'Fork from step 2' }).click()
    await page.getByLabel('Keep this step, with another result').check()
    await page.getByLabel('Its result').fill('HTTP 500')
    await page.getByLabel('Say to the model').fill('Be honest.')
    await page.getByRole('button', { name: 'Fork', exact: true }).click()
    await page.getByText('Then it was not sent.').first().waitFor()
    await page.getByText('kept', { exact: true }).first().waitFor()
    expect(model.asked.at(-1)).toMatchObject({ toolResults: [], userText: 'Be honest.' })
    expect(counter.count('hello')).toBe(1)
  })

  it('a step that may have happened when the engine died is asked about, and the answer goes on', async () => {
    model.play([post(counter, 'the bill'), { text: 'The bill is out.' }])
    const release = Promise.withResolvers<void>()
    held = release.promise
    const run = await engine.client.run.start({ personaId, input: 'Send the bill.' })
    while (counter.count('the bill') === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const data = engine.places.dataDir
    const gone = once(engine.child, 'exit')
    engine.child.kill('SIGKILL')
    await gone
    release.resolve()
    engine = await startTestEngine({ data })
    opened = await openWindow(engine, browser)
    const { page, go } = opened
    await go(`/runs/${run.id}`)
    await page.getByText('Nobody knows whether a step of it happened.').first().waitFor()
    await page.getByLabel('What it answered').fill('HTTP 200, I looked.')
    await page.getByRole('button', { name: 'It happened' }).click()
    await page.getByText('The bill is out.').first().waitFor()
    expect(model.asked.at(-1)?.toolResults).toEqual(['HTTP 200, I looked.'])
    expect(counter.count('the bill')).toBe(1)
  })

  it('shows nothing that the page complains about', () => {
    expect(opened.complaints.filter((one) => !/WebSocket|ERR_CONNECTION/.test(one))).toEqual([])
  })
})
