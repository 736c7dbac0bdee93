/**
 * TEAM: graphs of personas and deterministic nodes: their documents and revisions, and how they run. This door is the main side's and
 * brings little; `thread.ts` is the door to what runs: the flow engine (a pure core over ports, its whole state plain data), the nodes,
 * and the sandbox of expressions and people's code.
 * It refuses: what the document's schema refuses, links without an end, names that occur twice, a save from a revision that is no longer
 * the current one, a change of a revision, removing a team while it runs, and anything over its limits.
 */
export { teamMigrations } from './desk/migrations.ts'
export type { Teams } from './desk/open.ts'
export type { TeamPorts } from './desk/ports.ts'

/** The documents' side, loaded when a team is first asked for. */
export async function openTeams(ports: import('./desk/ports.ts').TeamPorts): Promise<import('./desk/open.ts').Teams> {
  return (await import('./desk/open.ts')).openTeams(ports)
}
