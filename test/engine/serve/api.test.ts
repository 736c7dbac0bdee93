import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { contract, LIMITS } from '#contract'
import { ERRORS } from '#contract/plain'
import { type Doors, link, openDoors } from './doors.ts'

interface Answer {
  readonly status: number
  readonly body: string
}

function call(
  doors: Doors,
  method: string,
  path: string,
  options: { token?: string | null; body?: string; headers?: Record<string, string> } = {},
) {
  const token = options.token === undefined ? doors.serve.clients.cliToken : options.token
  return new Promise<Answer | 'nothing'>((resolve) => {
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(options.body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(options.body)) }),
      ...options.headers,
    }
    const asked = request({ socketPath: doors.places.socketPath, method, path, headers, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += String(chunk)
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    asked.on('error', () => resolve('nothing'))
    asked.end(options.body)
  })
}

const parsed = (answer: Answer | 'nothing') => (answer === 'nothing' ? answer : (JSON.parse(answer.body) as Record<string, unknown>))

describe('[SV15] OpenAPI on the socket', () => {
  it('both doors answer the same', async () => {
    const doors = await openDoors()
    const { client } = await link(doors, doors.serve.clients.cliToken, 'socket')
    expect(parsed(await call(doors, 'GET', '/api/settings'))).toEqual(await client.settings.get({}))
    expect(parsed(await call(doors, 'POST', '/api/settings', { body: '{"theme":"dark"}' }))).toMatchObject({ theme: 'dark' })
    expect(await client.settings.get({})).toMatchObject({ theme: 'dark' })
    const wrong = { code: 'INVALID', status: 400, data: { family: 'user', facts: { field: 'maxRuns' } } }
    expect(parsed(await call(doors, 'POST', '/api/settings', { body: '{"maxRuns":0}' }))).toMatchObject(wrong)
    await expect(client.settings.set({ maxRuns: 0 })).rejects.toMatchObject(wrong)
    const missing = { code: 'NOT_FOUND', status: 404, message: 'There is no such run.', data: { hint: 'Look in the list.' } }
    expect(parsed(await call(doors, 'GET', '/api/runs/x'))).toMatchObject(missing)
    await expect(client.run.get({ id: 'x' })).rejects.toMatchObject(missing)
  })
  it('numbers and flags of a query are what they say: the word false is false', async () => {
    const { contract: methods } = await import('#contract')
    const schema = methods.persona.list['~orpc'].inputSchema
    for (const [given, archived] of [
      ['false', false],
      ['true', true],
      [false, false],
      [true, true],
      [undefined, false],
    ] as const)
      expect(await schema?.['~standard'].validate({ archived: given })).toMatchObject({ value: { archived } })
  })
  it('describes every method of the contract, and nothing else', async () => {
    const doors = await openDoors()
    const document = parsed(await call(doors, 'GET', '/openapi.json')) as unknown as {
      openapi: string
      info: { title: string }
      paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>
    }
    expect(document.openapi).toMatch(/^3\.1\./)
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    const methods = Object.entries(contract).flatMap(([slice, procedures]) => Object.keys(procedures).map((name) => `${slice}.${name}`))
    expect(described.sort()).toEqual(methods.sort())
    for (const [path, operations] of Object.entries(document.paths))
      for (const operation of Object.values(operations)) expect(Object.keys(operation.responses), path).toEqual(['200', 'default'])
    const { components } = document as unknown as { components: { schemas: { Error: { properties: { code: { enum: string[] } } } } } }
    expect(components.schemas.Error.properties.code.enum).toEqual(Object.keys(ERRORS))
    expect(JSON.stringify(document)).not.toContain(doors.serve.clients.cliToken)
  })
  it('[SV1] no token, a wrong one, a browser: nothing', async () => {
    const doors = await openDoors()
    for (const path of ['/openapi.json', '/api/settings', '/']) {
      expect(await call(doors, 'GET', path, { token: null })).toBe('nothing')
      expect(await call(doors, 'GET', path, { token: 'A'.repeat(43) })).toBe('nothing')
      expect(await call(doors, 'GET', path, { headers: { origin: 'http://evil.example' } })).toBe('nothing')
    }
  })
  it('bodies are bounded before they are read', async () => {
    const doors = await openDoors()
    const answer = await call(doors, 'POST', '/api/settings', { body: '{', headers: { 'content-length': String(LIMITS.frameBytes + 1) } })
    expect(parsed(answer)).toMatchObject({ code: 'TOO_LARGE', status: 413 })
    expect(parsed(await call(doors, 'POST', '/api/settings', { headers: { 'transfer-encoding': 'chunked' } }))).toMatchObject({
      code: 'INVALID',
    })
    expect(parsed(await call(doors, 'POST', '/api/settings', { body: '{"theme":' }))).toMatchObject({ code: 'INVALID', status: 400 })
  })
  it('what is not there is NOT_FOUND, with a way on', async () => {
    const doors = await openDoors()
    expect(parsed(await call(doors, 'GET', '/'))).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('/openapi.json') })
    expect(parsed(await call(doors, 'GET', '/api/nothing'))).toMatchObject({
      code: 'NOT_FOUND',
      data: { family: 'user', retry: 'never', hint: expect.stringContaining('/openapi.json'), facts: {} },
    })
  })
  it('[SV8] scopes hold here too', async () => {
    const doors = await openDoors()
    const { token } = await doors.serve.clients.grant(
      { name: 'reader', scopes: ['settings.get'], ttlMs: null },
      { clientId: 'cli', clientName: 'troupe', scopes: ['*'] },
    )
    expect(await call(doors, 'GET', '/api/settings', { token })).toMatchObject({ status: 200 })
    expect(parsed(await call(doors, 'POST', '/api/settings', { token, body: '{"theme":"dark"}' }))).toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
    })
  })
  it('changes come as server-sent events', async () => {
    const doors = await openDoors()
    const first = await new Promise<string>((resolve) => {
      const headers = { authorization: `Bearer ${doors.serve.clients.cliToken}` }
      const asked = request({ socketPath: doors.places.socketPath, path: '/api/changes', headers, agent: false }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += String(chunk)
          if (text.includes('persona')) {
            resolve(text)
            asked.destroy()
          } else doors.serve.announce('persona', 'p', 'saved')
        })
      })
      asked.on('error', () => undefined)
      asked.end()
    })
    expect(first).toContain('event: message')
    expect(first).toContain(doors.serve.changes.epoch)
  })
})
