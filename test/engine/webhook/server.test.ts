import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { triggerDoc } from '#contract'
import type { SignatureStyle } from '#contract/plain'
import { makeLogger, TroupeError } from '#core'
import { systemClock } from '#core/node'
import { openStoreHere } from '../../../extensions/engine/store/mod.ts'
import { makeWebhooks, type Webhooks, webhookMigrations } from '../../../extensions/engine/webhook/mod.ts'
import { signHeaders, verify } from '../../../extensions/engine/webhook/sign.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { countedChance } from '../trigger/stage.ts'

const open: Webhooks[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose()
})

const BY = { clientId: 'c', clientName: 'test', scopes: ['*'] }

async function stage(signature: SignatureStyle, more: { perMinute?: number } = {}) {
  const store = await openStoreHere({
    path: '/simulated',
    disk: new SimulatedDisk(seeded(1)),
    migrations: [...webhookMigrations],
    clock: systemClock,
    log: makeLogger('store', () => undefined),
  })
  const vault = { open: true, texts: new Map<string, string>(), lock: () => undefined as undefined }
  const events: { readonly id: string | undefined; readonly data: unknown }[] = []
  const refusing = { now: false }
  const { when } = triggerDoc.parse({ name: 'Hook', personaId: 'p', when: { kind: 'webhook', signature, ...more } })
  const needOpen = (): void => {
    if (!vault.open) throw new TroupeError('SEALED', 'The vault is sealed.')
  }
  const hooks = await makeWebhooks({
    store,
    clock: systemClock,
    chance: countedChance(),
    log: makeLogger('webhook', () => undefined),
    announce: () => undefined,
    secrets: {
      isOpen: () => vault.open,
      put(owner, field, text) {
        needOpen()
        vault.texts.set(`${owner} ${field}`, text)
        return { sql: 'DELETE FROM webhook_place WHERE one = 2' }
      },
      drop: () => ({ sql: 'DELETE FROM webhook_place WHERE one = 2' }),
      async read(owner, field) {
        needOpen()
        return vault.texts.get(`${owner} ${field}`)
      },
      shown: async () => undefined,
      onLock(forget) {
        vault.lock = () => {
          vault.open = false
          forget()
        }
        return () => undefined
      },
    },
    trigger: async () => ({ name: 'Hook', personaId: 'p', enabled: true, when }),
    async emit(draft) {
      if (refusing.now) throw new TroupeError('DISK', 'The disk refuses.')
      const known = draft.id === undefined ? -1 : events.findIndex(({ id }) => id === draft.id)
      if (known >= 0) return { event: { seq: known + 1 }, duplicate: true }
      events.push({ id: draft.id, data: draft.data })
      return { event: { seq: events.length }, duplicate: false }
    },
    send: async () => ({ status: 200 }),
    times: { headersMs: 400, requestMs: 800 },
  })
  open.push(hooks)
  await store.write(hooks.made('trg_1'))
  await hooks.open('trg_1', when, '/troupe/triggers/trg_1')
  const secret = await hooks.secret('trg_1', BY)
  const post = (body: string, headers: Record<string, string> = {}, url = secret.url) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const outcomes = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return (await hooks.requests({ limit: 100 })).map(({ outcome }) => outcome).reverse()
  }
  return { hooks, vault, events, refusing, ...secret, post, outcomes, when }
}

describe('[WH4] signatures', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  it('GitHub’s published vector', () => {
    const request = {
      body: bytes('Hello, World!'),
      headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
    }
    expect(verify('github', "It's a Secret to Everybody", request, 0, 300)).toMatchObject({ ok: true })
    expect(verify('github', "It's a Secret to Everybody", { ...request, body: bytes('Hello, World?') }, 0, 300)).toMatchObject({
      ok: false,
      outcome: 'bad-signature',
    })
  })
  it('Slack’s published vector', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    }
    const key = ['8f742231b10e8888', 'abcd99yyyzzz85a5'].join('')
    expect(verify('slack', key, { body: bytes(body), headers }, 1531420618 + 299, 300)).toMatchObject({ ok: true })
    expect(verify('slack', key, { body: bytes(body), headers }, 1531420618 + 301, 300)).toMatchObject({ ok: false, outcome: 'stale' })
  })
  it('Stripe’s scheme, as its documentation says it: t and v1 over "t.body", several v1 while keys are exchanged', () => {
    const body = '{"id":"evt_1"}'
    const v1 = (key: string) => createHmac('sha256', key).update(`1492774577.${body}`).digest('hex')
    const request = {
      body: bytes(body),
      headers: { 'stripe-signature': `t=1492774577,v1=${v1('old key of the sender')},v1=${v1('new key of the sender')},v0=6ffbb59b` },
    }
    expect(verify('stripe', 'new key of the sender', request, 1492774577, 300)).toMatchObject({ ok: true })
    expect(verify('stripe', 'another key', request, 1492774577, 300)).toMatchObject({ ok: false, outcome: 'bad-signature' })
  })
})

