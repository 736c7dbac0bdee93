/** The updater against a real HTTPS server that lies, cuts short, swaps and sends elsewhere. */
import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { beginFirstStart, endFirstStart } from '../../../extensions/engine/core/node/first-start.ts'
import { setProgramPlace } from '../../../extensions/engine/core/node/program-place.ts'
import { markOf, openUpdates, previousOf } from '../../../extensions/engine/update/mod.ts'

const NOW = Date.UTC(2026, 10, 25)
const NEW = randomBytes(300_000)
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

interface Key {
  readonly id: string
  readonly publicKey: string
  readonly secret: KeyObject
}
function newKey(id: string): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { id, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), secret: privateKey }
}
const open = ({ id, publicKey }: Key) => ({ id, publicKey })
const OLD_KEY = newKey('one')
const NEXT_KEY = newKey('two')
const STRANGER = newKey('one')

const top = mkdtempSync(join(tmpdir(), 'troupe-update-'))
let server: Server
let base: string
let ca: string
let answer: (request: IncomingMessage, response: ServerResponse) => void
const asked: { url: string; range: string | undefined }[] = []

beforeAll(async () => {
  const at = (name: string) => join(top, name)
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      at('key'),
      '-out',
      at('cert'),
    ],
    { stdio: 'ignore' },
  )
  ca = readFileSync(at('cert'), 'utf8')
  server = createServer({ key: readFileSync(at('key')), cert: ca }, (request, response) => {
    asked.push({ url: request.url ?? '', range: request.headers.range })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `https://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(top, { recursive: true, force: true })
})

let folder: string
let program: string
beforeEach(() => {
  folder = mkdtempSync(join(top, "it's a place-"))
  mkdirSync(join(folder, 'bin'))
  program = join(folder, 'bin/troupe')
  writeFileSync(program, 'old', { mode: 0o755 })
  asked.length = 0
})

function manifest(changes: object = {}): object {
  const files = { 'linux-x64': { url: `${base}/troupe`, bytes: NEW.length, sha256: digest(NEW) } }
  return { format: 1, sequence: 5, version: '1.1.0', minimumVersion: '0.9.0', expiresAt: NOW + 1000, files, ...changes }
}
function signed(content: object, ...keys: readonly Key[]): string {
  const payload = Buffer.from(JSON.stringify(content))
  const signatures = keys.map(({ id, secret }) => ({ key: id, signature: sign(null, payload, secret).toString('base64') }))
  return JSON.stringify({ payload: payload.toString('base64'), signatures })
}
/** Serves the manifest, and for the file what `file` does. */
function serve(text: string, file: typeof answer = (_, response) => response.end(NEW)): void {
  answer = (request, response) => (request.url === '/manifest' ? response.end(text) : file(request, response))
}
const updates = (more: object = {}) =>
  openUpdates({
    release: { url: `${base}/manifest`, keys: [open(OLD_KEY)] },
    ...{ program, version: '1.0.0', system: 'linux-x64', seenPath: join(folder, 'seen.json'), now: () => NOW, fetching: { ca } },
    ...more,
  })
const untouched = () => {
  expect(readFileSync(program, 'utf8')).toBe('old')
  expect(readdirSync(join(folder, 'bin')).filter((name) => !name.endsWith('.part'))).toEqual(['troupe'])
}

describe('a good update', () => {
  it('[UD7] is offered, downloaded with progress, put in place whole, and the old one is kept', async () => {
    serve(signed(manifest(), OLD_KEY))
    expect(await updates().look()).toMatchObject({ kind: 'offer', version: '1.1.0' })
    const seen: number[] = []
    expect(await updates().install((have) => seen.push(have))).toBe('1.1.0')
    expect(readFileSync(program).equals(NEW)).toBe(true)
    expect(statSync(program).mode & 0o777).toBe(0o755)
    expect(readFileSync(previousOf(program), 'utf8')).toBe('old')
    expect(seen.at(-1)).toBe(NEW.length)
    expect(readdirSync(join(folder, 'bin')).filter((name) => name.endsWith('.part'))).toEqual([])
  })
  it('[UD6] goes on where it was cut short', async () => {
    const part = join(folder, 'bin', `.troupe-${digest(NEW).slice(0, 16)}.part`)
    serve(signed(manifest(), OLD_KEY), (_, response) => {
      response.writeHead(200, { 'content-length': NEW.length })
      response.write(NEW.subarray(0, 100_000))
      // Cut once some of it is on the disk.
      const look = setInterval(() => {
        if ((statSync(part, { throwIfNoEntry: false })?.size ?? 0) === 0) return
        clearInterval(look)
        response.destroy()
      }, 10)
    })
    await expect(updates().install(() => undefined)).rejects.toThrow(/cut short/)
    untouched()
    serve(signed(manifest(), OLD_KEY), (request, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1])
      response.writeHead(206, { 'content-range': `bytes ${from}-${NEW.length - 1}/${NEW.length}` })
      response.end(NEW.subarray(from))
    })
    await updates().install(() => undefined)
    expect(asked.at(-1)?.range).toMatch(/^bytes=[1-9]/)
    expect(readFileSync(program).equals(NEW)).toBe(true)
  })
  it('[UD6] starts anew when the server does not go on', async () => {
    writeFileSync(join(folder, 'bin', `.troupe-${digest(NEW).slice(0, 16)}.part`), 'x')
    serve(signed(manifest(), OLD_KEY))
    await updates().install(() => undefined)
    expect(readFileSync(program).equals(NEW)).toBe(true)
  })
})

describe('[UD1] [UD3] [UD4] a manifest is refused', () => {
  const refused = async (text: string, why: RegExp, more: object = {}) => {
    serve(text)
    expect(await updates(more).look()).toEqual({ kind: 'refused', why: expect.stringMatching(why) })
    await expect(updates(more).install(() => undefined)).rejects.toMatchObject({ code: 'REFUSED' })
    expect(asked.filter(({ url }) => url !== '/manifest')).toEqual([])
    untouched()
  }
  it('signed by a stranger, under the name of a key that is trusted', () => refused(signed(manifest(), STRANGER), /no key/))
  it('signed by nobody', () => refused(signed(manifest()), /no key/))
  it('changed after it was signed', async () => {
    const envelope = JSON.parse(signed(manifest(), OLD_KEY)) as { payload: string }
    const text = Buffer.from(envelope.payload, 'base64').toString().replace('1.1.0', '6.6.6')
    await refused(JSON.stringify({ ...envelope, payload: Buffer.from(text).toString('base64') }), /no key/)
  })
  it('that is a page', () => refused('<!doctype html><h1>404</h1>', /no manifest/))
  it('that ran out', () => refused(signed(manifest({ expiresAt: NOW }), OLD_KEY), /ran out/))
  it('for another system', () => refused(signed(manifest(), OLD_KEY), /not made for/, { system: 'plan9-mips' }))
  it('for another system, by a name that every object has', () =>
    refused(signed(manifest(), OLD_KEY), /not made for/, { system: 'constructor' }))
  it('that needs a newer version first', () => refused(signed(manifest({ minimumVersion: '1.0.1' }), OLD_KEY), /by hand/))
  it('that names a file over http', () => {
    const files = { 'linux-x64': { url: 'http://localhost/troupe', bytes: 3, sha256: digest(NEW) } }
    return refused(signed(manifest({ files }), OLD_KEY), /form/)
  })
  it('that was followed by a newer one', async () => {
    serve(signed(manifest({ sequence: 6 }), OLD_KEY))
    expect((await updates().look()).kind).toBe('offer')
    await refused(signed(manifest({ sequence: 5, version: '1.0.9' }), OLD_KEY), /older/)
  })
  it.each(['1.0.0', '0.9.9'])('[UD4] or it offers nothing, with version %s', async (version) => {
    serve(signed(manifest({ version }), OLD_KEY))
    expect((await updates().look()).kind).toBe('current')
    await expect(updates().install(() => undefined)).rejects.toThrow(/newest/)
    untouched()
  })
  it('[UD3] and what was seen is not forgotten when its record is damaged', async () => {
    writeFileSync(join(folder, 'seen.json'), '{"sequence":-1}')
    serve(signed(manifest(), OLD_KEY))
    await expect(updates().look()).rejects.toThrow(/damaged/)
  })
})

describe('[UD2] keys', () => {
  it('are handed on by a manifest that is trusted, and the old one counts no more', async () => {
    serve(signed(manifest({ sequence: 6, keys: [open(NEXT_KEY)] }), OLD_KEY))
    expect((await updates().look()).kind).toBe('offer')
    serve(signed(manifest({ sequence: 7 }), OLD_KEY))
    expect((await updates().look()).kind).toBe('refused')
    serve(signed(manifest({ sequence: 7 }), NEXT_KEY))
    expect((await updates().look()).kind).toBe('offer')
  })
  it('are not handed on by a stranger', async () => {
    serve(signed(manifest({ keys: [open(NEXT_KEY)] }), NEXT_KEY))
    expect((await updates().look()).kind).toBe('refused')
    expect(existsSync(join(folder, 'seen.json'))).toBe(false)
  })
})

describe('[UD5] [UD6] a file is refused', () => {
  const other = Buffer.from(NEW)
  other[7] = (other[7] ?? 0) ^ 1
  it.each<[string, RegExp, typeof answer]>([
    ['that was swapped', /not the file/, (_, response) => response.end(other)],
    ['that is longer', /more came/, (_, response) => response.end(Buffer.concat([NEW, NEW]))],
    ['that ended early', /cut short/, (_, response) => response.end(NEW.subarray(0, 1000))],
    ['that is a page with status 404', /answered 404/, (_, response) => response.writeHead(404).end(NEW)],
    [
      'behind a redirect to http',
      /redirects are not followed/,
      (_, response) => response.writeHead(302, { location: 'http://localhost/troupe' }).end(),
    ],
    [
      'behind a redirect to https',
      /redirects are not followed/,
      (_, response) => response.writeHead(307, { location: `${base}/other` }).end(),
    ],
  ])('%s', async (_, why, file) => {
    serve(signed(manifest(), OLD_KEY), file)
    await expect(updates().install(() => undefined)).rejects.toThrow(why)
    untouched()
  })
  it('and so is a manifest behind a redirect, and a server that nobody vouches for', async () => {
    answer = (_, response) => response.writeHead(301, { location: `${base}/elsewhere` }).end()
    await expect(updates().look()).rejects.toThrow(/redirects are not followed/)
    serve(signed(manifest(), OLD_KEY))
    await expect(updates({ fetching: {} }).look()).rejects.toThrow(/self-signed/)
  })
})

describe('[UD8] the first start of a new version', () => {
  const install = async () => {
    serve(signed(manifest(), OLD_KEY))
    await updates().install(() => undefined)
  }
  it('that comes up is the end of it', async () => {
    await install()
    expect(beginFirstStart(program)).toBeUndefined()
    setProgramPlace({ folder, program })
    endFirstStart()
    expect(beginFirstStart(program)).toBeUndefined()
    expect(readFileSync(program).equals(NEW)).toBe(true)
  })
  it('that did not come up makes the next go back', async () => {
    await install()
    expect(beginFirstStart(program)).toBeUndefined()
    expect(existsSync(markOf(program))).toBe(true)
    expect(beginFirstStart(program)).toBe('1.1.0')
    expect(readFileSync(program, 'utf8')).toBe('old')
    expect(beginFirstStart(program)).toBeUndefined()
  })
})

it('[UD9] where the folder cannot be written nothing is asked or downloaded', async () => {
  serve(signed(manifest(), OLD_KEY))
  // Root may write everywhere, so the folder is one that is not there.
  await expect(updates({ program: join(folder, 'gone/troupe') }).install(() => undefined)).rejects.toThrow(/cannot be written/)
  expect(asked).toEqual([])
})
