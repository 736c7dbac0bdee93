/** What a person waits for: `npm start` to a served page, and a click on Run to the first line of output. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { personaDoc } from '#contract'
import { openBrowser } from '../helpers/browser.ts'
import type { TestEngine } from '../helpers/engine.ts'
import { openWindow } from '../helpers/window.ts'
import { type Figure, median } from './figures.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CLICKS = 7
const STARTS = 3

/** From exec of what `npm start` runs (already built) to the line that says where the window is served. */
async function startToServed(): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < STARTS; i += 1) {
    const data = await mkdtemp(join(tmpdir(), 'troupe-bench-'))
    const begun = performance.now()
    const env = { ...process.env, TROUPE_DATA: data, DISPLAY: '', WAYLAND_DISPLAY: '' }
    const child = spawn(process.execPath, [join(ROOT, 'build/start.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const url = await new Promise<string>((resolve) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        const link = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(text)
        if (link) resolve(link[0])
      })
    })
    const page = await fetch(url.split('#')[0] ?? url)
    if (!page.ok) throw new Error(`the page answered ${page.status}`)
    took.push(performance.now() - begun)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
    await rm(data, { recursive: true, force: true })
  }
  return median(took)
}

async function clickToOutput(engine: TestEngine): Promise<number> {
  const doc = personaDoc.parse({
    name: 'Bench window',
    body: { kind: 'command', program: '/bin/echo', args: ['seen-in-the-window'], stdin: 'none' },
  })
  await engine.client.persona.create({ doc, message: '' })
  await engine.client.settings.set({ firstRun: 'done' })
  const browser = await openBrowser()
  const { page, go } = await openWindow(engine, browser)
  const took: number[] = []
  for (let i = 0; i < CLICKS; i += 1) {
    await go('/personas')
    await page.getByRole('button', { name: 'Run Bench window' }).click()
    const run = page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).last()
    await run.waitFor()
    const begun = performance.now()
    await run.click()
    await page.getByText('seen-in-the-window').first().waitFor()
    took.push(performance.now() - begun)
  }
  await browser.close()
  return median(took)
}

export async function windowFigures(engine: TestEngine): Promise<Figure[]> {
  return [
    { name: 'npm start (built) to served page', value: await startToServed(), unit: 'ms' },
    { name: 'click on Run to first output seen', value: await clickToOutput(engine), unit: 'ms' },
  ]
}
