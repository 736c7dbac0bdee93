import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '#contract/plain'
import type { Clock } from '#core'
import { hostAllowed, whyNotPublic } from '../../../extensions/engine/tool/mod.ts'
import { atEnd, place } from './stage.ts'

async function serve(listener: RequestListener): Promise<{ readonly port: number; readonly heard: IncomingMessage[] }> {
  const heard: IncomingMessage[] = []
  const server: Server = createServer((request, response) => {
    heard.push(request)
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { port: (server.address() as AddressInfo).port, heard }
}

/** A clock on which every time limit strikes soon. */
const soon: Clock = {
  now: () => 0,
  after(_delayMs, task) {
    const timer = setTimeout(task, 50)
    return () => clearTimeout(timer)
  },
}

const OPEN = { http: { enabled: true, allowPrivate: true } }
const GUARDED = { http: { enabled: true } }

describe('addresses', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001:db8::1',
    'nonsense',
  ])('[TL20] %s is not public', (address) => {
    expect(whyNotPublic(address)).not.toBeNull()
  })
  test.each(['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])(
    '[TL20] %s is public',
    (address) => {
      expect(whyNotPublic(address)).toBeNull()
    },
  )
})

describe('hosts', () => {
  test.each([
    ['example.org', ['example.org'], true],
    ['EXAMPLE.org.', ['example.org'], true],
    ['api.example.org', ['example.org'], false],
    ['api.example.org', ['*.example.org'], true],
    ['a.b.example.org', ['*.example.org'], true],
    ['example.org', ['*.example.org'], false],
    ['evilexample.org', ['*.example.org'], false],
    ['example.org.evil.net', ['example.org', '*.example.org'], false],
    ['anything.net', [], true],
  ] as const)('[TL21] %s in %j: %s', (host, hosts, allowed) => {
    expect(hostAllowed(host, hosts)).toBe(allowed)
  })
})

describe('the guard', () => {
  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://[::1]',
    'http://0.0.0.0',
    'http://0x7f.1',
    'http://2130706433',
    'http://[::ffff:127.0.0.1]',
    'http://127.1',
  ])('[TL22] %s reaches nothing', async (origin) => {
    const { port, heard } = await serve((_request, response) => response.end('private'))
    const at = await place(GUARDED)
    const result = await at.call('http_request', { url: `${origin}:${port}/` })
    expect(result).toMatchObject({ ok: false, text: expect.stringContaining('not public') })
    expect(heard).toHaveLength(0)
  })

  test.each([
    'ftp://example.org/',
    'file:///etc/passwd',
    'gopher://x',
    'example.org',
    'http://user:word@example.org/',
    'data:text/plain,x',
  ])('[TL23] %s is refused', async (url) => {
    const at = await place(GUARDED)
    expect(await at.call('http_request', { url })).toMatchObject({ ok: false, text: expect.stringContaining('REFUSED') })
  })

  test('[TL24] a name is resolved once: a later answer with another address gains nothing', async () => {
    const { port, heard } = await serve((_request, response) => response.end('the judged one'))
    let asked = 0
    // What DNS rebinding does: the second answer names another place. Nothing listens there.
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 as const }]
    const at = await place(OPEN, { lookup })
    expect(await at.call('http_request', { url: `http://rebinding.example.org:${port}/` })).toMatchObject({ ok: true })
    expect(asked).toBe(1)
    expect(heard).toHaveLength(1)
  })

  test('[TL24] one private address among public ones is enough to refuse', async () => {
    const lookup = async () => [
      { address: '93.184.216.34', family: 4 as const },
      { address: '10.0.0.1', family: 4 as const },
    ]
    const at = await place(GUARDED, { lookup })
    expect(await at.call('http_request', { url: 'http://mixed.example.org/' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('10.0.0.1'),
    })
  })

  test('[TL25] the connection goes to the judged address, with the name in Host', async () => {
    const { port, heard } = await serve((_request, response) => response.end('hello'))
    const lookup = async () => [{ address: '127.0.0.1', family: 4 as const }]
    const at = await place(OPEN, { lookup })
    const result = await at.call('http_request', { url: `http://somewhere.example.org:${port}/path?q=1` })
    expect(result).toMatchObject({ ok: true, text: expect.stringContaining('hello') })
    expect(heard[0]?.headers.host).toBe(`somewhere.example.org:${port}`)
    expect(heard[0]?.url).toBe('/path?q=1')
  })

  test('[TL26] every redirect is judged again', async () => {
    const inner = await serve((_request, response) => response.end('private'))
    const outer = await serve((_request, response) =>
      response.writeHead(302, { location: `http://inner.example.org:${inner.port}/` }).end(),
    )
    const lookup = async () => [{ address: '127.0.0.1', family: 4 as const }]
    const at = await place({ http: { enabled: true, allowPrivate: true, hosts: ['outer.example.org'] } }, { lookup })
    expect(await at.call('http_request', { url: `http://outer.example.org:${outer.port}/` })).toMatchObject({
      ok: false,
      text: expect.stringContaining('inner.example.org is not in this persona'),
    })
    expect(inner.heard).toHaveLength(0)
    const toFile = await serve((_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    expect(await at.call('http_request', { url: `http://outer.example.org:${toFile.port}/` })).toMatchObject({ ok: false })
    const endless = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end())
    expect(await at.call('http_request', { url: `http://outer.example.org:${endless.port}/` })).toMatchObject({
      ok: false,
      text: expect.stringContaining('redirects'),
    })
    expect(endless.heard).toHaveLength(6)
  })

  test('[TL27] a redirect to another origin carries no header that may be a credential; one within the origin does', async () => {
    const other = await serve((_request, response) => response.end('arrived'))
    const first = await serve((request, response) => {
      const location = request.url === '/away' ? `http://127.0.0.1:${other.port}/there` : '/here'
      if (request.url === '/here') response.end('arrived')
      else response.writeHead(307, { location }).end()
    })
    const headers = { Authorization: 'Bearer test-key', Cookie: 'a=b', 'X-Api-Key': 'test-key', Accept: 'text/plain' }
    const at = await place(OPEN)
    const away = await at.call('http_request', { url: `http://127.0.0.1:${first.port}/away`, headers, method: 'POST', body: 'x' })
    expect(away).toMatchObject({ ok: true, text: expect.stringContaining('arrived') })
    expect(other.heard[0]?.method).toBe('POST')
    expect(other.heard[0]?.headers).toMatchObject({ accept: 'text/plain' })
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(other.heard[0]?.headers).not.toHaveProperty(name)
    await at.call('http_request', { url: `http://127.0.0.1:${first.port}/within`, headers })
    expect(first.heard.at(-1)?.headers).toMatchObject({ authorization: 'Bearer test-key', 'x-api-key': 'test-key' })
  })

  test.each(['Host', 'content-length', 'Transfer-Encoding', 'Connection', 'Proxy-Authorization'])(
    '[TL28] the header %s belongs to the connection',
    async (name) => {
      const at = await place(OPEN)
      expect(await at.call('http_request', { url: 'http://127.0.0.1:9/', headers: { [name]: 'x' } })).toMatchObject({
        ok: false,
        text: expect.stringContaining(name),
      })
    },
  )
})

