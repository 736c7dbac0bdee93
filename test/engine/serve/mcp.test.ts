/** Troupe as an MCP server: `troupe mcp` as a child of a real client, and the door on the socket, with tokens of their own. */
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { personaDoc, type RunRow } from '#contract'
import { connectInfo } from '#core/node'
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
let engine: TestEngine
beforeAll(async () => {
  engine = await startTestEngine({ from: 'source' })
  const body = (script: string) => ({ kind: 'command', program: '{{troupe.node}}', args: ['-e', script] })
  const make = (name: string, script: string) =>
    engine.client.persona.create({ doc: personaDoc.parse({ name, summary: `For ${name}`, body: body(script) }), message: '' })
  await make('Echo', "process.stdin.on('data', (d) => process.stdout.write('it said ' + d))")
  await make('Slow', 'setTimeout(() => console.log(1), 60000)')
  await make('Broken', "console.error('no luck'); process.exit(3)")
})
afterAll(async () => void (await engine.stop()))

const closing: Client[] = []
afterAll(async () => {
  for (const client of closing) await client.close()
})

/** `troupe mcp` as an MCP client starts it. */
async function child(env: Record<string, string> = {}, args: string[] = []): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(ROOT, 'extensions/engine/cli/main.ts'), '--data', engine.places.dataDir, 'mcp', ...args],
    env: { ...(process.env as Record<string, string>), ...env },
  })
  await client.connect(transport)
  closing.push(client)
  return client
}

/** The same over the socket. */
async function overSocket(token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const dispatcher = new Agent({ connect: { socketPath: engine.places.socketPath } })
  const transport = new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
    fetch: ((url: string, init: object) => fetch(url, { ...init, dispatcher })) as unknown as typeof globalThis.fetch,
  })
  await client.connect(transport)
  closing.push(client)
  return client
}

const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name).sort()
async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<{ text: string; isError: boolean }> {
  const { content, isError } = await client.callTool({ name, arguments: args })
  const [first] = content as { text?: string }[]
  return { text: first?.text ?? '', isError: isError === true }
}
const token = async (scopes: string[]): Promise<string> => (await engine.client.engine.grantClient({ name: 'mcp', scopes })).token

test('[SV20] troupe mcp offers personas and runs to a real client that starts it as a child', async () => {
  const client = await child()
  expect(client.getServerVersion()?.name).toBe('troupe')
  expect(await names(client)).toEqual(['cancel_run', 'get_run', 'list_personas', 'list_runs', 'run_persona'])
  expect((await call(client, 'list_personas')).text).toMatch(/"name": "Echo"/)
  const ran = await call(client, 'run_persona', { persona: 'Echo', input: 'hello' })
  expect(JSON.parse(ran.text)).toMatchObject({ persona: 'Echo', state: 'succeeded', result: 'it said hello' })
  expect(ran.isError).toBe(false)
  expect((await call(client, 'run_persona', { persona: 'Broken' })).isError).toBe(true)
  expect((await call(client, 'run_persona', { persona: 'Nobody' })).text).toContain('There is no persona "Nobody"')
  // What takes longer is answered with its id, and goes on.
  const slow = JSON.parse((await call(client, 'run_persona', { persona: 'Slow', waitSeconds: 1 })).text) as { run: string; state: string }
  expect(JSON.parse((await call(client, 'get_run', { run: slow.run })).text)).toMatchObject({ state: 'running' })
  expect((await call(client, 'cancel_run', { run: slow.run })).isError).toBe(false)
  expect((await call(client, 'list_runs', { text: 'Echo' })).text).toContain('it said hello')
})

test('[SV21] a token with scopes is offered what it allows, and gets no more', async () => {
  const reader = await token(['persona.list', 'run.list', 'run.get'])
  const client = await child({ TROUPE_MCP_TOKEN: reader }, ['--token-env', 'TROUPE_MCP_TOKEN'])
  expect(await names(client)).toEqual(['get_run', 'list_personas', 'list_runs'])
  await expect(call(client, 'run_persona', { persona: 'Echo' })).rejects.toThrow()
})

test('[SV20] [SV21] the same over streamable HTTP on the socket; a revoked token is let in nowhere', async () => {
  const full = await overSocket(connectInfo(engine.places)?.token ?? '')
  expect(JSON.parse((await call(full, 'run_persona', { persona: 'Echo', input: 'over http' })).text)).toMatchObject({
    result: 'it said over http',
  })
  const { client: row, token: some } = await engine.client.engine.grantClient({ name: 'short', scopes: ['persona.list'] })
  const client = await overSocket(some)
  expect(await names(client)).toEqual(['list_personas'])
  await engine.client.engine.revokeClient({ id: row.id })
  await expect(call(client, 'list_personas')).rejects.toThrow()
  await expect(overSocket('x'.repeat(43))).rejects.toThrow()
  const { rows } = await engine.client.run.list({ filter: { text: 'over' }, limit: 5 })
  expect((rows as RunRow[]).length).toBe(1)
})
