/** An app as index and pack: what `extensions/engine/unpack` reads. */
import { brotliCompressSync, constants } from 'node:zlib'
import { type AppIndex, indexDigest } from '../../extensions/engine/unpack/mod.ts'
import type { App } from './app.ts'

export interface PackedApp {
  readonly index: Buffer
  readonly pack: Buffer
  /** Bytes once it is unpacked. */
  readonly bytes: number
}

/** `quality`: 0 to 11; the best takes about ten seconds. */
export function packApp(app: App, version: string, quality = 11): PackedApp {
  const files = [...app].map(([path, { bytes, runs }]) => ({
    path,
    bytes: bytes.length,
    sha256: indexDigest(bytes),
    ...(runs ? { runs } : {}),
  }))
  const all = Buffer.concat([...app.values()].map(({ bytes }) => bytes))
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: all.length,
  }
  return {
    index: Buffer.from(JSON.stringify({ version, files } satisfies AppIndex)),
    pack: brotliCompressSync(all, { params }),
    bytes: all.length,
  }
}
