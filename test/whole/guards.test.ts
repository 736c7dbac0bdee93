/** Approvals, questions, budgets, healing and safe mode by hand, in a real Chromium on a real engine with a real model server; by keyboard where a person would. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc, providerDoc } from '#contract'
import { type ModelServer, startModelServer } from '../fixtures/model-server/mod.ts'
import { openBrowser } from '../helpers/browser.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { pictureFailures } from '../helpers/pictures.ts'
import { type OpenedWindow, openWindow } from '../helpers/window.ts'

const write = { toolCalls: [{ name: 'file_write', args: { path: 'notes.txt', content: 'milk' } }] }

describe('what waits for a person', { timeout: 180_000 }, () => {
  let engine: TestEngine
  let server: ModelServer
  let browser: BrowserContext
  let opened: OpenedWindow
  let personaId = ''
  pictureFailures(() => opened)

  beforeAll(async () => {
    server = await startModelServer()
    engine = await startTestEngine({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' } })
    await engine.client.settings.set({ firstRun: 'done', approvals: 'ask' })
    const provider = providerDoc.parse({
      id: 'local',
      label: 'Local',
      kind: 'openai-compatible',
      baseUrl: `${server.url}/v1`,
      contextTokens: 32_000,
    })
    await engine.client.provider.save({ doc: provider })
    const body = { kind: 'model', models: [{ provider: 'local', model: 'echo-1' }], tools: { files: 'write', ask: true } }
    const doc = personaDoc.parse({ name: 'Shopper', body, limits: { concurrency: 8 } })
    personaId = (await engine.client.persona.create({ doc, message: '' })).id
    browser = await openBrowser()
    opened = await openWindow(engine, browser)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
    await server?.stop()
  })

  const start = async () => (await engine.client.run.start({ personaId, input: 'go' })).id
  const state = async (id: string) => (await engine.client.run.get({ id })).run.state
  const notes = () => readFile(join(engine.places.workspacesDir, personaId, 'notes.txt'), 'utf8')

  it('a run asks, the inbox shows it, its arguments are edited and approved by keyboard, and it goes on', async () => {
    server.play(({ toolResults }) => (toolResults.length === 0 ? write : { text: 'It is written.' }))
    const { page } = opened
    const id = await start()
    await page.getByTitle('1 thing waits for you').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.getByRole('heading', { name: 'file_write notes.txt' }).waitFor()
    await page.keyboard.press('e')
    const args = page.getByLabel('Arguments', { exact: true })
    await args.waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('{"path": "notes.txt", "content": "oat mil')
    await page.getByText('This is no JSON yet').waitFor()
    await page.keyboard.type('k"}')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Nothing waits for you').waitFor()
    await expect.poll(() => state(id), { timeout: 30_000 }).toBe('succeeded')
    expect(await notes()).toBe('oat milk')
    await page.getByRole('tab', { name: 'Decided' }).click()
    await page.getByText('with changed arguments: content').waitFor()
  })

  it('is denied with a reason that the model reads, and allowed for the rest of a run', async () => {
    server.play(({ toolResults }) => (toolResults.length === 0 ? write : { text: `I read: ${toolResults.at(-1)}` }))
    const { page, go } = opened
    await go('/inbox')
    const id = await start()
    await page.getByRole('heading', { name: 'file_write notes.txt' }).waitFor()
    await page.keyboard.press('d')
    await page.getByRole('dialog').getByLabel('Reason').fill('We have milk.')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => state(id), { timeout: 30_000 }).toBe('succeeded')
    expect((await engine.client.run.get({ id })).result).toContain('The person said no: We have milk.')
    server.play(({ toolResults }) => (toolResults.length < 3 ? write : { text: 'Done.' }))
    const again = await start()
    await page.getByRole('heading', { name: 'file_write notes.txt' }).waitFor()
    await page.getByLabel('Do not ask again for').selectOption('run')
    await page.getByRole('button', { name: 'Approve' }).click()
    await expect.poll(() => state(again), { timeout: 30_000 }).toBe('succeeded')
    const [rule] = await engine.client.rule.list({ ended: true })
    expect(rule).toMatchObject({ effect: 'allow', pattern: 'file_write', state: 'expired', matches: 2 })
  })

  it('three are approved at once; somebody who was second is told who was first', async () => {
    server.play(({ toolResults }) => (toolResults.length === 0 ? write : { text: 'Done.' }))
    const { page } = opened
    const ids = [await start(), await start(), await start()]
    const boxes = page.getByRole('checkbox', { name: 'Choose file_write notes.txt' })
    await expect.poll(() => boxes.count(), { timeout: 30_000 }).toBe(3)
    const [first] = await engine.client.inbox.list({})
    for (const box of await boxes.all()) await box.check()
    await page.getByRole('button', { name: 'Approve 3 calls' }).click()
    for (const id of ids) await expect.poll(() => state(id), { timeout: 30_000 }).toBe('succeeded')
    const late = await engine.client.inbox.decide({
      id: first?.id ?? '',
      digest: first?.call?.digest,
      decision: { kind: 'deny', reason: '' },
    })
    expect(late).toMatchObject({ ok: false, why: 'answered', message: expect.stringMatching(/was first: approved/) })
  })

  it('a question is answered on the run’s own screen, with the file that the model proposes beside it', async () => {
    const proposal = { path: 'list.md', before: '- milk\n', after: '- milk\n- bread\n' }
    const asks = {
      toolCalls: [
        { name: 'ask', args: { question: 'Add bread?', options: ['Yes', { label: 'No', about: 'It stays as it is.' }], proposal } },
      ],
    }
    server.play(({ toolResults }) => (toolResults.length === 0 ? asks : { text: `You said: ${toolResults.at(-1)}` }))
    const { page, go } = opened
    const id = await start()
    await expect.poll(() => state(id), { timeout: 30_000 }).toBe('parked')
    await go(`/runs/${id}`)
    await page.getByRole('heading', { name: 'Add bread?' }).waitFor()
    await page.getByText('list.md, as it is').waitFor()
    await page.keyboard.press('2')
    await expect.poll(() => page.getByRole('radio', { name: /^No/ }).isChecked()).toBe(true)
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => state(id), { timeout: 30_000 }).toBe('succeeded')
    expect((await engine.client.run.get({ id })).result).toBe('You said: No')
  })

  it('a budget of calls parks runs, its bar says so, and raising it in Settings lets them go on', async () => {
    server.play(() => ({ text: 'Hello.' }))
    const { page, go } = opened
    const used = (await engine.client.budget.status({})).today.requests
    const limit = { target: { kind: 'everything' }, span: 'day', unit: 'requests', firmness: 'hard', amount: used } as const
    await engine.client.budget.set(limit)
    const ids = [await start(), await start()]
    for (const id of ids) await expect.poll(() => state(id), { timeout: 30_000 }).toBe('parked')
    await go('/inbox')
    await page.getByText('Raise the limit, or leave it until it begins anew').first().waitFor()
    await page.getByRole('link', { name: 'To the budgets' }).click()
    await page.getByText('2 runs wait').waitFor()
    await page.getByRole('button', { name: 'Change …' }).click()
    await page
      .getByRole('dialog')
      .getByLabel('At most')
      .fill(String(used + 50))
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    for (const id of ids) await expect.poll(() => state(id), { timeout: 30_000 }).toBe('succeeded')
    await page.getByRole('meter', { name: 'Everything, a day' }).waitFor()
  })

  it('a provider that fails is tried again later, and the health screen shows it and lets it go on now', async () => {
    server.play(() => ({ status: 429, retryAfter: '120', message: 'slow down' }))
    const { page } = opened
    const id = await start()
    await expect.poll(() => state(id), { timeout: 30_000 }).toBe('parked')
    server.play(() => ({ text: 'Well again.' }))
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.getByText('Waits for its next try').waitFor()
    await page.getByRole('button', { name: 'Try now' }).click()
    await expect.poll(() => state(id), { timeout: 30_000 }).toBe('succeeded')
    await page.getByText('healed', { exact: true }).waitFor()
    expect(opened.complaints).toEqual([])
  })
})

describe('safe mode', { timeout: 180_000 }, () => {
  it('[HE50] [HE51] [HE52] after three crashes within five minutes nothing runs, the window says why, and it can be left', async () => {
    const data = await mkdtemp(join(tmpdir(), 'troupe-safe-'))
    const start = () => startTestEngine({ data, safeMode: true, env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' } })
    try {
      for (let n = 0; n < 3; n++) {
        const engine = await start()
        if (n === 0) await engine.client.settings.set({ firstRun: 'done' })
        expect((await engine.client.health.status({})).safeMode.on).toBe(false)
        engine.child.kill('SIGKILL')
        await new Promise((resolve) => engine.child.once('exit', resolve))
      }
      const safe = await start()
      const browser = await openBrowser()
      try {
        expect((await safe.client.health.status({})).safeMode).toMatchObject({
          on: true,
          why: expect.stringContaining('3 times within 5 minutes'),
        })
        const doc = personaDoc.parse({ name: 'Says', body: { kind: 'command', program: process.execPath, args: ['-e', '1'] } })
        const { id } = await safe.client.persona.create({ doc, message: '' })
        const run = await safe.client.run.start({ personaId: id, input: '' })
        await expect(safe.client.trigger.list({})).rejects.toThrow(/safe mode: triggers, schedules and events rest/)
        await expect(safe.client.service.list({})).rejects.toThrow(/safe mode: services rest/)
        const opened = await openWindow(safe, browser)
        await opened.go('/health')
        await opened.page.getByRole('heading', { name: 'Safe mode' }).waitFor()
        expect((await safe.client.run.get({ id: run.id })).run.state).toBe('queued')
        await opened.page.getByRole('button', { name: 'Start with everything' }).click()
        // The window comes back to the new engine by itself; a client of our own asks it.
        await opened.page.getByRole('heading', { name: 'Safe mode' }).waitFor({ state: 'hidden', timeout: 60_000 })
        const after = await startTestEngineClient(safe)
        await expect.poll(async () => (await after.run.get({ id: run.id })).run.state, { timeout: 30_000 }).toBe('succeeded')
      } finally {
        await browser.close()
        await safe.stop({ keep: true })
      }
    } finally {
      await rm(data, { recursive: true, force: true })
    }
  })
})

/** A client of the engine that took over in the same process, whose socket is a new one. */
async function startTestEngineClient(engine: TestEngine): Promise<TestEngine['client']> {
  const { connect } = await import('../helpers/engine.ts')
  const [{ createORPCClient }, { RPCLink }] = await Promise.all([import('@orpc/client'), import('@orpc/client/websocket')])
  const socket = await connect(engine.places)
  return createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
}
