import { describe, expect, test } from 'vitest'
import { connectorRow } from '#contract'
import { CONNECTOR_CATEGORIES } from '#contract/plain'
import { CONNECTORS } from '../../../extensions/engine/vault/connector/catalogue.ts'
import { fieldsIn, fillAddress, fillAll, fillProvided, withDefaults } from '../../../extensions/engine/vault/connector/fill.ts'
import { hostFits, hostsOf, isWithin } from '../../../extensions/engine/vault/connector/hosts.ts'

const of = (id: string) => CONNECTORS.find((row) => row.id === id)!
const values = (object: Record<string, string>) => new Map(Object.entries(object))

test('[CR1] at least sixty connectors, ids and names once each, every category and every generic kind', () => {
  expect(CONNECTORS.length).toBeGreaterThanOrEqual(60)
  expect(new Set(CONNECTORS.map(({ id }) => id)).size).toBe(CONNECTORS.length)
  expect(new Set(CONNECTORS.map(({ name }) => name)).size).toBe(CONNECTORS.length)
  expect(new Set(CONNECTORS.map(({ category }) => category))).toEqual(new Set(CONNECTOR_CATEGORIES))
  const generic = ['api-key', 'bearer', 'basic', 'header', 'oauth2', 'database-url', 'ssh-key', 'totp']
  expect(CONNECTORS.map(({ id }) => id)).toEqual(expect.arrayContaining(generic))
})

test('[CR1] those that the issue names are there', () => {
  const named = `openai anthropic google-gemini github gitlab slack discord telegram notion linear jira gmail google-drive google-calendar
    microsoft-365 outlook postgres mysql s3 smtp imap stripe airtable hubspot`
  expect(CONNECTORS.map(({ id }) => id)).toEqual(expect.arrayContaining(named.split(/\s+/)))
})

describe.each(CONNECTORS.map((row) => [row.id, row] as const))('[CR1] %s', (_id, row) => {
  test('is complete', () => {
    expect(connectorRow.parse(row)).toEqual(row)
    expect(row.id).toMatch(/^[a-z0-9][a-z0-9-]*$/)
    for (const text of [row.name, row.summary]) expect(text.trim()).not.toBe('')
    expect(row.docsUrl).toMatch(/^https:\/\/[^\s]+$/)
    expect(row.check !== null || row.uncheckable.endsWith('.')).toBe(true)
    expect(row.fields.some(({ secret }) => secret)).toBe(true)
    expect(row.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['totp', 'notes']))
    expect(new Set(row.fields.map(({ name }) => name)).size).toBe(row.fields.length)
  })

  test('its fields make sense', () => {
    for (const field of row.fields) {
      expect(field.label).not.toBe('')
      if (field.pattern !== null) {
        expect(() => new RegExp(field.pattern as string, 'u')).not.toThrow()
        expect(field.patternWords).not.toBe('')
      }
      if (field.kind === 'choice') expect(field.choices).toContain(field.default)
      if (field.default !== '') {
        expect(field.required).toBe(false)
        expect(field.secret).toBe(false)
      }
    }
  })

  test('names no field that it does not have', () => {
    const known = row.fields.map(({ name }) => name)
    const provided = [...row.env, ...row.headers, ...(row.check?.headers ?? [])]
    const named = [
      ...provided.flatMap(({ name, value }) => [...fieldsIn(name), ...fieldsIn(value)]),
      ...row.hosts.flatMap(fieldsIn),
      ...fieldsIn(row.check?.url ?? ''),
      ...fieldsIn(row.check?.body ?? ''),
      ...(row.oauth
        ? [row.oauth.authorizeUrl, row.oauth.tokenUrl, row.oauth.revokeUrl ?? '', row.oauth.issuer ?? ''].flatMap(fieldsIn)
        : []),
    ]
    expect(known).toEqual(expect.arrayContaining([...new Set(named)]))
  })

  test('a host is made from no secret, and its check goes to one of its own hosts', () => {
    for (const name of row.hosts.flatMap(fieldsIn)) expect(row.fields.find((field) => field.name === name)?.secret).toBe(false)
    if (row.check === null || row.category === 'generic') return
    const filled = withDefaults(
      row,
      values(
        Object.fromEntries(row.fields.map(({ name, kind, default: standard, choices }) => [name, standard || choices[0] || example(kind)])),
      ),
    )
    const address = fillAddress(row.check.url, row, filled)
    if (row.id === 'discord-webhook') return
    expect(hostFits(new URL(address!), hostsOf(row, filled, []))).toBe(true)
  })

  test('an OAuth connector says where consent and tokens come from', () => {
    if (row.oauth === null) return
    expect(row.fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['client_id', 'client_secret', 'redirect_port', 'access_token', 'refresh_token']),
    )
    for (const address of [row.oauth.authorizeUrl, row.oauth.tokenUrl]) expect(address).toMatch(/^(https:\/\/|\{\{)/)
    expect(row.headers.some(({ value }) => value === '{{access_token}}')).toBe(true)
  })
})

