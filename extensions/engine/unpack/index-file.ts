/** The index of a packed program: every file with its size and digest, in the order in which the pack holds them. */
import { createHash } from 'node:crypto'

export interface AppFile {
  /** Relative, with `/`; never absolute, and without `..`. */
  readonly path: string
  readonly bytes: number
  /** SHA-256, hexadecimal. */
  readonly sha256: string
  /** A program: 0700 instead of 0600. */
  readonly runs?: true
}

export interface AppIndex {
  readonly version: string
  readonly files: readonly AppFile[]
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** SHA-256 of the index, hexadecimal: the name of the whole, since it holds the digest of every file. */
export const indexDigest = sha256

/** Throws when it is not an index, or names a file outside its folder. */
export function readIndex(bytes: Uint8Array): AppIndex {
  const index = JSON.parse(Buffer.from(bytes).toString('utf8')) as AppIndex
  for (const { path } of index.files) {
    if (!/^[^\\:\0]+$/.test(path) || path.split('/').some((part) => part === '' || part === '.' || part === '..'))
      throw new Error(`The index of this program names a file outside its folder: ${JSON.stringify(path)}. Get Troupe again.`)
  }
  return index
}
