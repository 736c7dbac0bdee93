/** From what a persona chose and what was accepted to the tools that a run is offered. Pure. */
import type { McpGrant, McpServerDoc } from '#contract'
import { RESOURCE_TOOLS } from '#contract/plain'
import type { SharedTool } from '#core'
import { offeredName, type PinRow, pinOf } from './pins.ts'

interface Offered {
  readonly tools: readonly SharedTool[]
  readonly problems: readonly string[]
}

/** Nothing is guessed: what is not there, switched off, not accepted or changed is left out, and said. */
export function grantedTools(
  grants: readonly McpGrant[],
  servers: ReadonlyMap<string, McpServerDoc>,
  pins: ReadonlyMap<string, readonly PinRow[]>,
): Offered {
  const tools = new Map<string, SharedTool>()
  const problems: string[] = []
  for (const { server, tools: chosen, resources } of grants) {
    const doc = servers.get(server)
    if (!doc) {
      problems.push(`There is no MCP server "${server}" on this machine; its tools are left out.`)
      continue
    }
    if (!doc.enabled) {
      problems.push(`The MCP server "${server}" is switched off; its tools are left out.`)
      continue
    }
    const rows = new Map((pins.get(server) ?? []).map((row) => [row.name, row]))
    for (const name of new Set(chosen)) {
      const row = rows.get(name)
      const why = whyLeftOut(row)
      if (why !== undefined)
        problems.push(`The tool "${name}" of ${server} ${why}; it is left out. Look at it: troupe mcp-server tools ${server}.`)
      else if (row?.accepted && row.acceptedHash) {
        const { description, inputSchema, readOnly, idempotent } = row.accepted
        const offeredAs = offeredName(server, name)
        const safety = readOnly ? 'read-only' : idempotent ? 'idempotent' : 'unsafe'
        tools.set(offeredAs, {
          name: offeredAs,
          description,
          inputSchema,
          server,
          tool: name,
          hash: row.acceptedHash,
          safety,
          resource: null,
        })
      }
    }
    if (resources) for (const tool of resourceTools(doc)) tools.set(tool.name, tool)
  }
  return { tools: [...tools.values()], problems }
}

function whyLeftOut(row: PinRow | undefined): string | undefined {
  if (!row) return 'is not known'
  switch (pinOf(row)) {
    case 'new':
      return 'was never accepted'
    case 'changed':
      return 'has changed since it was accepted'
    case 'gone':
      return 'is not offered by the server any more'
    case 'accepted':
      return undefined
  }
}

/** Their words are ours, so there is nothing to pin. */
function resourceTools({ id, label }: McpServerDoc): readonly SharedTool[] {
  const shared = { server: id, hash: '', safety: 'read-only' } as const
  return [
    {
      ...shared,
      name: offeredName(id, RESOURCE_TOOLS.list),
      tool: RESOURCE_TOOLS.list,
      description: `Lists the resources of ${label}: address, name, kind and description of each.`,
      inputSchema: { type: 'object', properties: {}, additionalProperties: false },
      resource: 'list',
    },
    {
      ...shared,
      name: offeredName(id, RESOURCE_TOOLS.read),
      tool: RESOURCE_TOOLS.read,
      description: `Reads one resource of ${label} as text, by its address.`,
      inputSchema: {
        type: 'object',
        properties: { uri: { type: 'string', description: 'As it was listed' } },
        required: ['uri'],
        additionalProperties: false,
      },
      resource: 'read',
    },
  ]
}
