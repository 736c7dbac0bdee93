/** A real agent CLI, end to end: an engine, a persona on Gemini CLI, and a model server on this machine, which is all that it may reach. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { personaDoc, type RunDetail } from '#contract'
import { startModelServer } from '../../fixtures/model-server/mod.ts'
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts'
import { geminiCli } from '../../helpers/gemini-cli.ts'
import { atEnd, folder, living } from './stage.ts'

/** Refuses everything, and remembers what was asked for. */
async function refusingProxy(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(403).end()
  })
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

async function follow(engine: TestEngine, id: string): Promise<{ detail: RunDetail; notices: string[]; text: string }> {
  const notices: string[] = []
  let text = ''
  for await (const { events } of await engine.client.run.follow({ id })) {
    for (const event of events) {
      if (event.kind === 'notice') notices.push(`${event.code}: ${event.message}`)
      else if (event.kind === 'text') text += event.delta
    }
  }
  return { detail: await engine.client.run.get({ id }), notices, text }
}

test('[AG1] [AG3] [AG5] [AG9] Gemini CLI from npm runs as a persona, writes through the workspace guard, and reaches nothing but this machine', async () => {
  const bin = await geminiCli()
  const server = await startModelServer({
    faces: ['google'],
    script: (asked) =>
      asked.toolResults.length > 0
        ? { text: 'The note is written.', usage: { input: 200, output: 7 } }
        : asked.tools.includes('write_file')
          ? {
              toolCalls: [{ name: 'write_file', args: { file_path: 'note.txt', content: 'from a real agent' } }],
              usage: { input: 100, output: 5 },
            }
          : { text: 'ok' },
  })
  atEnd(() => server.stop())
  const proxy = await refusingProxy()
  const home = await folder()
  await mkdir(join(home, '.gemini'))
  // Its own settings are the person's; there is no variable for its statistics.
  await writeFile(
    join(home, '.gemini/settings.json'),
    JSON.stringify({ privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } }),
  )
  const engine = await startTestEngine({ from: 'source', env: { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: home } })
  atEnd(() => engine.stop())
  const found = (await engine.client.engine.preflight({})).find(({ id }) => id === 'agent-gemini')
  expect(found).toMatchObject({ state: 'ok', found: join(bin, 'gemini') })

  const env = {
    GOOGLE_GEMINI_BASE_URL: server.url,
    // Its own login for this test: the model server takes any word.
    GEMINI_API_KEY: 'not-a-key',
    HTTP_PROXY: proxy.url,
    HTTPS_PROXY: proxy.url,
    ALL_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1,localhost',
  }
  const body = { kind: 'agent', agent: 'gemini', model: 'gemini-2.5-flash', files: 'write', env }
  const persona = await engine.client.persona.create({ doc: personaDoc.parse({ name: 'Real agent', body }), message: '' })
  const { id } = await engine.client.run.start({ personaId: persona.id, input: 'Write the note' })
  const { detail, notices, text } = await follow(engine, id)

  expect(detail.run).toMatchObject({ state: 'succeeded', bodyKind: 'agent' })
  expect(text).toContain('The note is written.')
  expect(await readFile(join(engine.places.workspacesDir, persona.id, 'note.txt'), 'utf8')).toBe('from a real agent')
  const steps = detail.steps.map(({ kind, title, state }) => [kind, title, state])
  expect(steps[0]).toEqual(['model', 'Gemini CLI/gemini-2.5-flash', 'done'])
  expect(steps).toContainEqual(['tool', 'agent:edit', 'done'])
  expect(steps).toContainEqual(['tool', 'write_text_file', 'done'])
  // It reports what it used; the model server counted the same.
  expect(detail.run.usage).toMatchObject({ input: 300, output: 12 })
  expect(notices.filter((notice) => notice.startsWith('usage-not-reported'))).toEqual([])
  expect(detail.run).toMatchObject({ costUsd: null, costKnown: false })
  // Nothing asked for the world outside, and nothing of it is left.
  expect(proxy.asked).toEqual([])
  await vi.waitFor(() => expect(living(id)).toEqual([]))

  // May not write: the CLI is told so, and no file is made.
  const reader = personaDoc.parse({ name: 'Reader', body: { ...body, files: 'read' } })
  const second = await engine.client.run.start({ draft: reader, input: 'Write the note' })
  const refused = await follow(engine, second.id)
  expect(refused.notices.join('\n')).toMatch(/agent-refused: .*This persona may not change files/)
  expect(await readdir(engine.places.draftsDir).catch(() => [])).toEqual([])
})