const example = (kind: string) =>
  kind === 'url' ? 'https://server.example.org' : kind === 'host' ? 'server.example.org' : kind === 'port' ? '1' : 'example-value-1'

describe('[CR2] filling in', () => {
  test('a variable or header with a field that has no value is not made', () => {
    expect(fillAll(of('openai').env, of('openai'), values({ key: 'example-value-1' }))).toEqual({ OPENAI_API_KEY: 'example-value-1' })
    expect(fillAll(of('basic').headers, of('basic'), values({ user: 'ada' }))).toEqual({})
  })

  test('base64 of user and password together; percent-encoding of each part of a database address', () => {
    const header = fillProvided(of('basic').headers[0]!, of('basic'), values({ user: 'Aladdin', password: 'open sesame' }))
    // The example of RFC 7617 section 2.
    expect(header).toEqual({ name: 'authorization', value: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' })
    const parts = { host: 'db.example.org', port: '5432', database: 'a b', user: 'ada@home', password: 'p/w:d' }
    expect(fillAll(of('postgres').env, of('postgres'), values(parts)).DATABASE_URL).toBe(
      'postgresql://ada%40home:p%2Fw%3Ad@db.example.org:5432/a%20b',
    )
  })

  test('[CR3] a value cannot lead an address elsewhere', () => {
    const evil = values({ token: '1:x/../../../evil?x=#' })
    expect(fillAddress('https://api.telegram.org/bot{{token}}/getMe', of('telegram'), evil)).toBe(
      'https://api.telegram.org/bot1%3Ax%2F..%2F..%2F..%2Fevil%3Fx%3D%23/getMe',
    )
  })
})

describe('[CR4] hosts', () => {
  test.each([
    ['https://api.github.com/user', ['api.github.com'], true],
    ['https://API.github.com./user', ['api.github.com'], true],
    ['http://api.github.com/user', ['api.github.com'], false],
    ['https://api.github.com:8443/', ['api.github.com'], false],
    ['https://api.github.com:8443/', ['api.github.com:8443'], true],
    ['http://127.0.0.1:8080/', ['127.0.0.1:8080'], true],
    ['http://127.0.0.1:8081/', ['127.0.0.1:8080'], false],
    ['http://[::1]:8080/', ['[::1]:8080'], true],
    ['https://[::1]/', ['[::1]'], true],
    ['https://a.example.org/', ['*.example.org'], true],
    ['https://example.org/', ['*.example.org'], false],
    ['https://evilexample.org/', ['*.example.org'], false],
    ['https://example.org.evil.net/', ['example.org'], false],
    ['ftp://example.org/', ['example.org'], false],
    ['https://example.org/', [], false],
  ])('%s in %o: %s', (address, hosts, fits) => {
    expect(hostFits(new URL(address), hosts)).toBe(fits)
  })

  test.each([
    ['api.example.org', ['*.example.org'], true],
    ['*.a.example.org', ['*.example.org'], true],
    ['*.example.org', ['*.example.org'], true],
    ['*.org', ['*.example.org'], false],
    ['example.org', ['*.example.org'], false],
    ['api.example.org:8443', ['*.example.org'], false],
    ['api.example.org:8443', ['*.example.org:8443'], true],
    ['api.example.org', ['api.example.org'], true],
    ['*.api.example.org', ['api.example.org'], false],
  ])('%s is within %o: %s', (inner, outer, within) => {
    expect(isWithin(inner, outer)).toBe(within)
  })

  test('those of the connector are filled in from an address, and the person may add some', () => {
    expect(hostsOf(of('gitlab'), values({}), [])).toEqual(['gitlab.com'])
    expect(hostsOf(of('gitlab'), values({ url: 'http://git.example.org' }), ['Other.example.org'])).toEqual([
      'git.example.org:80',
      'other.example.org',
    ])
    expect(hostsOf(of('gitea'), values({}), [])).toEqual([])
    expect(hostsOf(of('zendesk'), values({ subdomain: 'acme' }), [])).toEqual(['acme.zendesk.com'])
  })
})
