/** The calendar and the lanes, in a real Chromium on a real engine: empty and full, by pointer and by keys, light and dark, wide and narrow. */
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc, triggerDoc } from '#contract'
import { axeSource, openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const HOUR_MS = 3_600_000
/** Pictures of both screens are left here when it is set; to be looked at. */
const PICTURES = process.env.TROUPE_PICTURES

async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.addScriptTag({ path: axeSource() })
  const found = (await page.evaluate('axe.run(document).then((result) => result.violations)')) as readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n  ${node.failureSummary}`))
}

// One story, in order: what follows a step that failed would only repeat it.
describe('the calendar and the lanes', { timeout: 120_000 }, () => {
  let engine: TestEngine
  let browser: BrowserContext
  let opened: OpenedWindow
  let personaId = ''
  let once = ''
  const at = new Date(new Date().getFullYear(), new Date().getMonth(), new Date().getDate() + 1, 10).getTime()
  pictureFailures(() => opened)

  beforeAll(async () => {
    engine = await startTestEngine({})
    await engine.client.settings.set({ firstRun: 'done' })
    const body = { kind: 'command' as const, program: '{{troupe.node}}', args: ['-e', '0'] }
    personaId = (await engine.client.persona.create({ doc: personaDoc.parse({ name: 'Digest', body }), message: '' })).id
    browser = await openBrowser({ bypassCsp: true })
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  const go = (place: string) => opened.page.evaluate(`location.hash = ${JSON.stringify(place)}`)
  const looks = async (name: string) => {
    const { page } = opened
    for (const theme of ['light', 'dark'] as const) {
      await engine.client.settings.set({ theme })
      await page.locator(`html[data-theme=${theme}]`).waitFor()
      for (const [width, height] of [
        [1440, 900],
        [900, 640],
      ] as const) {
        await page.setViewportSize({ width, height })
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-${theme}-${width}.png` })
        expect(await violations(page)).toEqual([])
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  }
  const make = (name: string, when: object) =>
    engine.client.trigger.create({ doc: triggerDoc.parse({ name, personaId, when }) }).then(({ id }) => id)

  it('both say what to do next while they are empty, and are reached by their shortcuts', async () => {
    const { page } = opened
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.getByText('Nothing is scheduled').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.getByText('No events in the last hour').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('a schedule stands on its days, and a single time is moved by keys', async () => {
    const { page } = opened
    await make('Morning', { kind: 'schedule', rule: { how: 'cron', expression: '0 9 * * *' } })
    once = await make('Once', { kind: 'schedule', rule: { how: 'once', at } })
    await go(`/schedule?view=month&at=${at}`)
    const chip = page.getByRole('button', { name: /\d\d:\d\d Once, due/ })
    await chip.waitFor()
    await page
      .getByRole('button', { name: /09:00 Morning, due/ })
      .first()
      .waitFor()
    await chip.focus()
    await page.keyboard.press('Shift+ArrowRight')
    await page.getByRole('dialog', { name: 'Move Once' }).waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await engine.client.trigger.get({ id: once })).nextAt).toBe(at + 24 * HOUR_MS)
    await looks('schedule-month')
  })

  it('is dragged to another hour in the week by the pointer, and dropped outside it stays', async () => {
    const { page } = opened
    await go(`/schedule?view=week&at=${at + 24 * HOUR_MS}`)
    const chip = page.getByRole('button', { name: /\d\d:\d\d Once, due/ })
    await page.getByRole('table', { name: 'Week' }).waitFor()
    // The week is read anew when it is opened: its chips are put once more.
    await expect
      .poll(() =>
        chip.scrollIntoViewIfNeeded().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    const from = await chip.boundingBox()
    const target = page.locator(`[data-cell="${at + 25 * HOUR_MS}"]`)
    const to = await target.boundingBox()
    if (!from || !to) throw new Error('The chip or its target is not in view.')
    await page.mouse.move(from.x + 10, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(to.x + 20, to.y + 12, { steps: 5 })
    await page.mouse.up()
    await page.getByRole('dialog', { name: 'Move Once' }).getByRole('button', { name: 'Move', exact: true }).click()
    await expect.poll(async () => (await engine.client.trigger.get({ id: once })).nextAt).toBe(at + 25 * HOUR_MS)
    await looks('schedule-week')
  })

  it('is run now, in some minutes, and paused, one and all', async () => {
    const { page } = opened
    await page.getByRole('button', { name: 'More about Morning' }).click()
    await page.getByRole('menuitem', { name: 'Run now' }).click()
    await expect
      .poll(async () => (await engine.client.trigger.fires({})).some(({ state }) => state === 'ended'), { timeout: 30_000 })
      .toBe(true)
    await page.getByRole('switch', { name: 'Once is on' }).click()
    await expect.poll(async () => (await engine.client.trigger.get({ id: once })).doc.enabled).toBe(false)
    await page.getByRole('button', { name: 'Pause all schedules' }).click()
    await page.getByRole('button', { name: 'Resume schedules' }).click()
    await expect.poll(async () => (await engine.client.schedule.status({})).pausedUntil).toBe(null)
  })

  it('events are counted in the lanes as the engine counts them, and one is inspected by keys', async () => {
    const { page } = opened
    await make('Orders', { kind: 'event', types: ['order.*'], filter: [{ path: 'data.n', is: 'below', value: '3' }] })
    await go('/events')
    await page.getByRole('heading', { name: 'Events', exact: true }).waitFor()
    for (let n = 0; n < 6; n += 1) await engine.client.event.emit({ type: n % 2 ? 'order.made' : 'other.made', data: { n } })
    await page
      .getByRole('button', { name: /order\.made/ })
      .first()
      .waitFor()
    await page.getByText('Counts', { exact: true }).click()
    const counts = async () => {
      const own = (await engine.client.event.subscriptions({})).find(({ name }) => name === 'Orders')
      return (
        own && `Orders ${own.delivered + own.skipped + own.dead + own.pending} ${own.delivered} ${own.skipped} ${own.dead} 0 ${own.pending}`
      )
    }
    const row = page.getByRole('row', { name: /^Orders/ })
    await expect.poll(async () => (await row.innerText()).replace(/\s+/g, ' ') === (await counts()), { timeout: 20_000 }).toBe(true)
    await looks('events-counts')
    await page.getByText('Lanes', { exact: true }).click()
    await page.getByRole('img', { name: /events from/ }).waitFor()
    await page
      .getByRole('button', { name: /order\.made/ })
      .first()
      .press('Enter')
    await page.getByRole('dialog', { name: 'order.made' }).getByText('What became of it').waitFor()
    await page.keyboard.press('Escape')
    await looks('events-lanes')
  })

  it('is frozen, scrubbed back, and delivered again from there', async () => {
    const { page } = opened
    await page.getByRole('slider', { name: /Moment/ }).fill('-600')
    await page.getByText('No such events then').waitFor()
    await page.getByRole('button', { name: 'Deliver again from here' }).click()
    await page
      .getByRole('dialog')
      .getByText(/would start/)
      .waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Deliver again' }).click()
    await page.getByText(/events? delivered again/).waitFor()
    await page.getByRole('button', { name: 'Live', exact: true }).click()
    await page
      .getByRole('button', { name: /order\.made/ })
      .first()
      .waitFor()
  })
})
