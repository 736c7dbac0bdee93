/** Plain files of one workspace for programs of ours: read, write, find. The same way in as the tools', with the same refusals. */
import { constants as FS } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, matchesGlob, relative, sep } from 'node:path'
import { TroupeError } from '#core'
import { type Folder, inFolder, pathParts } from './workspace.ts'

const FILE_BYTES = 64 * 1024 * 1024
const WRITTEN_BYTES = 256 * 1024 * 1024
const FOUND = 10_000

export interface WorkspaceFiles {
  read(path: string): Promise<Uint8Array>
  write(path: string, bytes: Uint8Array, append: boolean): Promise<void>
  /** Paths that fit the pattern, sorted. */
  find(pattern: string): Promise<readonly string[]>
}

/** REFUSED outside the folder, NOT_FOUND, TOO_LARGE: a file of 64 MiB, 256 MiB written in all. */
export function workspaceFiles(dir: string): WorkspaceFiles {
  let written = 0
  return {
    read: (path) =>
      inside(dir, path, false, async (folder, name) => {
        await using file = await folder.openFile(name, FS.O_RDONLY)
        if ((await file.stat()).size > FILE_BYTES) throw new TroupeError('TOO_LARGE', `${path} has more than ${FILE_BYTES} bytes.`)
        return file.readFile()
      }),
    write: (path, bytes, append) =>
      inside(dir, path, true, async (folder, name) => {
        written += bytes.length
        if (written > WRITTEN_BYTES) throw new TroupeError('TOO_LARGE', `The run wrote more than ${WRITTEN_BYTES} bytes of files.`)
        await using file = await folder.openFile(name, FS.O_WRONLY | FS.O_CREAT | (append ? FS.O_APPEND : FS.O_TRUNC))
        await file.writeFile(bytes)
      }),
    async find(pattern) {
      pathParts(pattern)
      const entries = await readdir(dir, { recursive: true, withFileTypes: true })
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name)))
      return paths
        .map((path) => path.split(sep).join('/'))
        .filter((path) => matchesGlob(path, pattern))
        .sort()
        .slice(0, FOUND)
    },
  }
}

function inside<T>(dir: string, path: string, create: boolean, use: (folder: Folder, name: string) => Promise<T>): Promise<T> {
  const parts = pathParts(path)
  const name = parts.at(-1)
  if (name === undefined) throw new TroupeError('REFUSED', 'The path names no file.')
  return inFolder(dir, parts.slice(0, -1), create, (folder) => use(folder, name))
}
