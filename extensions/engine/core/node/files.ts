import { open, rename, rm } from 'node:fs/promises'
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
