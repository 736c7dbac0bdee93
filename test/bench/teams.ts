/** Teams: runs per second of a five-node deterministic workflow, each journaled and durable; and how long the canvas takes for a frame. */
import { type TeamDocument, teamDocument } from '#contract'
import { openBrowser } from '../helpers/browser.ts'
import type { TestEngine } from '../helpers/engine.ts'
import { openWindow } from '../helpers/window.ts'
import { type Figure, median, percentile } from './figures.ts'

const AT_ONCE = [1, 32] as const
const SECONDS = 5
const NODES = [50, 200, 500] as const

export async function teamFigures(engine: TestEngine): Promise<Figure[]> {
  await engine.client.settings.set({ firstRun: 'done', maxRuns: 64, maxQueued: 1000 })
  return [...(await runsPerSecond(engine)), ...(await frameTimes(engine))]
}

const FIVE = teamDocument.parse({
  name: 'Five nodes',
  nodes: [
    { id: 'a', name: 'Start', kind: 'manualStart' },
    {
      id: 'b',
      name: 'Set',
      kind: 'set',
      version: 3.4,
      parameters: { mode: 'raw', jsonOutput: '={"n": {{ $json.n }}, "twice": {{ $json.n * 2 }}}', options: {} },
    },
    {
      id: 'c',
      name: 'If',
      kind: 'if',
      version: 2.2,
      parameters: {
        conditions: {
          options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
          combinator: 'and',
          conditions: [{ leftValue: '={{ $json.twice }}', rightValue: 4, operator: { type: 'number', operation: 'gt' } }],
        },
      },
    },
    { id: 'd', name: 'Limit', kind: 'limit', parameters: { maxItems: 1 } },
    { id: 'e', name: 'Done', kind: 'noOp' },
  ],
  links: ['ab', 'bc', 'cd', 'de'].map(([from = '', to = '']) => ({ from: { node: from }, to: { node: to } })),
})

async function runsPerSecond({ client }: TestEngine): Promise<Figure[]> {
  const { id } = await client.team.create({ doc: FIVE, message: '' })
  const one = async () => {
    const run = await client.team.run({ id, items: [{ json: { n: 3 } }], pinned: false })
    let state = 'queued'
    for await (const { events } of await client.run.follow({ id: run.id }))
      for (const event of events) if (event.kind === 'state') state = event.state
    if (state !== 'succeeded') throw new Error(`a run of the bench ended as ${state}`)
  }
  for (let n = 0; n < 10; n++) await one()
  const figures: Figure[] = []
  for (const atOnce of AT_ONCE) {
    let done = 0
    const begun = performance.now()
    const lane = async () => {
      for (; performance.now() - begun < SECONDS * 1000; done++) await one()
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    figures.push({ name: `team runs of five nodes, ${atOnce} at once`, value: done / ((performance.now() - begun) / 1000), unit: 'per s' })
  }
  return figures
}

/** Rows of 25 in chains, as a large template stands. */
function wide(count: number): TeamDocument {
  const nodes = Array.from({ length: count }, (_, at) => ({
    id: `n${at}`,
    name: `Node ${at}`,
    kind: at === 0 ? ('manualStart' as const) : ('noOp' as const),
    position: { x: (at % 25) * 260, y: Math.floor(at / 25) * 120 },
  }))
  const links = nodes.slice(1).map((node, at) => ({ from: { node: `n${at}` }, to: { node: node.id } }))
  return teamDocument.parse({ name: `Wide ${count}`, nodes, links })
}

/** Pans for a while, then zooms out and in; time between frames as the page sees it, and from click to the canvas standing. */
const MEASURE = `new Promise((resolve) => {
  const board = document.querySelector('.team-board')
  const box = board.getBoundingClientRect()
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true, cancelable: true }
  const frames = []
  let last = performance.now()
  let n = 0
  const step = (now) => {
    frames.push(now - last)
    last = now
    n++
    if (n > 240) return resolve(frames.slice(2))
    if (n < 160) board.firstElementChild.dispatchEvent(new WheelEvent('wheel', { ...at, deltaX: n < 80 ? 30 : -30, deltaY: 6 }))
    else board.firstElementChild.dispatchEvent(new WheelEvent('wheel', { ...at, ctrlKey: true, deltaY: n < 200 ? 12 : -12 }))
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})`

async function frameTimes(engine: TestEngine): Promise<Figure[]> {
  const browser = await openBrowser({ reducedMotion: false })
  const { page, go } = await openWindow(engine, browser)
  const figures: Figure[] = []
  for (const count of NODES) {
    const { id } = await engine.client.team.create({ doc: wide(count), message: '' })
    const begun = performance.now()
    await go(`/teams/${id}`)
    await page.locator('.team-board .svelvet-wrapper').waitFor()
    const stands = performance.now() - begun
    await page.waitForTimeout(500)
    // At life size, where cards are mounted: the dearest way to pan.
    await page.getByRole('button', { name: 'Show all of it' }).click()
    for (let n = 0; n < 12; n++) await page.keyboard.press('+')
    const frames = (await page.evaluate(MEASURE)) as number[]
    figures.push({ name: `canvas of ${count} nodes, stands after`, value: stands, unit: 'ms' })
    figures.push({ name: `canvas of ${count} nodes, a frame`, value: median(frames), unit: 'ms' })
    figures.push({ name: `canvas of ${count} nodes, a frame, p95`, value: percentile(frames, 0.95), unit: 'ms' })
  }
  await browser.close()
  return figures
}
