/** MCP servers: what there is, how it is, and what it says. */
import type { McpServerRow, McpTest, McpTool } from '#contract'
import { EXIT } from '#contract/plain'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, count } from '../show/words.ts'

export async function listServers(session: Session): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.mcp.list()
  await session.print(rows, () => {
    if (rows.length === 0) return 'No MCP server is set up. troupe mcp-server add --help tells how.\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Server', paint: out.bold },
      { title: 'Now' },
      { title: 'Tools' },
      { title: 'Tokens', align: 'right' as const },
      { title: 'Calls', align: 'right' as const },
      { title: 'Used by' },
      { title: 'Looked at', paint: out.dim },
      { title: 'Where', gives: true },
    ]
    const cells = rows.map((row) => [
      row.doc.id,
      row.doc.enabled ? row.standing.state : 'off',
      toolCounts(row),
      count(row.tokens),
      count(row.standing.calls),
      row.usedBy.length === 0 ? 'nobody' : row.usedBy.length === 1 ? (row.usedBy[0] ?? '') : `${row.usedBy.length} personas`,
      row.testedAt === null ? 'never' : ago(row.testedAt),
      whereOf(row),
    ])
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

const whereOf = ({ doc: { transport } }: McpServerRow): string =>
  transport.kind === 'http' ? transport.url : [transport.program, ...transport.args].join(' ')

function toolCounts({ counts }: McpServerRow): string {
  const parts = [
    [counts.accepted, 'accepted'],
    [counts.fresh, 'new'],
    [counts.changed, 'changed'],
    [counts.gone, 'gone'],
  ] as const
  return (
    parts
      .filter(([number]) => number > 0)
      .map(([number, word]) => `${number} ${word}`)
      .join(', ') || 'none yet'
  )
}

export async function testServer(session: Session, id: string): Promise<number> {
  const engine = await session.engine()
  const test = await engine.mcp.test({ id })
  await session.print(test, () => testWords(test, session))
  return test.tools.some(({ pin }) => pin === 'changed' || pin === 'gone') ? EXIT.failed : EXIT.ok
}

export async function testWords(test: McpTest, session: Session): Promise<string> {
  const { out } = session.io.paint
  const also = [
    [test.resources, test.resources === 1 ? 'resource' : 'resources'],
    [test.prompts, test.prompts === 1 ? 'prompt' : 'prompts'],
  ] as const
  const more = also.flatMap(([number, word]) => (number > 0 ? [`${count(number)} ${word}`] : []))
  const said = `${out.green('✓')} ${test.serverName} answered after ${test.startMs} ms (protocol ${test.protocol})${more.length > 0 ? `; ${more.join(', ')}` : ''}.\n`
  return said + (await toolTable(test.tools, session))
}

const PIN_SIGN = { accepted: '✓ accepted', new: '· new', changed: '! changed', gone: '✗ gone' } as const

export async function toolTable(tools: readonly McpTool[], session: Session): Promise<string> {
  const { out } = session.io.paint
  if (tools.length === 0) return 'It offers no tools.\n'
  const columns = [
    { title: 'Tool', paint: out.bold },
    { title: 'Pin' },
    { title: 'Tokens', align: 'right' as const },
    { title: 'Says that it' },
    { title: 'Description', gives: true },
  ]
  const cells = tools.map((tool) => [
    tool.name,
    PIN_SIGN[tool.pin],
    count(tool.tokens),
    tool.seen.readOnly ? 'only reads' : tool.seen.idempotent ? 'may be repeated' : '',
    tool.seen.description.split('\n', 1)[0] ?? '',
  ])
  const total = tools.filter(({ pin }) => pin !== 'gone').reduce((sum, { tokens }) => sum + tokens, 0)
  const note = `All of them would take about ${count(total)} tokens of each model call.\n`
  return (await table(columns, cells, { width: session.io.columns, dim: out.dim })) + out.dim(note)
}

export async function listTools(session: Session, id: string, { full }: { readonly full: boolean }): Promise<number> {
  const engine = await session.engine()
  const { tools } = await engine.mcp.get({ id })
  await session.print(tools, () => {
    if (tools.length === 0) return `Nothing is known of its tools yet. troupe mcp-server test ${id} looks.\n`
    return full ? tools.map((tool) => wholeTool(tool, session)).join('\n') : toolTable(tools, session)
  })
  return EXIT.ok
}

function wholeTool(tool: McpTool, session: Session): string {
  const { out } = session.io.paint
  const before = tool.accepted !== null && tool.pin === 'changed' ? `${out.bold('Accepted before:')}\n${definition(tool.accepted)}` : ''
  return `${out.bold(tool.name)}  ${PIN_SIGN[tool.pin]}  ${count(tool.tokens)} tokens  ${out.dim(tool.seenHash)}\n${definition(tool.seen)}${before}`
}

const definition = (seen: McpTool['seen']): string => `${seen.description}\n${JSON.stringify(seen.inputSchema, null, 2)}\n`

export async function resources(session: Session, id: string, uri: string | undefined): Promise<number> {
  const engine = await session.engine()
  if (uri !== undefined) {
    const read = await engine.mcp.readResource({ id, uri })
    await session.print(read, ({ text }) => `${text}\n`)
    return EXIT.ok
  }
  const found = await engine.mcp.resources({ id })
  await session.print(found, () => {
    if (found.length === 0) return `${id} has no resources.\n`
    const columns = [
      { title: 'Address', paint: session.io.paint.out.bold },
      { title: 'Name' },
      { title: 'Kind' },
      { title: 'Description', gives: true },
    ]
    const cells = found.map((one) => [one.uri, one.name, one.mimeType, one.description.split('\n', 1)[0] ?? ''])
    return table(columns, cells, { width: session.io.columns, dim: session.io.paint.out.dim })
  })
  return EXIT.ok
}

export async function prompts(
  session: Session,
  id: string,
  name: string | undefined,
  args: Readonly<Record<string, string>>,
): Promise<number> {
  const engine = await session.engine()
  if (name !== undefined) {
    const prompt = await engine.mcp.getPrompt({ id, name, args })
    await session.print(prompt, ({ text }) => `${text}\n`)
    return EXIT.ok
  }
  const found = await engine.mcp.prompts({ id })
  await session.print(found, () => {
    if (found.length === 0) return `${id} has no prompts.\n`
    const columns = [{ title: 'Prompt', paint: session.io.paint.out.bold }, { title: 'Arguments' }, { title: 'Description', gives: true }]
    const cells = found.map((one) => [
      one.name,
      one.arguments.map((arg) => (arg.required ? arg.name : `[${arg.name}]`)).join(' '),
      one.description.split('\n', 1)[0] ?? '',
    ])
    return table(columns, cells, { width: session.io.columns, dim: session.io.paint.out.dim })
  })
  return EXIT.ok
}
