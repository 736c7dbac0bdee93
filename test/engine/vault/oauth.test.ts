/** Against a real authorization server (oidc-provider) on loopback, through the real guard. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { describe, expect, it, onTestFinished } from 'vitest'
import { backoffMs, refreshAt } from '../../../extensions/engine/vault/oauth/timing.ts'
import { type CredentialStage, caller, credentialStage } from './credential-stage.ts'

const CLIENT = { client_id: 'troupe-test', client_secret: 'example-client-secret-1' }

interface AuthorizationServer {
  readonly issuer: string
  readonly provider: Provider
  /** Requests to the token endpoint. */
  readonly asked: string[]
  /** Answers every request itself while it is set. */
  broken: ((path: string) => { status: number; body: string } | undefined) | undefined
}

/** Everybody is signed in and agrees at once. */
async function authorizationServer(accessSeconds = 3600): Promise<AuthorizationServer> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['http://127.0.0.1/oauth/callback'],
        application_type: 'native',
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    ttl: {
      AccessToken: accessSeconds,
      Grant: 86_400,
      Session: 3600,
      Interaction: 3600,
      RefreshToken: 86_400,
      AuthorizationCode: 60,
      IdToken: 3600,
    },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client!.clientId,
        accountId: context.oidc.session!.accountId!,
      })
      grant.addOIDCScope('openid offline_access')
      await grant.save()
      return grant
    },
    interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
    cookies: { keys: ['example-cookie-key'] },
  })
  const made: AuthorizationServer = { issuer, provider, asked: [], broken: undefined }
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname
    if (path === '/token') made.asked.push(path)
    const broken = made.broken?.(path)
    if (broken) return void response.writeHead(broken.status, { 'content-type': 'application/json' }).end(broken.body)
    if (path.startsWith('/sign-in/'))
      return void provider.interactionFinished(request, response, { login: { accountId: 'ada' }, consent: {} })
    void answer(request, response)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return made
}

/** A browser with a cookie jar that follows redirects until it is sent back to Troupe, whose address it answers. */
async function agree(url: string): Promise<URL> {
  const jar = new Map<string, string>()
  let at = url
  for (let hops = 0; hops < 10; hops += 1) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    const next = response.headers.get('location')
    if (next === null) throw new Error(`${response.status} at ${at}: ${await response.text()}`)
    at = new URL(next, at).href
    if (new URL(at).pathname === '/oauth/callback') return new URL(at)
  }
  throw new Error('too many redirects')
}

async function oauthCredential(
  stage: CredentialStage,
  { issuer }: Pick<AuthorizationServer, 'issuer'>,
  over: Record<string, string> = {},
): Promise<string> {
  const values = {
    authorize_url: `${issuer}/auth`,
    token_url: `${issuer}/token`,
    issuer,
    revoke_url: `${issuer}/token/revocation`,
    scope: 'openid offline_access',
    check_url: `${issuer}/me`,
    ...CLIENT,
    ...over,
  }
  const { row } = await stage.credentials.add({ connector: 'oauth2', name: 'service', values, allowPrivate: true }, caller)
  expect(row.oauth).toMatchObject({ state: 'not-connected' })
  return row.id
}

async function connect(stage: CredentialStage, id: string): Promise<void> {
  const flow = await stage.credentials.connect(id, caller)
  const page = await fetch(await agree(flow.url))
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Connected')])
  expect(await stage.credentials.connectState(flow.flowId, true)).toMatchObject({ state: 'connected' })
}

const access = async (stage: CredentialStage, id: string) => (await stage.credentials.lending.values(id)).get('access_token')

