/** The methods of MCP servers; `methods.ts` puts them into the contract. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { mcpPrompt, mcpResource, mcpServerDoc, mcpServerId, mcpServerRow, mcpTest, mcpText, mcpTool, mcpToolName } from './mcp.ts'
import { MCP_LIMITS } from './mcp-limits.ts'

const nothing = z.strictObject({})
const done = z.object({ done: z.literal(true) })
const one = z.strictObject({ id: mcpServerId })
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const mcpMethods = {
  list: get('/mcp-servers').input(nothing.optional()).output(z.array(mcpServerRow)),
  get: get('/mcp-servers/{id}')
    .input(one)
    .output(z.object({ server: mcpServerRow, tools: z.array(mcpTool), stderr: z.string() })),
  /** Starts it, looks, and stops it again; saves nothing. UNREACHABLE with what it said; INVALID; SEALED when it needs a credential. */
  try: post('/mcp-servers/try')
    .input(z.strictObject({ doc: mcpServerDoc }))
    .output(mcpTest),
  /** New, or in place of the one with this id, which is stopped. A change of what is started or asked takes its accepted tools back. */
  save: post('/mcp-servers')
    .input(z.strictObject({ doc: mcpServerDoc }))
    .output(mcpServerRow),
  /** Starts it if it does not run, lists its tools anew, and compares them with what was accepted. */
  test: post('/mcp-servers/{id}/test').input(one).output(mcpTest),
  /** Accepts tools as they were seen: `hashes` are those that were shown. CONFLICT when a tool has changed since. */
  accept: post('/mcp-servers/{id}/accept')
    .input(
      z.strictObject({
        id: mcpServerId,
        tools: z.array(z.strictObject({ name: mcpToolName, hash: z.string().length(64) })).max(MCP_LIMITS.tools),
      }),
    )
    .output(z.array(mcpTool)),
  /** Takes the acceptance of these tools back. */
  unaccept: post('/mcp-servers/{id}/unaccept')
    .input(z.strictObject({ id: mcpServerId, tools: z.array(mcpToolName).max(MCP_LIMITS.tools) }))
    .output(z.array(mcpTool)),
  /** Stops it; it starts again when it is used. */
  stop: post('/mcp-servers/{id}/stop').input(one).output(mcpServerRow),
  remove: post('/mcp-servers/{id}/remove').input(one).output(done),
  resources: get('/mcp-servers/{id}/resources').input(one).output(z.array(mcpResource)),
  readResource: post('/mcp-servers/{id}/resources/read')
    .input(z.strictObject({ id: mcpServerId, uri: z.string().min(1).max(4000) }))
    .output(mcpText),
  prompts: get('/mcp-servers/{id}/prompts').input(one).output(z.array(mcpPrompt)),
  /** The prompt as text, with its arguments filled in. */
  getPrompt: post('/mcp-servers/{id}/prompts/get')
    .input(
      z.strictObject({
        id: mcpServerId,
        name: z.string().min(1).max(200),
        args: z.record(z.string().max(100), z.string().max(100_000)).default({}),
      }),
    )
    .output(mcpText),
}
