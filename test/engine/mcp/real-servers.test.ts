/** Real MCP servers from npm: over their standard streams, and over streamable HTTP. */
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { at, atEnd, everything, filesystem, folder, ROOT, room } from './stage.ts'

test('[MC1] [MC3] the everything server: started when first used, its tools listed with their token cost, called once accepted', async () => {
  const { mcp, accepted, call } = await room()
  await mcp.save(everything())
  expect((await mcp.list())[0]?.standing).toMatchObject({ state: 'stopped', starts: 0 })
  const look = await mcp.test('everything')
  expect(look.serverName).toContain('Everything')
  expect(look.tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'get-sum', 'get-env']))
  expect(look.tools.every(({ pin, tokens }) => pin === 'new' && tokens > 10)).toBe(true)
  expect(look.resources).toBeGreaterThan(0)
  expect(look.prompts).toBeGreaterThan(0)
  await accepted(everything())
  expect(await call('everything', 'echo', { message: 'hello' })).toEqual({ ok: true, text: 'Echo: hello', droppedBytes: 0 })
  expect(await call('everything', 'get-sum', { a: 2, b: 40 })).toMatchObject({ ok: true, text: expect.stringContaining('42') })
  // Its own refusal of arguments is an answer that the model reads.
  expect(await call('everything', 'get-sum', { a: 'two' })).toMatchObject({ ok: false })
  const [row] = await mcp.list()
  expect(row?.standing).toMatchObject({ state: 'running', starts: 1 })
  expect(row?.standing.pid).toBeGreaterThan(0)
})

test('[MC9] resources and prompts of the everything server, for the person and for a model', async () => {
  const { mcp, accepted, call } = await room()
  await accepted(everything())
  const [first] = await mcp.resources('everything')
  expect((await mcp.readResource('everything', first?.uri ?? '')).text.length).toBeGreaterThan(0)
  expect(await call('everything', 'list_resources')).toMatchObject({ ok: true, text: expect.stringContaining(first?.uri ?? '?') })
  expect(await call('everything', 'read_resource', { uri: first?.uri })).toMatchObject({ ok: true })
  expect(await call('everything', 'read_resource', { uri: 'no://such' })).toMatchObject({
    ok: false,
    text: expect.stringContaining('PROVIDER'),
  })
  const prompts = await mcp.prompts('everything')
  const asks = prompts.find(({ arguments: args }) => args.some(({ required }) => required))
  const args = Object.fromEntries((asks?.arguments ?? []).map(({ name }) => [name, 'Berlin']))
  expect((await mcp.getPrompt('everything', asks?.name ?? '', args)).text).toContain('Berlin')
})

test('[MC1] the filesystem server reads what it was given, and nothing else', async () => {
  const { accepted, call } = await room()
  const dir = await folder()
  await mkdir(join(dir, 'given'))
  await writeFile(join(dir, 'given/note.txt'), 'a note')
  await writeFile(join(dir, 'other.txt'), 'not this')
  await accepted(filesystem(join(dir, 'given')))
  expect(await call('files', 'read_text_file', { path: join(dir, 'given/note.txt') })).toMatchObject({ ok: true, text: 'a note' })
  expect(await call('files', 'read_text_file', { path: join(dir, 'other.txt') })).toMatchObject({ ok: false })
})

test('[MC1] streamable HTTP: the same server at an address on this machine', async () => {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'streamableHttp'],
    {
      env: { ...process.env, PORT: String(port) },
      stdio: 'ignore',
    },
  )
  atEnd(async () => child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}/mcp`
  await vi.waitFor(() => fetch(url, { method: 'GET' }), { timeout: 30_000, interval: 100 })
  const { mcp, accepted, call } = await room()
  await accepted(at('everything', url))
  expect(await call('everything', 'echo', { message: 'there' })).toMatchObject({ ok: true, text: 'Echo: there' })
  expect((await mcp.list())[0]?.standing.pid).toBeNull()
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
