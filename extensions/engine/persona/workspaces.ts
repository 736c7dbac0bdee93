/** The persona's workspace folders on the disk: measured without following links, and moved to the trash whole. */
import { lstat, mkdir, opendir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, messageOf, TroupeError } from '#core'
import type { WorkspacesPort } from './ports.ts'

export interface WorkspaceFolders {
  /** Holds one folder for each persona, named by its id. */
  readonly workspaces: string
  /** Where removed ones go; made when it is needed. */
  readonly trash: string
}

export function workspaceFolders(folders: WorkspaceFolders, clock: Clock): WorkspacesPort {
  const folderOf = (id: string) => {
    // Ids come from our own table; a path made of anything else must never reach the disk.
    if (!/^[a-z0-9_]{1,80}$/.test(id))
      throw new TroupeError('INTERNAL', `A persona's id has only a-z, 0-9 and _; ${JSON.stringify(id)} came.`)
    return join(folders.workspaces, id)
  }
  return {
    measure: async (id) => measure(folderOf(id)),
    async trash(id) {
      const from = folderOf(id)
      try {
        await mkdir(folders.trash, { recursive: true, mode: 0o700 })
        await rename(from, join(folders.trash, `${clock.now()}-${id}`))
      } catch (thrown) {
        if (isMissing(thrown)) return
        throw new TroupeError('DISK', `The folder ${from} could not be moved to the trash: ${messageOf(thrown)}.`, { cause: thrown })
      }
    },
  }
}

async function measure(folder: string): Promise<{ files: number; bytes: number }> {
  const sum = { files: 0, bytes: 0 }
  const waiting = [folder]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    try {
      for await (const entry of await opendir(next)) {
        const path = join(next, entry.name)
        if (entry.isDirectory()) {
          waiting.push(path)
          continue
        }
        sum.files += 1
        sum.bytes += (await lstat(path)).size
      }
    } catch (thrown) {
      // Gone while we looked, or never there: it counts as nothing.
      if (!isMissing(thrown))
        throw new TroupeError('DISK', `The folder ${next} could not be read: ${messageOf(thrown)}.`, { cause: thrown })
    }
  }
  return sum
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
}