describe('[CR60] [CR61] connecting', () => {
  it('goes through the browser with PKCE and state, seals the tokens, and closes its page', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const id = await oauthCredential(stage, server)
    const flow = await stage.credentials.connect(id, caller)
    const asked = new URL(flow.url).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('state')).toMatch(/^[\w-]{43}$/)
    expect(flow.redirectUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/)
    expect(await stage.credentials.connectState(flow.flowId, false)).toMatchObject({ state: 'waiting' })
    const back = await agree(flow.url)
    expect((await fetch(back)).status).toBe(200)
    expect((await stage.credentials.get(id)).row.oauth).toMatchObject({ state: 'connected', scopes: ['openid'] })
    expect(await access(stage, id)).toBeTruthy()
    // What keeps the connection alive is not lent.
    expect([...(await stage.credentials.lending.values(id)).keys()]).toEqual(['access_token'])
    await expect(fetch(back)).rejects.toThrow()
    const everything = JSON.stringify([
      await stage.audit(),
      await stage.credentials.list(),
      await stage.store.read('SELECT * FROM credential'),
      stage.logged,
    ])
    expect(everything).not.toContain((await access(stage, id))!)
    expect((await stage.credentials.check(id, caller)).health).toMatchObject({ state: 'verified' })
  })

  it('an answer without its state changes nothing, and the right one still counts', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const id = await oauthCredential(stage, server)
    const flow = await stage.credentials.connect(id, caller)
    const forged = await fetch(`${flow.redirectUrl}?code=x&state=forged&iss=${server.issuer}`)
    expect(forged.status).toBe(400)
    expect(server.asked).toEqual([])
    expect(await stage.credentials.connectState(flow.flowId, false)).toMatchObject({ state: 'waiting' })
    expect((await fetch(await agree(flow.url))).status).toBe(200)
  })

  it.each([
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example.org'), 'not one of OAuth'],
    [
      'an error of the service',
      (url: URL) => {
        url.searchParams.delete('code')
        url.searchParams.set('error', 'access_denied')
      },
      'access_denied',
    ],
    ['a code that is not its own', (url: URL) => url.searchParams.set('code', 'example-value-1'), 'invalid_grant'],
  ])('%s fails it, and no token is kept', async (_what, change, words) => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const id = await oauthCredential(stage, server)
    const flow = await stage.credentials.connect(id, caller)
    const back = await agree(flow.url)
    change(back)
    const page = await fetch(back)
    expect(page.status).toBe(400)
    const outcome = await stage.credentials.connectState(flow.flowId, true)
    expect(outcome).toMatchObject({ state: 'failed', detail: expect.stringContaining(words) })
    expect((await stage.credentials.get(id)).row.oauth).toMatchObject({ state: 'not-connected' })
    expect((await stage.audit())[0]).toMatchObject({ kind: 'credential-change', outcome: 'failed' })
  })

  it('ends by itself after ten minutes, when it is cancelled, and when a newer one begins', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const id = await oauthCredential(stage, server)
    const first = await stage.credentials.connect(id, caller)
    const second = await stage.credentials.connect(id, caller)
    expect(await stage.credentials.connectState(first.flowId, false)).toMatchObject({ state: 'cancelled' })
    await stage.credentials.cancelConnect(second.flowId)
    expect(await stage.credentials.connectState(second.flowId, true)).toMatchObject({ state: 'cancelled' })
    const third = await stage.credentials.connect(id, caller)
    stage.clock.advance(10 * 60_000 + 1)
    expect(await stage.credentials.connectState(third.flowId, true)).toMatchObject({ state: 'expired' })
    for (const { redirectUrl } of [first, second, third]) await expect(fetch(redirectUrl)).rejects.toThrow()
  })

  it('answers only its own host and path', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const flow = await stage.credentials.connect(await oauthCredential(stage, server), caller)
    const { port } = new URL(flow.redirectUrl)
    expect((await fetch(`http://localhost:${port}/oauth/callback`).catch(() => ({ status: 404 }))).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
    expect((await fetch(flow.redirectUrl, { method: 'POST' })).status).toBe(404)
  })

  it('sends nothing in the clear, or to a private address, unless the person allowed it', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const { row } = await stage.credentials.add(
      {
        connector: 'oauth2',
        name: 'public',
        values: { authorize_url: `${server.issuer}/auth`, token_url: `${server.issuer}/token`, ...CLIENT },
      },
      caller,
    )
    await expect(stage.credentials.connect(row.id, caller)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('not https'),
    })
  })
})

