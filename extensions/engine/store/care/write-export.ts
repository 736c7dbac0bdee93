import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'

/** A new file of one's own (0600), whole and synced, or none. EEXIST when there is one of that name. Answers its bytes. */
export function writeExport(path: string, pages: Uint8Array): number {
  const fd = openSync(path, 'wx', 0o600)
  try {
    for (let at = 0; at < pages.length; ) at += writeSync(fd, pages, at, Math.min(pages.length - at, 4 * 1024 * 1024))
    fsyncSync(fd)
    return pages.length
  } catch (thrown) {
    rmSync(path, { force: true })
    throw thrown
  } finally {
    closeSync(fd)
  }
}