describe('the server', () => {
  it('[WH8] answers 202 when the event is stored, and 503 when it cannot be', async () => {
    const { post, events, refusing, key, outcomes } = await stage('generic')
    const sign = (body: string) => signHeaders('generic', key, body, Math.floor(Date.now() / 1000))
    const first = await post('{"a":1}', sign('{"a":1}'))
    expect(first.status).toBe(202)
    expect(await first.json()).toEqual({ accepted: true, event: 1 })
    expect(events).toMatchObject([{ data: { body: { a: 1 } } }])
    refusing.now = true
    const second = await post('{"a":2}', sign('{"a":2}'))
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '10'])
    expect(await outcomes()).toEqual(['accepted', 'refused'])
  })

  it('[WH5] a wrong signature, a stale one and a replayed one are refused, each with its reason', async () => {
    const { post, events, key, outcomes } = await stage('generic')
    const now = Math.floor(Date.now() / 1000)
    const good = signHeaders('generic', key, '{}', now)
    const answers = [
      await post('{}', {}),
      await post('{}', signHeaders('generic', 'another key altogether', '{}', now)),
      await post('{"x":1}', good),
      await post('{}', signHeaders('generic', key, '{}', now - 3_000)),
      await post('{}', good),
      await post('{}', good),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 202, 401])
    expect(await outcomes()).toEqual(['bad-signature', 'bad-signature', 'bad-signature', 'stale', 'accepted', 'replayed'])
    expect(events).toHaveLength(1)
  })

  it('[WH5] GitHub sends a delivery again: it is 202, and stored once', async () => {
    const { post, events, key, outcomes } = await stage('github')
    const headers = { ...signHeaders('github', key, '{"ref":"main"}', 0), 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' }
    expect([(await post('{"ref":"main"}', headers)).status, (await post('{"ref":"main"}', headers)).status]).toEqual([202, 202])
    expect(events).toHaveLength(1)
    expect(await outcomes()).toEqual(['accepted', 'duplicate'])
  })

  it('[WH2] nobody finds it without its address; [WH6] what is too large is 413, said or not', async () => {
    const { post, url, outcomes, events } = await stage('none')
    expect((await post('{}', {}, url.replace(/[^/]+$/, 'AAAAAAAAAAAAAAAAAAAAAA'))).status).toBe(404)
    expect((await fetch(url)).status).toBe(405)
    expect((await post('not json')).status).toBe(400)
    const said = await fetch(url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) }).then(
      ({ status }) => status,
      () => 'cut off',
    )
    expect([413, 'cut off']).toContain(said)
    const stream = new ReadableStream({
      start(to) {
        for (let at = 0; at < 17; at += 1) to.enqueue(new Uint8Array(64 * 1024))
        to.close()
      },
    })
    const unsaid = await fetch(url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit).then(
      ({ status }) => status,
      () => 'cut off',
    )
    expect([413, 'cut off']).toContain(unsaid)
    expect(events).toEqual([])
    expect((await outcomes()).slice(0, 5)).toEqual(['unknown-path', 'wrong-method', 'bad-body', 'too-large', 'too-large'])
  })

  it('[WH6] a slow-loris is cut off, in its headers and in its body, and others are served meanwhile', async () => {
    const { url, post, outcomes } = await stage('none')
    const { port, pathname } = new URL(url)
    const slow = (first: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(first))
        const drip = setInterval(() => socket.write('x'), 100)
        let said = ''
        socket.on('data', (chunk) => {
          said += String(chunk)
        })
        socket.on('close', () => {
          clearInterval(drip)
          resolve(said)
        })
        socket.on('error', () => undefined)
      })
    const both = Promise.all([
      slow('POST / HTTP/1.1\r\nhost: x\r\nx-a: '),
      slow(`POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n`),
    ])
    expect((await post('{}')).status).toBe(202)
    const [head] = await both
    expect(head).toMatch(/^HTTP\/1\.1 408/)
    expect((await outcomes()).filter((one) => one === 'too-slow').length).toBeGreaterThan(0)
  })

  it('[WH7] a flood is bounded by the hook’s own rate, with Retry-After', async () => {
    const { post, events } = await stage('none', { perMinute: 20 })
    const answers = await Promise.all(Array.from({ length: 200 }, () => post('{}')))
    const taken = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 429)
    expect(taken.length + refused.length).toBe(200)
    // One more may have come in each three seconds that the flood took.
    expect(taken.length).toBeGreaterThanOrEqual(20)
    expect(taken.length).toBeLessThan(40)
    expect(events).toHaveLength(taken.length)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('[WH3] sealed: signed hooks answer 503 and say why; unsigned ones go on; no hook is made', async () => {
    const signed = await stage('github')
    const headers = signHeaders('github', signed.key, '{}', 0)
    signed.vault.lock()
    const answer = await signed.post('{}', headers)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
    expect(await signed.outcomes()).toEqual(['sealed'])
    expect((await signed.hooks.list())[0]).toMatchObject({ ready: false, note: expect.stringMatching(/sealed/) })
    await expect(signed.hooks.secret('trg_1', BY)).rejects.toMatchObject({ code: 'SEALED' })
    expect(() => signed.hooks.made('trg_2')).toThrowError(/sealed/)
    const plain = await stage('none')
    plain.vault.lock()
    expect((await plain.post('{}')).status).toBe(202)
  })

  it('[WH9] the log keeps nothing that signs, and its requests can be replayed; the test button goes the sender’s way', async () => {
    const { hooks, events, post, key, url } = await stage('github')
    await post('{"n":1}', { ...signHeaders('github', key, '{"n":1}', 0), authorization: 'Basic eA==' })
    const [row] = await hooks.requests({ limit: 1 })
    expect(JSON.stringify(row)).not.toMatch(/sha256=|Basic/)
    expect(JSON.stringify(row)).not.toContain(url.split('/').at(-1))
    await hooks.replay(row!.id)
    expect(events).toHaveLength(2)
    expect(await hooks.test('trg_1', '{"test":true}')).toMatchObject({ outcome: 'accepted', status: 202 })
  })

  it('[WH1] it is off until it is used, and off again; the old address ends when a new one is made', async () => {
    const { hooks, post, url } = await stage('none')
    const { url: next } = await hooks.rotate('trg_1', undefined, BY)
    expect([(await post('{}', {}, url)).status, (await post('{}', {}, next)).status]).toEqual([404, 202])
    await hooks.close('trg_1')
    expect(hooks.port).toBeNull()
    await expect(post('{}', {}, next)).rejects.toThrow()
  })
})
