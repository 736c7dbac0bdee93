/** Tools of MCP servers in the loop: offered as they were accepted, called through the same step and bounds as the loop's own. */
import { expect, test } from 'vitest'
import { type KnownSecret, SecretBook, type SharedTool } from '#core'
import { doc, modelAt, PROTOCOLS, play, server, textOf } from './stage.ts'

const tool: SharedTool = {
  name: 'files__read_text_file',
  description: 'Reads a file.',
  inputSchema: { type: 'object', properties: { path: { type: 'string', description: 'Which' } }, required: ['path'] },
  server: 'files',
  tool: 'read_text_file',
  hash: 'a'.repeat(64),
  safety: 'read-only',
  resource: null,
}
const wish = [{ toolCalls: [{ name: tool.name, args: { path: 'a.txt' } }] }, { text: 'Done.' }]

for (const protocol of PROTOCOLS) {
  test(`[MD95] ${protocol}: a shared tool reaches the model by its schema, and its answer comes back`, async () => {
    const at = await server({ script: wish })
    const called: unknown[] = []
    const played = await play({
      models: [modelAt(protocol, at)],
      doc: doc(),
      shared: [tool],
      onShared: (one, args) => {
        called.push([one.tool, args])
        return { ok: true, text: 'what it holds', droppedBytes: 0 }
      },
    })
    expect(textOf(played)).toBe('Done.')
    expect(called).toEqual([['read_text_file', { path: 'a.txt' }]])
    expect(at.asked[0]?.tools).toEqual([tool.name])
    expect(JSON.stringify(at.asked[0]?.body)).toContain('"Which"')
    expect(at.asked[1]?.toolResults.join()).toContain('what it holds')
    // A step of its own, stored before the call.
    expect(played.steps.map(({ kind, title }) => [kind, title])).toContainEqual(['tool', tool.name])
  })
}

test('[MD96] what comes back is masked and bounded like the answer of any tool', async () => {
  const value = ['it', 'is', 'a', 'secret'].join('-')
  const secret: KnownSecret = { mask: '{{credential.x.token}}', value }
  const book = new SecretBook()
  book.hold([secret])
  const at = await server({ script: wish })
  const long = `${value} ${'x'.repeat(600_000)}`
  const played = await play({
    models: [modelAt('anthropic', at)],
    redactor: book.redactor,
    shared: [tool],
    onShared: () => ({ ok: true, text: long, droppedBytes: 0 }),
  })
  const sent = JSON.stringify(at.asked[1]?.body)
  expect(sent).not.toContain(value)
  expect(sent.length).toBeLessThan(300_000)
  expect(played.notices('tool-result-cut')).toHaveLength(1)
})
