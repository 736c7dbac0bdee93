/** Bounds of MCP servers; the unit is in the name. */
export const MCP_LIMITS = {
  /** Configured servers. */
  servers: 50,
  /** Servers that run at the same time; one more waits until another is idle, and is then refused with FULL. */
  running: 16,
  /** Tools that one server may have; more are not looked at, and it is said. */
  tools: 500,
  toolNameChars: 128,
  /** Tools that a persona may choose of one server. */
  toolsGranted: 100,
  /** One tool's definition as JSON; a larger one is not offered. */
  definitionBytes: 64 * 1024,
  /** Calls of one server at the same time; the next ones wait in order. */
  callsAtOnce: 8,
  /** Calls that may wait for one server. */
  callsWaiting: 200,
  /** From the start of a server to its first answer. */
  startMs: 30_000,
  /** One call. */
  callMs: 120_000,
  /** One message of a server; a longer one ends it. */
  messageBytes: 16 * 1024 * 1024,
  /** The end of what a server wrote to standard error, kept for the person. */
  stderrBytes: 8 * 1024,
  /** Ends without being asked within `crashWindowMs`, after which it is not started again for as long. */
  crashes: 3,
  crashWindowMs: 60_000,
  /** Questions that one server may put to the person at the same time. */
  questions: 4,
} as const

/** The tools that list and read a server's resources. */
export const RESOURCE_TOOLS = { list: 'list_resources', read: 'read_resource' } as const
