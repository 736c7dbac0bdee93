/** Bytes over https, bounded, without redirects; a file goes on where it stopped. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, rmSync, statSync, type WriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { TroupeError } from '#core'
import type { ReleaseFile } from './manifest.ts'

const MANIFEST_BYTES = 200_000
/** Without a byte for so long, the connection is given up; what came stays for the next try. */
const SILENCE_MS = 30_000

export interface Fetching {
  readonly signal?: AbortSignal
  /** Authorities besides those of Node, for tests and for companies. PEM. */
  readonly ca?: string
}

export async function fetchManifest(url: string, fetching: Fetching): Promise<Buffer> {
  const answer = await get(url, {}, fetching)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MANIFEST_BYTES) throw failed(url, `it is longer than ${MANIFEST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The file at `path`, whole, right and on the disk. What is wrong is removed; what is only cut short stays, to go on from. */
export async function download(file: ReleaseFile, path: string, fetching: Fetching, onBytes: (bytes: number) => void): Promise<void> {
  let have = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (have > file.bytes) {
    rmSync(path)
    have = 0
  }
  if (have < file.bytes) await rest(file, path, have, fetching, onBytes)
  if ((await digestOf(path)) !== file.sha256) {
    rmSync(path)
    throw failed(file.url, 'what came is not the file that the manifest names; it was removed')
  }
  const handle = await open(path, 'r+')
  try {
    await handle.chmod(0o755)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function rest(file: ReleaseFile, path: string, have: number, fetching: Fetching, onBytes: (bytes: number) => void): Promise<void> {
  const answer = await get(file.url, have > 0 ? { range: `bytes=${have}-` } : {}, fetching)
  // A server that does not go on sends all of it anew.
  const goesOn = answer.statusCode === 206 && answer.headers['content-range']?.startsWith(`bytes ${have}-`)
  let bytes = goesOn ? have : 0
  const sink: WriteStream = createWriteStream(path, { flags: goesOn ? 'a' : 'w', mode: 0o600 })
  await pipeline(
    answer,
    async function* bounded(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        if (bytes > file.bytes) throw failed(file.url, `more came than the ${file.bytes} bytes that the manifest names`)
        onBytes(bytes)
        yield chunk
      }
    },
    sink,
  ).catch((thrown: unknown) => {
    if (thrown instanceof TroupeError) rmSync(path, { force: true })
    throw thrown instanceof TroupeError
      ? thrown
      : failed(file.url, `it was cut short at ${bytes} of ${file.bytes} bytes; the next try goes on there`)
  })
  if (bytes < file.bytes) throw failed(file.url, `it was cut short at ${bytes} of ${file.bytes} bytes; the next try goes on there`)
}

function get(url: string, headers: Record<string, string>, { signal, ca }: Fetching): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (!url.startsWith('https:')) return reject(failed(url, 'only https is taken'))
    const asked = request(url, { headers, ...(signal ? { signal } : {}), ...(ca === undefined ? {} : { ca }), timeout: SILENCE_MS })
    asked.on('timeout', () => asked.destroy(new Error('nothing came for 30 seconds')))
    asked.on('error', (error) => reject(failed(url, error.message)))
    asked.on('response', (answer) => {
      if (answer.statusCode === 200 || (answer.statusCode === 206 && headers.range !== undefined)) return resolve(answer)
      answer.destroy()
      const where = answer.headers.location === undefined ? '' : ', which sends elsewhere; redirects are not followed'
      reject(failed(url, `the server answered ${answer.statusCode}${where}`))
    })
    asked.end()
  })
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function failed(url: string, why: string): TroupeError {
  return new TroupeError('REFUSED', `Nothing was taken from ${new URL(url).origin}: ${why}.`, {
    hint: 'The program is as it was. Try again later.',
  })
}
