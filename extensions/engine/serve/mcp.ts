/** The MCP door on the socket: streamable HTTP at MCP_PATH, without sessions, for the bearer of any token that is good there. Loaded on first use. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { createRouterClient } from '@orpc/server'
import { LIMITS } from '#contract/plain'
import type { DoorContext, guardCalls } from './calls.ts'
import { type EngineClient, offerTools } from './mcp-tools.ts'
import type { EngineRouter } from './rpc.ts'

export interface McpDoor {
  answer(request: IncomingMessage, response: ServerResponse, context: DoorContext): Promise<void>
}

const HINT =
  'Troupe runs AI personas on this machine. list_personas shows them; run_persona runs one; list_runs and get_run tell what came of it.'

export function makeMcpDoor(router: EngineRouter, guard: ReturnType<typeof guardCalls>, version: string): McpDoor {
  return {
    async answer(request, response, context) {
      // The same guard as before every other call: admission, scopes, limits, and errors in our shape.
      const engine = createRouterClient(router, { context, interceptors: [guard.call as never] }) as unknown as EngineClient
      const handler = createMcpHandler(
        () => {
          const server = new McpServer({ name: 'troupe', title: 'Troupe', version }, { instructions: HINT })
          offerTools(server, engine, context.scopes)
          return server
        },
        { maxRequestBodySize: LIMITS.frameBytes },
      )
      const left = new AbortController()
      response.once('close', () => left.abort())
      const answer = await handler.fetch(await asRequest(request, left.signal))
      await send(answer, response)
    },
  }
}

async function asRequest(request: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const headers = new Headers()
  // The token stays at the door.
  for (const [name, value] of Object.entries(request.headers))
    if (name !== 'authorization' && value !== undefined) headers.set(name, String(value))
  const method = request.method ?? 'GET'
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(await request.toArray())
  return new Request('http://localhost/mcp', { method, headers, signal, body })
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (!answer.body) {
    response.end()
    return
  }
  // Ends with the caller: a stream that nobody reads any more is cancelled.
  const body = Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream)
  await pipeline(body, response).catch(() => undefined)
}
