/** MCP servers: set up, accepted, switched, stopped, removed. */
import { type McpServerDoc, type McpTool, mcpServerDoc } from '#contract'
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { testWords, toolTable } from './mcp-look.ts'

export interface AddServerOptions {
  readonly url?: string
  readonly label?: string
  readonly env: Readonly<Record<string, string>>
  readonly header: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly credential?: readonly string[]
  readonly idle?: number
  readonly accept: boolean
}

function docOf(id: string, [program, ...args]: readonly string[], options: AddServerOptions): McpServerDoc {
  const { url, label = id, env, header, cwd = '', credential = [], idle } = options
  if ((url === undefined) === (program === undefined))
    throw new WrongUse(
      'A server is a program after --, or an address with --url; one of the two.',
      'For example: troupe mcp-server add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes',
    )
  const transport = url === undefined ? { kind: 'stdio', program, args, cwd, env } : { kind: 'http', url, headers: header }
  const made = mcpServerDoc.safeParse({
    id,
    label,
    transport,
    credentials: credential,
    ...(idle === undefined ? {} : { idleSeconds: idle }),
  })
  if (made.success) return made.data
  const [issue] = made.error.issues
  throw new WrongUse(`${issue?.path.join('.') ?? 'It'}: ${issue?.message ?? 'does not fit'}.`)
}

/** Looks first, and saves only what answered. */
export async function addServer(session: Session, id: string, command: readonly string[], options: AddServerOptions): Promise<number> {
  const doc = docOf(id, command, options)
  const engine = await session.engine()
  if ((await engine.mcp.list()).some((row) => row.doc.id === id)) {
    throw new WrongUse(`There is an MCP server "${id}" already.`, `Give another id, or remove it: troupe mcp-server rm ${id}.`)
  }
  await engine.mcp.try({ doc })
  await engine.mcp.save({ doc })
  const test = await engine.mcp.test({ id })
  const tools = options.accept ? await engine.mcp.accept({ id, tools: hashesOf(test.tools) }) : test.tools
  await session.print({ ...test, tools }, async () => {
    const next =
      options.accept || tools.length === 0
        ? ''
        : `None of them is offered yet. Accept what personas may use: troupe mcp-server accept ${id} <tool…>, or --all.\n`
    return `Added ${session.io.paint.out.bold(id)}.\n${await testWords({ ...test, tools }, session)}${next}`
  })
  return EXIT.ok
}

const hashesOf = (tools: readonly McpTool[]) =>
  tools.filter(({ pin }) => pin !== 'gone').map(({ name, seenHash }) => ({ name, hash: seenHash }))

export async function acceptTools(
  session: Session,
  id: string,
  names: readonly string[],
  { all, yes }: { readonly all: boolean; readonly yes: boolean },
): Promise<number> {
  if (all === names.length > 0) throw new WrongUse('Name the tools to accept, or give --all.')
  const engine = await session.engine()
  const { tools } = await engine.mcp.get({ id })
  const chosen = all ? tools.filter(({ pin }) => pin !== 'gone') : names.map((name) => named(tools, name, id))
  const changed = chosen.filter(({ pin }) => pin === 'changed')
  if (changed.length > 0 && !yes) {
    const list = changed.map(({ name }) => name).join(', ')
    await confirm(
      session,
      `Changed since it was accepted: ${list}. troupe mcp-server tools ${id} --full shows both. Accept as it is now?`,
      '--yes',
    )
  }
  const after = await engine.mcp.accept({ id, tools: hashesOf(chosen) })
  await session.print(after, () => `Accepted ${chosen.map(({ name }) => name).join(', ') || 'nothing'}.\n`)
  return EXIT.ok
}

function named(tools: readonly McpTool[], name: string, id: string): McpTool {
  const found = tools.find((tool) => tool.name === name)
  if (!found)
    throw new WrongUse(`${id} has no tool "${name}".`, `It has: ${tools.map((tool) => tool.name).join(', ') || 'none that is known yet'}.`)
  return found
}

export async function unacceptTools(session: Session, id: string, names: readonly string[]): Promise<number> {
  const engine = await session.engine()
  const { tools } = await engine.mcp.get({ id })
  for (const name of names) named(tools, name, id)
  const after = await engine.mcp.unaccept({ id, tools: [...names] })
  await session.print(after, async () => `No persona is offered ${names.join(', ')} any more.\n${await toolTable(after, session)}`)
  return EXIT.ok
}

export async function switchServer(session: Session, id: string, enabled: boolean): Promise<number> {
  const engine = await session.engine()
  const row = await engine.mcp.save({ doc: { ...(await docNow(engine, id)), enabled } })
  await session.print(row, () => (enabled ? `${id} is on.\n` : `${id} is off: none of its tools is offered or called.\n`))
  return EXIT.ok
}

const docNow = async (engine: Engine, id: string): Promise<McpServerDoc> => (await engine.mcp.get({ id })).server.doc

export async function stopServer(session: Session, id: string): Promise<number> {
  const engine = await session.engine()
  const row = await engine.mcp.stop({ id })
  await session.print(row, () => `${id} is stopped. It starts again when it is used.\n`)
  return EXIT.ok
}

export async function removeServer(session: Session, id: string, { yes }: { readonly yes: boolean }): Promise<number> {
  const engine = await session.engine()
  const { server } = await engine.mcp.get({ id })
  if (!yes) {
    const users = server.usedBy.length === 0 ? 'No persona uses it.' : `Used by: ${server.usedBy.join(', ')}.`
    await confirm(session, `Remove the MCP server ${id} and what was accepted of it? ${users}`, '--yes')
  }
  await engine.mcp.remove({ id })
  await session.print({ removed: id }, () => `Removed ${id}.\n`)
  return EXIT.ok
}
