import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { McpServerRow, McpTool } from '#contract'
import { newPlace, ROOT } from './troupe.ts'

const ODD = join(ROOT, 'test/fixtures/mcp/odd-server.mjs')
const place = newPlace()

describe('MCP servers from the command line', () => {
  it('[CLI110] one is added when it answers, its tools are accepted by name, and it is switched, stopped and removed', async () => {
    expect((await place.troupe(['mcp-server', 'list'])).out).toContain('No MCP server is set up.')
    const added = await place.troupe(['mcp-server', 'add', 'odd', '--', process.execPath, ODD, 'plain'])
    expect([added.code, added.err]).toEqual([0, ''])
    expect(added.out).toMatch(/Added odd\.\n✓ odd 1 answered after \d+ ms/)
    expect(added.out).toMatch(/say +· new +\d+ +only reads/)
    expect(added.out).toContain('None of them is offered yet.')
    expect((await place.troupe(['mcp-server', 'accept', 'odd', 'say'])).out).toBe('Accepted say.\n')
    const tools = await place.value<McpTool[]>(['mcp-server', 'tools', 'odd'])
    expect(tools.map(({ name, pin }) => [name, pin])).toEqual([
      ['environment', 'new'],
      ['say', 'accepted'],
      ['wait', 'new'],
    ])
    expect((await place.troupe(['mcp-server', 'tools', 'odd', '--full'])).out).toContain('"word"')
    expect((await place.troupe(['mcp-server', 'list'])).out).toMatch(/odd +running +1 accepted, 2 new/)
    expect((await place.troupe(['mcp-server', 'off', 'odd'])).code).toBe(0)
    expect((await place.troupe(['mcp-server', 'test', 'odd'])).code).toBe(4)
    expect((await place.troupe(['mcp-server', 'on', 'odd'])).code).toBe(0)
    expect((await place.value<McpServerRow[]>(['mcp-server', 'list']))[0]?.counts).toMatchObject({ accepted: 1 })
    expect((await place.troupe(['mcp-server', 'stop', 'odd'])).out).toContain('It starts again when it is used.')
    expect((await place.troupe(['mcp-server', 'rm', 'odd'])).code).toBe(2)
    expect((await place.troupe(['mcp-server', 'rm', 'odd', '--yes'])).out).toBe('Removed odd.\n')
  })

  it('[CLI111] what does not answer is not added; wrong use is said', async () => {
    const gone = await place.troupe(['mcp-server', 'add', 'gone', '--', 'no-such-program'])
    expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('there is no program "no-such-program"')])
    expect((await place.value<McpServerRow[]>(['mcp-server', 'list'])).length).toBe(0)
    expect((await place.troupe(['mcp-server', 'add', 'two', '--url', 'https://a.example', '--', 'b'])).code).toBe(2)
    expect((await place.troupe(['mcp-server', 'add', 'Bad', '--', 'b'])).code).toBe(2)
    expect((await place.troupe(['mcp-server', 'test', 'none'])).code).toBe(2)
  })
})
