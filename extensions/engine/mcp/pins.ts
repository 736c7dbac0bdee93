/**
 * Pins: what the person accepted of a tool is kept whole, with its hash, and is what models are told. What a server says later is
 * compared with it; a tool that says anything else is not called until it is accepted again. Pure.
 */
import { createHash } from 'node:crypto'
import { estimateTokenCount } from 'tokenx'
import type { McpTool, McpToolDefinition } from '#contract'
import { canonicalJson } from '#core'

/** SHA-256 of everything that a model is told and the gate goes by: description and hints too, not the schema alone. */
export const pinHash = (definition: McpToolDefinition): string => createHash('sha256').update(canonicalJson(definition)).digest('hex')

/** An estimate, good to about 10 %; some tokens around each tool are the provider's own words. */
export const tokensOf = (definition: McpToolDefinition, offeredAs: string): number =>
  estimateTokenCount(JSON.stringify({ name: offeredAs, description: definition.description, parameters: definition.inputSchema })) + 8

/** What models call it: letters that every provider allows, at most 64 of them. */
export function offeredName(server: string, tool: string): string {
  const plain = `${server}__${tool}`.replaceAll(/[^A-Za-z0-9_-]/g, '_')
  if (plain.length <= 64 && plain === `${server}__${tool}`) return plain
  // Two names that become one by the change would be taken for each other.
  return `${plain.slice(0, 55)}_${createHash('sha256').update(`${server}\0${tool}`).digest('hex').slice(0, 8)}`
}

export interface PinRow {
  readonly name: string
  readonly seen: McpToolDefinition
  readonly seenHash: string
  readonly gone: boolean
  readonly accepted: McpToolDefinition | null
  readonly acceptedHash: string | null
  readonly acceptedAt: number | null
}

export function pinOf({ gone, seenHash, acceptedHash }: Pick<PinRow, 'gone' | 'seenHash' | 'acceptedHash'>): McpTool['pin'] {
  if (gone) return 'gone'
  if (acceptedHash === null) return 'new'
  return acceptedHash === seenHash ? 'accepted' : 'changed'
}

export function toolOf(server: string, row: PinRow): McpTool {
  const offeredAs = offeredName(server, row.name)
  const { name, seen, seenHash, accepted, acceptedHash, acceptedAt } = row
  return { name, offeredAs, seen, seenHash, tokens: tokensOf(seen, offeredAs), pin: pinOf(row), accepted, acceptedHash, acceptedAt }
}

/** What was seen just now, as rows beside what was accepted before. A tool that is gone keeps its pin: should it come back otherwise, it asks. */
export function afterLook(before: readonly PinRow[], seen: readonly McpToolDefinition[]): readonly PinRow[] {
  const known = new Map(before.map((row) => [row.name, row]))
  const rows = seen.map((definition): PinRow => {
    const { accepted = null, acceptedHash = null, acceptedAt = null } = known.get(definition.name) ?? {}
    known.delete(definition.name)
    return { name: definition.name, seen: definition, seenHash: pinHash(definition), gone: false, accepted, acceptedHash, acceptedAt }
  })
  const gone = [...known.values()].filter(({ acceptedHash }) => acceptedHash !== null).map((row): PinRow => ({ ...row, gone: true }))
  return [...rows, ...gone].sort((a, b) => (a.name < b.name ? -1 : 1))
}
