/**
 * The first frame, both ways, on every socket: a JSON text frame `{ "troupe": { "protocol": [major, minor], "build": "…" } }`.
 * Unequal majors are refused: the refusing side sends `{ "troupe": { "refused": "<reason>" } }` and closes with CLOSE.protocol.
 * Everything after the first frame belongs to oRPC.
 */
export const PROTOCOL = { major: 1, minor: 0 } as const

/** WebSocket subprotocols offered by a client: this name, then `TOKEN_PREFIX + token`. The server selects only the name. */
export const SUBPROTOCOL = 'troupe.1'
export const TOKEN_PREFIX = 'troupe.token.'

/** Path of the WebSocket on both doors (loopback TCP and Unix socket). */
export const RPC_PATH = '/rpc'
/** Prefix of the OpenAPI routes on the Unix socket; the document itself is at /openapi.json. */
export const API_PREFIX = '/api'

/** WebSocket close codes (RFC 6455 section 7.4.2: 4000–4999 are ours). */
export const CLOSE = {
  /** Unequal protocol majors. */
  protocol: 4000,
  /** The session's token was revoked or ran out. */
  revoked: 4001,
  /** The engine is stopping in order. */
  stopping: 4002,
  /** The client reads slower than LIMITS.clientBacklogBytes allows. */
  slow: 4003,
} as const

export interface HelloFrame {
  readonly troupe:
    | { readonly protocol: readonly [number, number]; readonly build: string; readonly session?: string }
    | { readonly refused: string }
}
/** Streamable HTTP of the Model Context Protocol, on the socket. */
export const MCP_PATH = '/mcp'