describe('answers', () => {
  test('[TL30] a 2 MB answer is cut, also when it arrives compressed', async () => {
    const text = 'line of text\n'.repeat(160_000)
    for (const packed of [false, true]) {
      const { port } = await serve((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain', ...(packed ? { 'content-encoding': 'gzip' } : {}) })
        response.end(packed ? gzipSync(text) : text)
      })
      const at = await place(OPEN)
      const result = await at.call('http_request', { url: `http://127.0.0.1:${port}/` })
      expect(result.ok).toBe(true)
      expect(Buffer.byteLength(result.text)).toBeLessThanOrEqual(LIMITS.toolResultBytes)
      expect(result.droppedBytes).toBeGreaterThan(1_700_000)
      expect(result.text).toMatch(/\[the first \d+ of 2080000 bytes\]$/)
    }
  })

  test('[TL31] an answer without end is read up to a bound, and the connection is closed', async () => {
    let closed = false
    const { port } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      const block = 'x'.repeat(1 << 20)
      const more = () => {
        while (!response.destroyed && response.write(block));
      }
      response.on('drain', more)
      response.on('close', () => {
        closed = true
      })
      more()
    })
    const at = await place(OPEN)
    expect(await at.call('http_request', { url: `http://127.0.0.1:${port}/` })).toMatchObject({
      ok: true,
      text: expect.stringContaining('more than'),
    })
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(true)
  })

  test('[TL32] what is not text is counted, not shown; an error status is an answer', async () => {
    const { port } = await serve((request, response) => {
      if (request.url === '/png') response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(1234))
      else response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"title":"none"}')
    })
    const at = await place(OPEN)
    expect((await at.call('http_request', { url: `http://127.0.0.1:${port}/png` })).text).toContain('[1234 bytes that are not text]')
    const missing = await at.call('http_request', { url: `http://127.0.0.1:${port}/none` })
    expect(missing).toMatchObject({ ok: true, text: expect.stringMatching(/^HTTP 404\n[\s\S]*"title":"none"/) })
  })

  test('[TL33] a server that is silent is given up after the time limit; an abort ends it at once', async () => {
    const { port } = await serve(() => undefined)
    const late = await place(OPEN, { clock: soon })
    expect(await late.call('http_request', { url: `http://127.0.0.1:${port}/` })).toMatchObject({
      ok: false,
      text: expect.stringContaining('TIMEOUT'),
    })
    const at = await place(OPEN)
    const controller = new AbortController()
    const calling = at.call('http_request', { url: `http://127.0.0.1:${port}/` }, controller.signal)
    setTimeout(() => controller.abort(new Error('stop')), 50)
    await expect(calling).rejects.toThrow('stop')
  })

  test('[TL34] a place that does not answer is named, with the reason', async () => {
    const at = await place(OPEN, { lookup: () => Promise.reject(new Error('ENOTFOUND')) })
    expect(await at.call('http_request', { url: 'http://nowhere.example.org/' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('could not be resolved'),
    })
    expect(await at.call('http_request', { url: 'http://127.0.0.1:1/' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('UNREACHABLE'),
    })
  })
})
