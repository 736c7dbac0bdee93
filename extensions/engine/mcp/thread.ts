/** MCP, second door: what runs inside the thread that talks to servers. Only `mcp-thread.ts` imports it; it brings the protocol's library. */
export type { FromMcpThread, ToMcpThread } from './messages.ts'
export { hostServers, type McpHostPorts } from './thread/host.ts'