describe('[CR62] [CR63] [CR64] [CR65] refreshing', () => {
  it('asks before the end, once for all who ask at the same time, with the token that came last', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer(3600)]
    const id = await oauthCredential(stage, server)
    await connect(stage, id)
    const first = await access(stage, id)
    const asked = server.asked.length
    stage.clock.jump(3600_000 - 360_000 - 1000)
    expect(await access(stage, id)).toBe(first)
    stage.clock.jump(2000)
    const all = await Promise.all(Array.from({ length: 8 }, () => access(stage, id)))
    expect(new Set(all).size).toBe(1)
    expect(all[0]).not.toBe(first)
    expect(server.asked.length).toBe(asked + 1)
    // The server rotates refresh tokens and takes each once: a second round proves that the new one was kept.
    stage.clock.jump(3600_000)
    expect(await access(stage, id)).not.toBe(all[0])
    expect(server.asked.length).toBe(asked + 2)
  })

  it('is done by itself while the engine runs', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer(3600)]
    const id = await oauthCredential(stage, server)
    await connect(stage, id)
    const asked = server.asked.length
    // Else the jump of the clock would be taken for a suspended machine, and lock the vault.
    await stage.vault.setAutoLock({ idleMinutes: null, onSuspend: false }, caller)
    stage.clock.jump(3600_000 - 300_000)
    stage.clock.advance(31_000)
    await expect.poll(() => server.asked.length, { timeout: 10_000 }).toBe(asked + 1)
  })

  it('waits longer after each failure, lends the old token until its end, and says so then', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer(3600)]
    const id = await oauthCredential(stage, server)
    await connect(stage, id)
    const first = await access(stage, id)
    server.broken = (path) => (path === '/token' ? { status: 500, body: '{}' } : undefined)
    stage.clock.jump(3600_000 - 300_000)
    const asked = server.asked.length
    expect(await access(stage, id)).toBe(first)
    expect(await access(stage, id)).toBe(first)
    expect(server.asked.length).toBe(asked + 1)
    stage.clock.jump(31_000)
    expect(await access(stage, id)).toBe(first)
    expect(server.asked.length).toBe(asked + 2)
    stage.clock.jump(31_000)
    expect(await access(stage, id)).toBe(first)
    expect(server.asked.length).toBe(asked + 2)
    stage.clock.jump(300_000)
    await expect(access(stage, id)).rejects.toMatchObject({ code: 'UNREACHABLE', retry: 'later' })
    expect((await stage.credentials.get(id)).row.oauth).toMatchObject({ state: 'connected', detail: expect.stringContaining('failed') })
    server.broken = undefined
    stage.clock.jump(3600_000)
    expect(await access(stage, id)).toBeTruthy()
  })

  it('says "reconnect" when the grant is gone, asks no more, and goes on after a new connection', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer(3600)]
    const id = await oauthCredential(stage, server)
    await connect(stage, id)
    const token = (await stage.credentials.lending.values(id, { fields: ['refresh_token'] })).get('refresh_token')!
    await (await server.provider.RefreshToken.find(token))!.destroy()
    stage.clock.jump(3600_000)
    await expect(access(stage, id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    const asked = server.asked.length
    await expect(access(stage, id)).rejects.toMatchObject({ code: 'WRONG_STATE', hint: expect.stringContaining('credential connect') })
    expect(server.asked.length).toBe(asked)
    expect((await stage.credentials.list())[0]?.oauth).toMatchObject({ state: 'reconnect' })
    expect((await stage.credentials.check(id, caller)).health.state).toBe('failed')
    await connect(stage, id)
    expect(await access(stage, id)).toBeTruthy()
  })

  it('tells the service at a revocation', async () => {
    const [stage, server] = [await credentialStage(), await authorizationServer()]
    const id = await oauthCredential(stage, server)
    await connect(stage, id)
    const token = (await stage.credentials.lending.values(id, { fields: ['refresh_token'] })).get('refresh_token')!
    await stage.credentials.revoke(id, caller)
    expect(await server.provider.RefreshToken.find(token)).toBe(undefined)
    expect((await stage.audit())[0]).toMatchObject({ kind: 'revoke', note: 'The service was told, and accepted it.' })
  })
})

it('[CR62] [CR63] the times', () => {
  expect([1, 2, 3, 8, 20].map(backoffMs)).toEqual([30_000, 60_000, 120_000, 3_600_000, 3_600_000])
  const at = (lifeMs: number) =>
    refreshAt({ connectedAt: 0, accessExpiresAt: lifeMs, lifeMs, scopes: [], failures: 0, retryAt: null, gone: null })
  expect([3_600_000, 300_000, 30_000].map(at)).toEqual([3_240_000, 240_000, 15_000])
  expect(refreshAt({ connectedAt: 0, accessExpiresAt: null, lifeMs: null, scopes: [], failures: 0, retryAt: null, gone: null })).toBe(null)
})
