/**
 * The workspace of a run. A persona has one that stays; a draft that belongs to no persona has a folder of its own, which is removed
 * before its end is told, and at the next start when the engine did not live to see that end.
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEventBody, RunRow } from '#contract'
import type { RunFolders } from './ports.ts'

type DraftFolders = Pick<RunFolders, 'drafts'>

export function workspaceOf(folders: RunFolders, run: Pick<RunRow, 'id' | 'personaId'>): string {
  return run.personaId === null ? join(folders.drafts, run.id) : join(folders.workspaces, run.personaId)
}

/** Answers how many files went with it; links are removed, and never followed. */
export async function removeDraftFolder(folders: DraftFolders, runId: string): Promise<number> {
  const folder = join(folders.drafts, runId)
  const within = await readdir(folder, { recursive: true, withFileTypes: true }).catch(none)
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  return within.filter((entry) => !entry.isDirectory()).length
}

/** Removes the folders of drafts that do not live (any more). */
export async function sweepDraftFolders(folders: DraftFolders, lives: (runId: string) => boolean): Promise<void> {
  for (const runId of await readdir(folders.drafts).catch(none)) {
    if (!lives(runId)) await rm(join(folders.drafts, runId), { recursive: true, force: true, maxRetries: 3 })
  }
}

function none(thrown: NodeJS.ErrnoException): [] {
  if (thrown.code === 'ENOENT') return []
  throw thrown
}

/** What the run's stream says of it. */
export const draftRemoved = (files: number): RunEventBody => ({
  kind: 'notice',
  level: 'info',
  code: 'draft-folder',
  message: `It left ${files} ${files === 1 ? 'file' : 'files'} in its workspace, which was removed: only a saved persona keeps one.`,
})
