import { describe, expect, it, test } from 'vitest'
import { caller, credentialStage, serviceOn } from './credential-stage.ts'

const bearer = (url: string, over: object = {}) => ({
  connector: 'bearer',
  name: 'service',
  values: { token: 'example-value-1', check_url: url },
  allowPrivate: true,
  ...over,
})

describe('[CR30] verified, failed, or nobody knows', () => {
  test.each([
    [200, 'verified'],
    [401, 'failed'],
    [403, 'failed'],
    [204, 'unverifiable'],
    [404, 'unverifiable'],
    [500, 'unverifiable'],
    [429, 'unverifiable'],
  ] as const)('an answer of %i: %s', async (status, state) => {
    const { credentials, clock, audit } = await credentialStage()
    const service = await serviceOn((_request, response) => void response.writeHead(status).end('example-value-1'))
    const { row } = await credentials.add(bearer(`${service.url}/me`), caller)
    expect(row.health).toMatchObject({ state: 'unchecked', at: null })
    const { health } = await credentials.check(row.id, caller)
    expect(health).toMatchObject({ state, at: clock.now(), detail: expect.stringContaining(`${service.host} answered ${status}`) })
    expect(service.seen).toEqual(['GET /me Bearer example-value-1'])
    expect((await audit())[0]).toMatchObject({ kind: 'credential-check', outcome: 'done' })
    expect(JSON.stringify([health, await audit()])).not.toContain('example-value')
  })

  test.each([
    ['no address to ask', { values: { token: 'example-value-1' } }, 'empty'],
    ['nobody there', { values: { token: 'example-value-1', check_url: 'http://127.0.0.1:1/' } }, 'could not be reached'],
    [
      '[CR31] a private address that was not allowed',
      { allowPrivate: false, values: { token: 'example-value-1', check_url: 'http://127.0.0.1:1/' } },
      'guard',
    ],
    ['no check', { connector: 'smtp', values: { host: 'h', user: 'u', password: 'example-value-1' } }, 'mail protocol'],
  ])('%s: unverifiable, with the reason', async (_what, over, words) => {
    const { credentials } = await credentialStage()
    const { row } = await credentials.add(bearer('', over) as never, caller)
    expect((await credentials.check(row.id, caller)).health).toMatchObject({
      state: 'unverifiable',
      detail: expect.stringContaining(words),
    })
  })

  it('a redirect to elsewhere takes no token along and proves nothing', async () => {
    const { credentials } = await credentialStage()
    const elsewhere = await serviceOn((_request, response) => void response.writeHead(200).end())
    const service = await serviceOn((_request, response) => void response.writeHead(302, { location: `${elsewhere.url}/sign-in` }).end())
    const { row } = await credentials.add(bearer(`${service.url}/me`), caller)
    expect((await credentials.check(row.id, caller)).health.state).toBe('unverifiable')
    expect(elsewhere.seen.join()).not.toContain('example-value')
  })

  it('is unchecked again after a new value or another place', async () => {
    const { credentials } = await credentialStage()
    const service = await serviceOn((_request, response) => void response.writeHead(200).end())
    const made = await credentials.add(bearer(service.url), caller)
    await credentials.check(made.row.id, caller)
    const label = await credentials.edit({ id: made.row.id, version: 1, label: 'x' }, caller)
    expect(label.row.health.state).toBe('verified')
    const moved = await credentials.edit({ id: made.row.id, version: 2, extraHosts: ['example.org'] }, caller)
    expect(moved.row.health.state).toBe('unchecked')
  })
})

it('[CR33] two askers at once are one request', async () => {
  const { credentials } = await credentialStage()
  const service = await serviceOn((_request, response) => void setTimeout(() => response.writeHead(200).end(), 50))
  const { row } = await credentials.add(bearer(service.url), caller)
  await Promise.all([credentials.check(row.id, caller), credentials.check(row.id, caller)])
  expect(service.seen).toHaveLength(1)
})

it('[CR32] a new one is checked by itself, and again after a day; not while sealed', async () => {
  const stage = await credentialStage()
  const service = await serviceOn((_request, response) => void response.writeHead(200).end())
  await stage.vault.setAutoLock({ idleMinutes: null, onSuspend: false }, caller)
  await stage.credentials.add(bearer(service.url), caller)
  stage.clock.advance(31_000)
  await expect.poll(() => service.seen.length, { timeout: 20_000 }).toBe(1)
  await expect.poll(async () => (await stage.credentials.list())[0]?.health.state, { timeout: 20_000 }).toBe('verified')
  await stage.vault.lock(caller)
  stage.clock.jump(25 * 3_600_000)
  stage.clock.advance(31_000)
  await stage.credentials.list()
  expect(service.seen).toHaveLength(1)
})
