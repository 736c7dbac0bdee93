/** MCP servers: programs and addresses that offer tools, what was accepted of them, and how they are just now. */
import { z } from 'zod'
import { credentialName } from './credential.ts'
import { LIMITS } from './limits.ts'
import { MCP_LIMITS } from './mcp-limits.ts'

/** A short name; tools reach a model as `<id>__<tool>`. */
export const mcpServerId = z.string().regex(/^[a-z][a-z0-9-]{0,23}$/, 'an id starts with a letter and has at most 24 of a-z, 0-9 and -')
/** As the server spells it. */
export const mcpToolName = z.string().min(1).max(MCP_LIMITS.toolNameChars)

const stdio = z.strictObject({
  kind: z.literal('stdio'),
  /** A program on the PATH, an absolute path, or `{{troupe.node}}` for the Node that runs Troupe. Never a shell line. */
  program: z.string().trim().min(1).max(1000),
  args: z.array(z.string().max(10_000)).max(100).default([]),
  /** Working folder; empty: a folder of the server's own. */
  cwd: z.string().max(4000).default(''),
  /** Added to a small base environment. Not for secrets: those come from credentials. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000)).default({}),
})

const http = z.strictObject({
  kind: z.literal('http'),
  /** Streamable HTTP. Plain http only on this machine. */
  url: z.url({ protocol: /^https?$/ }).max(2000),
  /** Not for secrets: those come from credentials. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), z.string().max(2000)).default({}),
})

export const mcpServerDoc = z.strictObject({
  id: mcpServerId,
  label: z.string().trim().min(1).max(LIMITS.nameChars),
  transport: z.discriminatedUnion('kind', [stdio, http]),
  /** Lent to the server while it runs: as variables to a program, as headers to an address that they allow. */
  credentials: z.array(credentialName).max(10).default([]),
  /** Off: none of its tools is offered or called. */
  enabled: z.boolean().default(true),
  /** Seconds without a call after which it is stopped. */
  idleSeconds: z.int().min(5).max(86_400).default(300),
})
export type McpServerDoc = z.infer<typeof mcpServerDoc>
export type McpServerDocInput = z.input<typeof mcpServerDoc>

/** What a server says of one of its tools, as a model would be told. */
export const mcpToolDefinition = z.object({
  name: mcpToolName,
  title: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
  /** It says that it changes nothing. */
  readOnly: z.boolean(),
  /** It says that a second call with the same arguments changes nothing more. */
  idempotent: z.boolean(),
})
export type McpToolDefinition = z.infer<typeof mcpToolDefinition>

export const mcpTool = z.object({
  name: mcpToolName,
  /** The name under which a model calls it. */
  offeredAs: z.string(),
  /** What the server said last. */
  seen: mcpToolDefinition,
  seenHash: z.string(),
  /** An estimate: what its definition takes of the context of each model call. */
  tokens: z.int(),
  /** new: never accepted. accepted: as it was accepted. changed: other than it was accepted; it is not called. gone: the server has it no more. */
  pin: z.enum(['new', 'accepted', 'changed', 'gone']),
  accepted: mcpToolDefinition.nullable(),
  acceptedHash: z.string().nullable(),
  acceptedAt: z.int().nullable(),
})
export type McpTool = z.infer<typeof mcpTool>

export const mcpStanding = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'stopping']),
  pid: z.int().nullable(),
  /** Since when it is in this state, milliseconds since 1970; null: it was never started by this engine. */
  since: z.int().nullable(),
  /** Calls under way, and since the engine started. */
  active: z.int(),
  calls: z.int(),
  starts: z.int(),
  /** Why it ended or would not start, the last time that it did; null: it did not. */
  problem: z.string().nullable(),
})
export type McpStanding = z.infer<typeof mcpStanding>

export const mcpServerRow = z.object({
  doc: mcpServerDoc,
  standing: mcpStanding,
  /** Name and version, as it calls itself; null: it was never reached. */
  serverName: z.string().nullable(),
  counts: z.object({ accepted: z.int(), fresh: z.int(), changed: z.int(), gone: z.int() }),
  /** What all accepted tools together take of the context of each model call. */
  tokens: z.int(),
  /** Names of personas whose document names it. */
  usedBy: z.array(z.string()),
  testedAt: z.int().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type McpServerRow = z.infer<typeof mcpServerRow>

/** What a look at a server found. Nothing of it is accepted by that. */
export const mcpTest = z.object({
  at: z.int(),
  startMs: z.int(),
  serverName: z.string(),
  protocol: z.string(),
  /** The server's own words for models; shown to the person, handed to nobody. */
  instructions: z.string(),
  tools: z.array(mcpTool),
  tokens: z.int(),
  resources: z.int(),
  prompts: z.int(),
})
export type McpTest = z.infer<typeof mcpTest>

export const mcpResource = z.object({ uri: z.string(), name: z.string(), description: z.string(), mimeType: z.string() })
export type McpResource = z.infer<typeof mcpResource>
export const mcpPrompt = z.object({
  name: z.string(),
  description: z.string(),
  arguments: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
})
export type McpPrompt = z.infer<typeof mcpPrompt>

/** Text of bounded size, and how many bytes of it were left out. */
export const mcpText = z.object({ text: z.string(), droppedBytes: z.int() })

/** What a persona may use of one server. */
export const mcpGrant = z.strictObject({
  server: mcpServerId,
  /** By the server's own names. A tool that was not accepted is not offered. */
  tools: z.array(mcpToolName).max(MCP_LIMITS.toolsGranted).default([]),
  /** Adds two tools that list and read the server's resources. */
  resources: z.boolean().default(false),
})
export type McpGrant = z.infer<typeof mcpGrant>
