import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const CHUNK_BYTES = 1024 * 1024
const chunk = Buffer.allocUnsafe(CHUNK_BYTES)

/** The digest (SHA-256 unless told) of a file, or of its first `most` bytes, as hexadecimal text. Lets signals in between chunks. One file at a time: the buffer is shared. */
export async function hashFile(path, frame, progress, most = Number.MAX_SAFE_INTEGER, algorithm = 'sha256') {
  const hash = createHash(algorithm)
  const file = openSync(path, 'r')
  try {
    let left = most
    while (left > 0) {
      const got = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, left), null)
      if (got === 0) break
      hash.update(chunk.subarray(0, got))
      left -= got
      await frame.breathe(progress)
    }
    return hash.digest('hex')
  } finally {
    closeSync(file)
  }
}
