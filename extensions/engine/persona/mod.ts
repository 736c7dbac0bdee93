/**
 * PERSONA: documents and their revisions. Lists, reads, saves, compares, restores, duplicates, arranges, archives, wakes, removes,
 * assembles the prompt, fills a command in, writes and reads persona files, hands out the templates.
 * It refuses: a save from a revision that is no longer the current one, a change of a revision, removing a persona while it runs,
 * parameters that do not fit, files that are hostile or of another format version, an import of anything but what its plan showed.
 * It starts no run and knows no provider; other rooms reach it through ports.
 */
export { diffDocuments } from './diff.ts'
export { personaMigrations } from './migrations.ts'
export type { Migration, PersonaPorts, RunCounts, RunsPort, StorePort, WorkspacesPort } from './ports.ts'
export { type PreparedRun, prepareRun, type RunRequest } from './prepare.ts'
export { openPersonas, type Personas } from './room.ts'
export type { TemplateInput } from './template.ts'
export { workspaceFolders } from './workspaces.ts'
