import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Doors, openDoors, rawExchange, temporaryFolder } from './doors.ts'

const HASHED = 'assets/index-abcd1234.js'

async function withWindow(): Promise<{ doors: Doors; base: string; folder: string }> {
  const top = await temporaryFolder()
  const folder = join(top, 'window')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Troupe</title>')
  await writeFile(join(folder, HASHED), 'export {}')
  await writeFile(join(folder, 'icon.svg'), '<svg/>')
  await writeFile(join(top, 'outside.txt'), 'must not be seen')
  await symlink(join(top, 'outside.txt'), join(folder, 'link.txt'))
  const doors = await openDoors({ windowDir: folder })
  return { doors, base: doors.serve.link().url.split('#')[0] ?? '', folder }
}

/** `path` goes out as it is written: fetch would tidy it. */
function get(doors: Doors, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string } | 'nothing'>((resolve) => {
    const asked = request({ host: '127.0.0.1', port: doors.serve.port, path, method, headers, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += String(chunk)
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', () => resolve('nothing'))
    asked.end()
  })
}

describe('[SV13] the window’s files', () => {
  it('are served under the launch key, with the right types and a strict policy', async () => {
    const { doors, base } = await withWindow()
    const path = new URL(base).pathname
    const page = await get(doors, path)
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('Troupe') })
    const { headers } = page as { headers: Record<string, string> }
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${doors.serve.port} ws://localhost:${doors.serve.port};`)
    expect(policy).not.toMatch(/unsafe-inline|\*/)
    expect(await get(doors, `${path}${HASHED}`)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    })
    expect(await get(doors, `${path}icon.svg`)).toMatchObject({ headers: { 'content-type': 'image/svg+xml' } })
  })
  it('hashed ones for ever, others asked again and answered with 304', async () => {
    const { doors, base } = await withWindow()
    const path = new URL(base).pathname
    expect(await get(doors, `${path}${HASHED}`)).toMatchObject({ headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
    const page = (await get(doors, `${path}index.html`)) as unknown as { headers: { etag: string; 'cache-control': string } }
    expect(page.headers['cache-control']).toBe('no-cache')
    expect(await get(doors, `${path}index.html`, { 'if-none-match': page.headers.etag })).toMatchObject({ status: 304, body: '' })
    expect(await get(doors, path, {}, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })
  it('without the key, with a wrong one, with a foreign Host or another method: nothing', async () => {
    const { doors, base } = await withWindow()
    const path = new URL(base).pathname
    const host = `Host: 127.0.0.1:${doors.serve.port}`
    const other = path.at(-2) === 'x' ? 'y' : 'x'
    for (const head of [
      `GET / HTTP/1.1\r\n${host}`,
      `GET /index.html HTTP/1.1\r\n${host}`,
      `GET ${path.slice(0, -2)}${other}/ HTTP/1.1\r\n${host}`,
      `GET /${'A'.repeat(32)}/index.html HTTP/1.1\r\n${host}`,
      `GET //index.html HTTP/1.1\r\n${host}`,
      `GET ${path} HTTP/1.1\r\nHost: evil.example`,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1`,
      `POST ${path} HTTP/1.1\r\n${host}`,
      `OPTIONS ${path} HTTP/1.1\r\n${host}`,
    ])
      expect(await rawExchange(doors, `${head}\r\n\r\n`), head).toBe('')
  })
  it('[SV14] nothing outside the folder, by no name and by no link', async () => {
    const { doors, base, folder } = await withWindow()
    const path = new URL(base).pathname
    for (const name of [
      '../outside.txt',
      '..%2foutside.txt',
      '%2e%2e/outside.txt',
      '%2e%2e%2foutside.txt',
      'assets/../../outside.txt',
      'assets/..%5c..%5coutside.txt',
      './index.html',
      'assets//index-abcd1234.js',
      encodeURIComponent(join(folder, '..', 'outside.txt')),
      `/${join(folder, '..', 'outside.txt')}`,
      'link.txt',
      'index.html%00.txt',
      '%ff',
      'assets',
      'assets/',
      '.hidden',
    ])
      expect(await get(doors, path + name), name).toMatchObject({ status: 404, body: '' })
  })
  it('without a built window there is nothing at all', async () => {
    const doors = await openDoors()
    const path = new URL(doors.serve.link().url).pathname
    expect(await get(doors, path)).toBe('nothing')
  })
})
