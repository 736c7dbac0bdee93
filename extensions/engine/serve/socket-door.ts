/** The socket's HTTP side: OpenAPI for curl and other languages. Every request carries a bearer token; any other gets silence. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { API_PREFIX, ERRORS, type ErrorCode, LIMITS, MCP_PATH } from '#contract/plain'
import { messageOf } from '#core'
import type { Api } from './api.ts'
import type { Clients } from './clients.ts'
import { bearerToken, hasOrigin } from './doorman.ts'
import type { McpDoor } from './mcp.ts'
import type { ServePorts } from './ports.ts'

/** How long a streamed answer may stand still because nobody reads it. */
const UNREAD_MS = 60_000

export interface SocketDoorParts {
  readonly clients: Clients
  readonly api: () => Promise<Api>
  readonly mcp: () => Promise<McpDoor>
  readonly ports: Pick<ServePorts, 'log' | 'build'>
}

export async function answerOnSocket(parts: SocketDoorParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const token = bearerToken(request)
  const admission = token === undefined || hasOrigin(request) ? undefined : await parts.clients.admit(token, 'socket')
  if (!admission) return void request.socket.destroy()
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const refusal = bodyRefusal(request)
  if (refusal) return refuse(response, refusal[0], refusal[1])
  if (request.headers.expect !== undefined) response.writeContinue()
  const forget = parts.clients.opened(admission.caller, () => request.socket.destroy())
  response.once('close', forget)
  response.setTimeout(UNREAD_MS, () => void (response.writableNeedDrain && request.socket.destroy()))
  try {
    if (path === MCP_PATH) return await (await parts.mcp()).answer(request, response, { ...admission.caller, open: { count: 0 } })
    const api = await parts.api()
    if (path === '/openapi.json' && request.method === 'GET') {
      const document = await api.document(parts.ports.build)
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(document)
    } else if (path.startsWith(`${API_PREFIX}/`)) await api.answer(request, response, { ...admission.caller, open: { count: 0 } })
    else
      refuse(
        response,
        'NOT_FOUND',
        `There is nothing at ${path.slice(0, 200)}; the methods are under ${API_PREFIX}, their description is /openapi.json, and ${MCP_PATH} speaks MCP.`,
      )
  } catch (thrown) {
    parts.ports.log.error('an answer on the socket broke', { path: path.slice(0, 200), reason: messageOf(thrown) })
    request.socket.destroy()
  }
}

/** Bodies say their length first, so that one that is too large is refused before it is read. */
function bodyRefusal(request: IncomingMessage): readonly [ErrorCode, string] | undefined {
  if (request.headers['transfer-encoding'] !== undefined)
    return ['INVALID', 'A body must say its length (Content-Length); chunks are not taken.']
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.frameBytes)
    return ['TOO_LARGE', `A body may have ${LIMITS.frameBytes} bytes.`]
  return undefined
}

function refuse(response: ServerResponse, code: ErrorCode, message: string): void {
  const { family, retry, status } = ERRORS[code]
  const body = JSON.stringify({ defined: false, code, status, message, data: { family, retry, hint: null, facts: {} } })
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' }).end(body)
}
