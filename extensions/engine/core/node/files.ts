import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
 * The folder's fsync makes the rename itself survive a power cut (POSIX leaves that to the caller); Windows has no such call.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } catch (thrown) {
    await file.close()
    await rm(temporary, { force: true })
    throw thrown
  }
  await file.close()
  await rename(temporary, path)
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function nothingThere<T>(answer: T) {
  return (thrown: unknown): T => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return answer
    throw thrown
  }
}

/** Small files of one room, each written whole and durably, 0600 in folders of 0700. What is not there reads as null and is removed already. */
export const wholeFiles = {
  async write(path: string, content: Uint8Array): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileAtomic(path, content)
  },
  read: (path: string): Promise<Uint8Array | null> => readFile(path).catch(nothingThere(null)),
  remove: (path: string): Promise<void> => rm(path, { force: true }),
  names: (folder: string): Promise<readonly string[]> => readdir(folder).catch(nothingThere([])),
}
