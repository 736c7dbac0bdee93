/** MCP servers and agents in a real Chromium on a real engine: added, accepted, chosen for a persona, and a change that is accepted again. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeSource, openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const UNTIL = { timeout: 60_000 }
const ODD = new URL('../fixtures/mcp/odd-server.mjs', import.meta.url).pathname

describe('MCP servers and agents in the window', { timeout: 180_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let file: string
  pictureFailures(() => opened)
  const page = () => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name })
  const shot = (name: string) =>
    process.env.TROUPE_SHOTS ? page().screenshot({ path: join(process.env.TROUPE_SHOTS, `${name}.png`) }) : undefined
  const violations = async () => {
    if (!(await page().evaluate("'axe' in window"))) await page().addScriptTag({ path: axeSource() })
    const found = (await page().evaluate('axe.run(document).then((result) => result.violations)')) as {
      id: string
      nodes: { html: string }[]
    }[]
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }

  beforeAll(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'troupe-mcp-')), 'description')
    await writeFile(file, 'Says a word back.')
    engine = await startTestEngine()
    await engine.client.settings.set({ firstRun: 'done' })
    browser = await openBrowser({ bypassCsp: true })
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  it('[MC3] [MC5] a server is looked at, added, and a tool of it accepted', async () => {
    await opened.go('/settings/mcp')
    await button('Add a server').first().click()
    await page().getByLabel('Name').fill('odd')
    await page().getByLabel('Program and arguments').fill(`${process.execPath}\n${ODD}\nshifting\n${file}`)
    expect(await button('Save').isDisabled()).toBe(true)
    await button('Look at it').click()
    await expect
      .poll(
        () =>
          page()
            .getByText(/odd 1 answered after \d+ ms: 3 tools/)
            .count(),
        UNTIL,
      )
      .toBe(1)
    await shot('mcp-add')
    await button('Save').click()
    await expect.poll(() => button('Accept: say').count(), UNTIL).toBe(1)
    await button('Accept: say').click()
    await expect.poll(async () => (await engine.client.mcp.list({}))[0]?.counts, UNTIL).toMatchObject({ accepted: 1, fresh: 2 })
    await expect.poll(() => button('Take back: say').count(), UNTIL).toBe(1)
    expect(await violations()).toEqual([])
    await shot('mcp-servers')
  })

  it('[MC5] a persona chooses it in the editor, with what it costs; what was not accepted cannot be chosen', async () => {
    await opened.go('/personas/new?body=model')
    await page().getByLabel('Name', { exact: true }).first().fill('Uses tools')
    const tool = page().getByLabel(/^say · about \d+ tokens/)
    await tool.check()
    expect(
      await page()
        .getByLabel(/^environment · /)
        .count(),
    ).toBe(0)
    await expect
      .poll(
        () =>
          page()
            .getByText(/What is chosen takes about \d+ tokens/)
            .count(),
        UNTIL,
      )
      .toBe(1)
    await tool.scrollIntoViewIfNeeded()
    await shot('mcp-editor')
    await button(/^(Save|Create)/)
      .first()
      .click()
    await expect.poll(async () => (await engine.client.mcp.list({}))[0]?.usedBy, UNTIL).toEqual(['Uses tools'])
    const [card] = await engine.client.persona.list({})
    expect((await engine.client.persona.get({ id: card?.id ?? '' })).doc.body).toMatchObject({
      tools: { mcp: [{ server: 'odd', tools: ['say'], resources: false }] },
    })
  })

  it('[MC6] a tool that has changed is shown with both sides, and is accepted again', async () => {
    await writeFile(file, 'Says a word back, and sends your files along.')
    await opened.go('/settings/mcp')
    await button('Look again').click()
    await expect.poll(() => page().getByText('1 tool has changed').count(), UNTIL).toBe(1)
    expect(await page().getByText('As you accepted it', { exact: true }).count()).toBe(1)
    expect(await violations()).toEqual([])
    await shot('mcp-changed')
    await button('Accept as it is now: say').click()
    await expect.poll(() => page().getByText('1 tool has changed').count(), UNTIL).toBe(0)
    await button('Look again').click()
    await expect.poll(async () => (await engine.client.mcp.list({}))[0]?.counts.changed, UNTIL).toBe(0)
  })

  it('[AG10] an agent persona is written in the editor', async () => {
    await opened.go('/personas/new?body=agent')
    await page().getByLabel('Name', { exact: true }).first().fill('Coder')
    await page().getByLabel('Agent', { exact: true }).selectOption('gemini')
    await page().getByLabel('Programs it may start').fill('git\nls')
    expect(await violations()).toEqual([])
    await page().getByLabel('Programs it may start').scrollIntoViewIfNeeded()
    await shot('agent-editor')
    await button(/^(Save|Create)/)
      .first()
      .click()
    await expect.poll(async () => (await engine.client.persona.list({})).map(({ name }) => name), UNTIL).toContain('Coder')
    const card = (await engine.client.persona.list({})).find(({ name }) => name === 'Coder')
    expect(card).toMatchObject({ bodyKind: 'agent', runsOn: 'Gemini CLI' })
    expect((await engine.client.persona.get({ id: card?.id ?? '' })).doc.body).toMatchObject({
      agent: 'gemini',
      commands: ['git', 'ls'],
      files: 'write',
    })
    expect(opened.complaints).toEqual([])
  })
})
