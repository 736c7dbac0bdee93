import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientRow, ProbeResult, ProviderRow, Settings } from '#contract'
import { type ModelServer, startModelServer } from '../../fixtures/model-server/mod.ts'
import { newPlace } from './troupe.ts'

const place = newPlace()
let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server.stop())

describe('providers, settings and tokens from the command line', () => {
  it('[CLI70] a provider is added when it answers, probed, listed and removed', async () => {
    const none = await place.troupe(['provider', 'list'])
    expect([none.code, none.out]).toEqual([0, expect.stringContaining('No provider is set up.')])
    const added = await place.troupe(['provider', 'add', 'local', '--kind', 'openai-compatible', '--url', `${server.url}/v1`])
    expect(added.err).toBe('')
    expect(added.out).toMatch(/^Added local\.\n✓ Reachable /)
    expect((await place.troupe(['provider', 'list'])).out).toMatch(/local +openai-compatible +✓ reachable .*not needed/)
    expect((await place.value<ProviderRow[]>(['provider', 'list']))[0]?.doc.id).toBe('local')
    expect((await place.value<ProbeResult>(['provider', 'probe', 'local'])).reachable.outcome).toBe('yes')
  })

  it('[CLI71] a model persona runs on it: text to stdout, tools and cost to stderr', async () => {
    await place.troupe(['template', 'use', 'code-reviewer', '--name', 'Reviewer'])
    const { code, out, err } = await place.troupe(['run', 'reviewer', '--input', 'good morning'])
    expect(err).toMatch(/✓ succeeded in .* · local\/\S+ · [\d,]+ tokens in, [\d,]+ out · .*run_/)
    expect([code, out]).toEqual([0, 'You said: good morning\n'])
    const json = await place.troupe(['run', 'reviewer', '--input', 'good morning', '--json'])
    expect(json.out).toContain('"kind":"text"')
    // What the model says before a tool and after it are two lines, also where nothing else is printed between them.
    await place.troupe(['template', 'use', 'table-analyst', '--name', 'Analyst'])
    const turns = await place.troupe(['run', 'analyst', '--quiet', '--input', 'list files'])
    expect([turns.code, turns.err, turns.out]).toEqual([0, '', expect.stringMatching(/^I will use file_list\.\nThe tool said: .*\n$/)])
  })

  it('[CLI72] one that does not answer is not added: 1, with why', async () => {
    const { code, out, err } = await place.troupe([
      'provider',
      'add',
      'gone',
      '--kind',
      'openai-compatible',
      '--url',
      'http://127.0.0.1:9/v1',
    ])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^✗ /)
    const probe = await place.troupe(['provider', 'probe', 'gone', '--kind', 'openai-compatible', '--url', 'http://127.0.0.1:9/v1'])
    expect([probe.code, probe.out]).toEqual([1, expect.stringContaining('✗ Reachable')])
  })

  it('[CLI73] wrong use is told before anybody is asked', async () => {
    expect((await place.troupe(['provider', 'add', 'x', '--kind', 'nonsense'])).code).toBe(2)
    expect((await place.troupe(['provider', 'add', 'x', '--kind', 'openai-compatible'])).err).toContain('--url')
    expect((await place.troupe(['provider', 'remove', 'never-there'])).code).toBe(2)
    expect((await place.troupe(['provider', 'remove', 'local'])).code).toBe(0)
    expect(await place.value<ProviderRow[]>(['provider', 'list'])).toEqual([])
  })

  it('[CLI74] settings are read and changed one at a time', async () => {
    expect((await place.value<Settings>(['settings', 'get'])).theme).toBe('system')
    expect((await place.troupe(['settings', 'set', 'theme', 'dark'])).out).toBe('theme is dark now.\n')
    expect((await place.troupe(['settings', 'get', 'theme'])).out).toBe('dark\n')
    expect((await place.troupe(['settings', 'set', 'maxRuns', '3'])).code).toBe(0)
    expect(await place.value<number>(['settings', 'get', 'maxRuns'])).toBe(3)
    expect((await place.troupe(['settings', 'set', 'theme', 'plaid'])).code).toBe(2)
    expect((await place.troupe(['settings', 'get', 'wings'])).err).toContain('There is no setting "wings".')
  })

  it('[CLI75] a token for another program is shown once, listed without itself, and revoked', async () => {
    const granted = await place.troupe(['client', 'grant', 'my script', '--scope', 'run.start', '--days', '7'])
    const token = granted.out.trim()
    expect([granted.code, token.length > 20, granted.err.includes('shown this once')]).toEqual([0, true, true])
    const listed = await place.troupe(['client', 'list'])
    expect(listed.out).toContain('my script')
    expect(listed.out).not.toContain(token)
    const [row] = (await place.value<ClientRow[]>(['client', 'list'])).filter(({ name }) => name === 'my script')
    expect(row?.scopes).toEqual(['run.start'])
    expect((await place.troupe(['client', 'revoke', row?.id ?? ''])).code).toBe(0)
    expect((await place.troupe(['client', 'list'])).out).not.toContain('my script')
  })
})
