// @vitest-environment node
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeDoor, takeOnceToken } from '../../src/link/address.ts'
import { LinkRefused } from '../../src/link/errors.ts'

const KEPT = 'troupe.session'
const shown: string[] = []
const session = new Map<string, string>()

/** What a browser gives a page, with an address of the test's choice. */
function openPage(url: string): void {
  const { origin, host, pathname, search, hash } = new URL(url)
  vi.stubGlobal('location', { origin, host, pathname, search, hash })
  vi.stubGlobal('history', { replaceState: (_state: unknown, _title: string, to: string) => shown.push(to) })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => session.get(key) ?? null,
    setItem: (key: string, value: string) => session.set(key, value),
  })
}

beforeEach(() => {
  shown.length = 0
  session.clear()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('[WIN11] the one-time token is taken out of the address, and of the history', () => {
  openPage('http://127.0.0.1:7000/key/?x=1#once=test-token_1')
  expect(takeOnceToken()).toBe('test-token_1')
  expect(shown).toEqual(['/key/?x=1'])
})

test.each(['', '#/runs', '#once=', '#/runs?once=abc', '#once=a b'])('[WIN11] %j is no token, and the address stays', (hash) => {
  openPage(`http://127.0.0.1:7000/key/${hash}`)
  expect(takeOnceToken()).toBeUndefined()
  expect(shown).toEqual([])
})

test('[WIN11] the token is used until the engine gave a session, and the session from then on', async () => {
  openPage('http://127.0.0.1:7000/key/#once=test-token')
  const door = makeDoor(takeOnceToken())
  expect(await door.where()).toEqual({ url: 'ws://127.0.0.1:7000/rpc', token: 'test-token' })
  expect(await door.where()).toMatchObject({ token: 'test-token' })
  door.keep('test-session')
  expect(await door.where()).toMatchObject({ token: 'test-session' })
  expect(session.get(KEPT)).toBe('test-session')
  expect(await makeDoor(undefined).where()).toMatchObject({ token: 'test-session' })
})

test('[WIN15] without token and session there is no way in', async () => {
  openPage('http://127.0.0.1:7000/key/')
  await expect(makeDoor(undefined).where()).rejects.toThrow(LinkRefused)
})

async function pageOf(status: number): Promise<{ url: string; stop: () => void }> {
  const server = createServer((_request, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/key/`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('[WIN17] the page is served but the socket is not: this window is not let in', async () => {
  const page = await pageOf(200)
  openPage(`${page.url}#once=used-token`)
  expect(await makeDoor('used-token').diagnose()).toBeInstanceOf(LinkRefused)
  page.stop()
})

test('[WIN17] nothing is served: the engine is away, and is waited for', async () => {
  const page = await pageOf(200)
  page.stop()
  openPage(page.url)
  expect(await makeDoor('token').diagnose()).toBeUndefined()
})

test('[WIN17] a used link in a tab that has a session: the session is tried before giving up', async () => {
  const page = await pageOf(200)
  openPage(page.url)
  session.set(KEPT, 'test-session')
  const door = makeDoor('used-token')
  expect(await door.diagnose()).toBeUndefined()
  expect(await door.where()).toMatchObject({ token: 'test-session' })
  expect(await door.diagnose()).toBeInstanceOf(LinkRefused)
  page.stop()
})
