/**
 * MCP: servers that offer tools to personas. Configured once, shared between all, started when first used, stopped when idle, counted,
 * limited, and gone with the engine, whole trees. `thread.ts` is its second door: what talks to them, in a thread of its own.
 * It refuses: a tool that was not accepted or is other than it was accepted, an address that a credential may not go to, a server that
 * ends again and again, more servers and calls than the limits. It gives a server nothing of the engine's environment but a small list,
 * and secrets by lease alone.
 */
import type { McpPorts } from './ports.ts'
import type { Mcp } from './servers.ts'

export type { McpQuestion, McpQuestionAnswer } from './messages.ts'
export type { McpPorts, McpStore, ServerLease } from './ports.ts'
export type { Mcp } from './servers.ts'

/** The room. Nothing of it is loaded before: an engine without MCP servers never does. */
export const loadMcp = async (ports: McpPorts): Promise<Mcp> => (await import('./servers.ts')).openMcp(ports)
