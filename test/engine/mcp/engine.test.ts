/** The whole way: an engine, a persona with tools of a real MCP server, a model that calls them; and what is left of servers afterwards. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type McpGrant, type PersonaDoc, personaDoc, type RunDetail } from '#contract'
import { type ModelServer, startModelServer } from '../../fixtures/model-server/mod.ts'
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts'
import { atEnd, everything, odd } from './stage.ts'

async function engine(options: Parameters<typeof startTestEngine>[0] = {}): Promise<TestEngine> {
  const started = await startTestEngine({ from: 'source', ...options })
  atEnd(() => started.stop())
  return started
}

async function model(one: TestEngine, toolCalls: { name: string; args: unknown }[]): Promise<ModelServer> {
  const server = await startModelServer({
    script: (asked) => (asked.toolResults.length > 0 ? { text: asked.toolResults.join() } : { toolCalls }),
  })
  atEnd(() => server.stop())
  await one.client.provider.save({
    doc: {
      id: 'local',
      label: 'Local',
      kind: 'openai-compatible',
      baseUrl: `${server.url}/v1`,
      keyEnv: null,
      credential: null,
      api: null,
      contextTokens: null,
    },
    model: 'echo-1',
  })
  return server
}

const persona = (mcp: readonly McpGrant[]): PersonaDoc =>
  personaDoc.parse({ name: 'Uses tools', body: { kind: 'model', models: [{ provider: 'local', model: 'echo-1' }], tools: { mcp } } })

async function run(one: TestEngine, doc: PersonaDoc): Promise<{ detail: RunDetail; notices: string[] }> {
  const { id } = await one.client.run.start({ draft: doc, input: 'Go' })
  const notices: string[] = []
  for await (const { events } of await one.client.run.follow({ id })) {
    for (const event of events) if (event.kind === 'notice') notices.push(`${event.code}: ${event.message}`)
  }
  return { detail: await one.client.run.get({ id }), notices }
}

async function accept(one: TestEngine, doc: ReturnType<typeof odd>, names?: readonly string[]): Promise<void> {
  await one.client.mcp.save({ doc })
  const { tools } = await one.client.mcp.test({ id: doc.id })
  const chosen = tools.filter(({ name }) => names?.includes(name) ?? true)
  await one.client.mcp.accept({ id: doc.id, tools: chosen.map(({ name, seenHash }) => ({ name, hash: seenHash })) })
}

/** Processes that were started with this data folder as their own: servers work in a folder of it. */
function servers(one: TestEngine): number[] {
  const folder = join(one.places.dataDir, 'mcp')
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return (
          pid > 0 && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
        )
      } catch {
        return false
      }
    })
}

test('[RUN90] [MC5] a model persona calls tools of the everything server; what was not accepted is left out, and said', async () => {
  const one = await engine()
  await accept(one, everything(), ['echo'])
  const asked = await model(one, [{ name: 'everything__echo', args: { message: 'over MCP' } }])
  const before = (await one.client.mcp.list({}))[0]?.standing.starts
  const { detail, notices } = await run(one, persona([{ server: 'everything', tools: ['echo', 'get-env'], resources: false }]))
  expect(detail.run).toMatchObject({ state: 'succeeded', resultPreview: expect.stringContaining('Echo: over MCP') })
  expect(asked.asked.at(-1)?.tools).toEqual(['everything__echo'])
  expect(notices).toEqual([expect.stringMatching(/^tool-left-out: The tool "get-env" of everything was never accepted/)])
  expect(detail.steps.find(({ kind }) => kind === 'tool')).toMatchObject({ title: 'everything__echo', state: 'done' })
  expect((await one.client.mcp.list({}))[0]?.standing).toMatchObject({ starts: before, calls: expect.any(Number) })
})

test('[MC7] servers are gone with an engine that is stopped, and after one that was killed with its next start', async () => {
  const one = await engine()
  await accept(one, odd('stubborn'))
  await vi.waitFor(() => expect(servers(one).length).toBeGreaterThan(0))
  await one.stop({ keep: true })
  expect(servers(one)).toEqual([])

  const two = await engine({ data: one.places.dataDir })
  await two.client.mcp.test({ id: 'odd' })
  expect(servers(two).length).toBeGreaterThan(0)
  two.child.kill('SIGKILL')
  await new Promise((resolve) => two.child.once('exit', resolve))
  const three = await engine({ data: one.places.dataDir })
  await vi.waitFor(() => expect(servers(three)).toEqual([]), { timeout: 15_000, interval: 100 })
  await three.stop()
  await rm(one.places.dataDir, { recursive: true, force: true })
})

test('[MC1] personas that use a server are told, and it is listed by the API', async () => {
  const one = await engine()
  await one.client.mcp.save({ doc: odd('plain') })
  await one.client.persona.create({ doc: persona([{ server: 'odd', tools: ['say'], resources: false }]), message: '' })
  expect((await one.client.mcp.list({}))[0]).toMatchObject({ usedBy: ['Uses tools'], standing: { starts: 0 }, counts: { accepted: 0 } })
})
