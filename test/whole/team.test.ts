/** Teams by hand, in a real Chromium on a real engine: a workflow dropped on the window becomes one that runs, is watched, mended and forked. */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const WORKFLOW = {
  name: 'Order check',
  nodes: [
    { id: 'a', name: 'Go', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
    {
      id: 'b',
      name: 'Orders',
      type: 'n8n-nodes-base.code',
      typeVersion: 2,
      position: [240, 0],
      parameters: { jsCode: 'return [{ json: { price: 5 } }, { json: { price: 50 } }]' },
    },
    {
      id: 'c',
      name: 'Large?',
      type: 'n8n-nodes-base.if',
      typeVersion: 2.2,
      position: [480, 0],
      parameters: {
        conditions: {
          options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
          combinator: 'and',
          conditions: [{ leftValue: '={{ $json.price }}', rightValue: 10, operator: { type: 'number', operation: 'gt' } }],
        },
      },
    },
    {
      id: 'd',
      name: 'Broken',
      type: 'n8n-nodes-base.code',
      typeVersion: 2,
      position: [720, -80],
      parameters: { jsCode: "throw new Error('mend me')" },
    },
    { id: 'e', name: 'Small', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [720, 120], parameters: {} },
    {
      id: 'f',
      name: 'Hint',
      type: 'n8n-nodes-base.stickyNote',
      typeVersion: 1,
      position: [0, 160],
      parameters: { content: 'From the file', width: 240, height: 100 },
    },
  ],
  connections: {
    Go: { main: [[{ node: 'Orders', type: 'main', index: 0 }]] },
    Orders: { main: [[{ node: 'Large?', type: 'main', index: 0 }]] },
    'Large?': { main: [[{ node: 'Broken', type: 'main', index: 0 }], [{ node: 'Small', type: 'main', index: 0 }]] },
  },
}

// One story, in order: what follows a step that failed would only repeat it.
describe('a team in the window', { timeout: 120_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let page: Page
  pictureFailures(() => opened)

  beforeAll(async () => {
    engine = await startTestEngine({})
    await engine.client.settings.set({ firstRun: 'done' })
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
    page = opened.page
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  const card = (name: string) => page.locator('.team-card', { hasText: name })
  const only = async () => {
    const [team] = await engine.client.team.list({})
    return engine.client.team.get({ id: team?.id ?? '' })
  }

  it('[WIN60] a file dropped anywhere on the window is shown as what it becomes, and nothing is made before that', async () => {
    await page.evaluate(`(() => {
      const files = new DataTransfer()
      files.items.add(new File([${JSON.stringify(JSON.stringify(WORKFLOW))}], 'order-check.json', { type: 'application/json' }))
      document.querySelector('nav').dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }))
    })()`)
    const dialog = page.getByRole('dialog', { name: 'This would be made' })
    await dialog.getByText('6 of 6 nodes accounted for').waitFor()
    expect(await engine.client.team.list({})).toEqual([])
    await dialog.getByRole('button', { name: 'Make 1 team' }).click()
    await page.getByRole('dialog', { name: 'Made' }).getByText('It is not active').waitFor()
    await page.getByRole('button', { name: 'Open the canvas' }).click()
    await card('Orders').waitFor()
    expect((await only()).active).toBe(false)
  })

  it('[WIN61] it runs, each node shows how it went, and a link its items', async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click()
    await page.locator('.team-card[data-live="failed"]', { hasText: 'Broken' }).waitFor()
    await card('Orders').getByText('2 items').waitFor()
    await card('Orders').click()
    await page.getByRole('tab', { name: /Selected/ }).click()
    await page.getByRole('region', { name: 'In the run that is shown' }).getByRole('button', { name: '2 items' }).click()
    await page.getByRole('dialog', { name: 'Items of Orders' }).getByText('"price": 50').waitFor()
    await page.keyboard.press('Escape')
  })

  it('[WIN62] the node is mended in its form, and the run goes on from there with the earlier results kept', async () => {
    await card('Broken').click()
    const form = page.getByRole('form', { name: 'Node Broken' })
    await form.getByLabel('JavaScript').fill('return [{ json: { mended: true } }]')
    await page.getByText('not saved').waitFor()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await expect.poll(() => dialog.getByLabel('Begins at').inputValue()).toBe('Broken')
    expect(await dialog.getByLabel(/Keep what the shown run gave/).isChecked()).toBe(true)
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await page.locator('.team-card[data-live="done"]', { hasText: 'Broken' }).waitFor()
    await page.locator('.team-card[data-live="done"]', { hasText: 'Small' }).waitFor()
    const { rows } = await engine.client.run.list({ filter: {} })
    expect(rows[0]).toMatchObject({ origin: 'fork', bodyKind: 'team' })
  })

  it('[WIN63] ten edits are undone and done again, one by one', async () => {
    await page.getByRole('button', { name: 'Take the run off' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Revision 2').waitFor()
    const before = (await only()).doc
    for (let n = 0; n < 10; n++) {
      await page.getByRole('button', { name: 'Add a node' }).click()
      await page.getByRole('menuitem', { name: 'Nothing' }).click()
    }
    await page.getByText(/Nodes ?15/).waitFor()
    await page
      .locator('.team-board')
      .focus()
      .catch(() => undefined)
    for (let n = 0; n < 10; n++) await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByText(/Nodes ?5/).waitFor()
    expect(await page.getByText('not saved').count()).toBe(0)
    for (let n = 0; n < 10; n++) await page.getByRole('button', { name: /^Redo/ }).click()
    await page.getByText(/Nodes ?15/).waitFor()
    for (let n = 0; n < 10; n++) await page.keyboard.press('Control+z')
    await page.getByText(/Nodes ?5/).waitFor()
    expect((await only()).doc).toEqual(before)
  })

  it('[WIN64] a drag moves a card, snapped, as one edit', async () => {
    const box = await card('Small').boundingBox()
    if (!box) throw new Error('the card has no box')
    await page.mouse.move(box.x + 60, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + 100, box.y + 60, { steps: 5 })
    await page.mouse.move(box.x + 120, box.y + 80, { steps: 5 })
    await page.mouse.up()
    await page.getByText('not saved').waitFor()
    await page.getByRole('button', { name: 'Undo: Move “Small”' }).click()
    await expect.poll(() => page.getByText('not saved').count()).toBe(0)
  })

  it('[WIN65] by keyboard alone: a team is made, filled, linked and run', async () => {
    await page.keyboard.press('Escape')
    await page.evaluate('document.activeElement?.blur()')
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.getByRole('heading', { name: 'Teams' }).waitFor()
    const make = page.getByRole('button', { name: 'New team' })
    await make.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'New team' }).waitFor()
    await page.getByRole('button', { name: 'Add a node' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'By hand' }).waitFor()
    await page.keyboard.type('Code')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Link Start to/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('To', { exact: true }).focus()
    await page.keyboard.type('Code')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Start leads to' }).getByText('→ Code').waitFor()
    await page.getByRole('button', { name: 'Edit Code' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('JavaScript').focus()
    await page.keyboard.type('return [{ json: { by: "keys" } }]')
    await page.keyboard.press('Control+s')
    await page.getByText('Revision 2').waitFor()
    await page.getByRole('button', { name: 'Run', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.team-card[data-live="done"]', { hasText: 'Code' }).waitFor()
  })

  it('the page complains of nothing', () => {
    expect(opened.complaints).toEqual([])
  })
})
