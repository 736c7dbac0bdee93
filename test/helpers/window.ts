/** Opens the real window of a real engine in a real browser. */
import type { BrowserContext, Page } from 'playwright-core'
import type { TestEngine } from './engine.ts'

export interface OpenedWindow {
  readonly page: Page
  /** What the page complained about: uncaught errors, refused styles or scripts, failed loads. */
  readonly complaints: readonly string[]
  /** Goes to a screen by its hash route, e.g. `/runs`. */
  go(route: string): Promise<void>
}

export async function openWindow(engine: TestEngine, browser: BrowserContext): Promise<OpenedWindow> {
  const page = await browser.newPage()
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  await page.goto(await engine.link())
  await page.locator('main h1, main h2').first().waitFor()
  return {
    page,
    complaints,
    async go(route) {
      await page.evaluate(`location.hash = ${JSON.stringify(route)}`)
      await page.locator('main h1').first().waitFor()
    },
  }
}
