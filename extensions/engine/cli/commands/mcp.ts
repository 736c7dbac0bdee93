/**
 * `troupe mcp`: an MCP server on standard streams, for programs that start their servers as children. It only carries messages: the engine's
 * door on the socket is the server, and what it offers is what the token allows.
 */
import { MCP_PATH } from '#contract/plain'
import { connectInfo } from '#core/node'
import { Unreachable, WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'

/** Ends when its standard input does. */
export async function serveMcp(session: Session, { tokenEnv }: { readonly tokenEnv: string | undefined }): Promise<number> {
  const token = tokenEnv === undefined ? undefined : session.io.env[tokenEnv]
  if (tokenEnv !== undefined && !token)
    throw new WrongUse(
      `The variable ${tokenEnv} holds no token.`,
      'Make one: troupe client grant <name> --scope persona.list --scope run.get.',
    )
  // Starts an engine when none runs.
  await session.engine()
  const info = connectInfo((await session.reach()).places)
  if (!info) throw new Unreachable('The engine’s address was not found.')
  const [{ StreamableHTTPClientTransport }, { StdioServerTransport }, { Agent, fetch }] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('@modelcontextprotocol/server/stdio'),
    import('undici'),
  ])
  // Without limits of time: a persona may run for long, and the client gives up when it wants to.
  const dispatcher = new Agent({ connect: { socketPath: info.socketPath }, headersTimeout: 0, bodyTimeout: 0 })
  const outside = new StdioServerTransport()
  const inside = new StreamableHTTPClientTransport(new URL(`http://localhost${MCP_PATH}`), {
    requestInit: { headers: { Authorization: `Bearer ${token ?? info.token}` } },
    // The two packages' types of one standard differ in details that do not matter here.
    fetch: ((url: string, init: object) => fetch(url, { ...init, dispatcher })) as unknown as typeof globalThis.fetch,
  })
  const { promise: over, resolve } = Promise.withResolvers<void>()
  outside.onclose = resolve
  process.stdin.once('end', resolve)
  outside.onmessage = (message) => {
    inside.send(message).catch((thrown: unknown) => void refuse(message, thrown))
  }
  const refuse = async (message: unknown, thrown: unknown): Promise<void> => {
    const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined
    if (typeof id !== 'string' && typeof id !== 'number') return
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    await outside.send({ jsonrpc: '2.0', id, error: { code: -32603, message: `The engine did not answer: ${said}` } })
  }
  inside.onmessage = (message) => void outside.send(message)
  await inside.start()
  await outside.start()
  await over
  await inside.close()
  await dispatcher.destroy()
  return 0
}
