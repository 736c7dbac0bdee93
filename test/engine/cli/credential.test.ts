import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectorRow, CredentialDetail, CredentialPlan, CredentialRow, Grant, ImportResult } from '#contract'
import { newPlace } from './troupe.ts'

const PASSPHRASE = 'a passphrase of the tests'

describe('[CLI110] troupe credential', () => {
  const place = newPlace()
  const credential = (args: readonly string[], ...lines: readonly string[]) =>
    place.troupe(['credential', ...args], { stdin: lines.map((line) => `${line}\n`).join('') })
  const server = createServer((request, response) => {
    response.writeHead(request.headers.authorization === 'Bearer example-value-1' ? 200 : 401).end('{}')
  })
  let address = ''

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const made = await place.troupe(['vault', 'init'], { stdin: `${PASSPHRASE}\n` })
    expect(made.code, made.err).toBe(0)
  })
  afterAll(() => void server.close())

  it('lists connectors, by a word', async () => {
    const rows = await place.value<readonly ConnectorRow[]>(['credential', 'connectors', 'gitl'])
    expect(rows.map(({ id }) => id)).toEqual(['gitlab'])
    expect((await credential(['connectors', 'nothing of the kind'])).code).toBe(1)
  })

  it('asks for secrets and refuses them as arguments', async () => {
    const refused = await credential(['add', 'ours', '--connector', 'bearer', '--set', 'token=example-value-1'])
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('--secret token')
    expect(refused.err).not.toContain('example-value')
    const added = await credential(
      ['add', 'ours', '--connector', 'bearer', '--set', `check_url=${address}/me`, '--private', '--expires', '2099-01-31'],
      'example-value-1',
    )
    expect(added.code, added.err).toBe(0)
    expect(added.out).toContain('troupe credential check ours')
    expect((await credential(['add', 'ours', '--connector', 'bearer'], 'x')).code).toBe(4)
    const near = await credential(['add', 'x', '--connector', 'git'])
    expect(near.code).toBe(2)
    expect(near.err).toContain('github')
    expect((await credential(['add', 'x', '--connector', 'bearer'])).err).toContain('nothing came')
  })

  it('shows all but the value; checks it', async () => {
    const shown = await credential(['show', 'ours'])
    expect(shown.out).toContain('(sealed)')
    expect(shown.out).not.toContain('example-value')
    expect(JSON.stringify(await place.value<CredentialDetail>(['credential', 'show', 'ours']))).not.toContain('example-value')
    const checked = await credential(['check', 'ours'])
    expect(checked, checked.err).toMatchObject({ code: 0 })
    expect(checked.out).toContain('✓ verified')
    await credential(['edit', 'ours', '--secret', 'token'], 'example-value-2')
    const failed = await credential(['check', 'ours'])
    expect(failed).toMatchObject({ code: 1 })
    expect(failed.out).toContain('✗ failed')
  })

  it('reveals after asking who it is, and makes codes and passwords', async () => {
    expect((await credential(['reveal', 'ours', 'token'], 'not the passphrase')).code).toBe(4)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await credential(['reveal', 'ours', 'token'], PASSPHRASE)).out).toBe('example-value-2\n')
    await credential(['add', 'codes', '--connector', 'totp'], 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    expect((await credential(['code', 'codes'], PASSPHRASE)).out).toMatch(/^\d{6}\n$/)
    expect((await credential(['generate', '--length', '40', '--no-signs'])).out).toMatch(/^[A-Za-z0-9]{40}\n$/)
  })

  it('grants and revokes', async () => {
    await place.troupe(['template', 'use', 'disk-guardian'])
    const grant = await place.value<Grant>(['credential', 'grant', 'ours', 'disk-guardian', '--field', 'token', '--environment'])
    expect(grant).toMatchObject({ credentialName: 'ours', fields: ['token'], how: 'environment' })
    expect((await credential(['revoke', 'ours', 'disk-guardian'])).code).toBe(0)
    expect((await credential(['revoke', 'ours'])).code).toBe(2)
    expect((await credential(['revoke', 'ours', '--yes'])).code).toBe(0)
    expect((await credential(['list'])).out).toContain('✗ revoked')
  })

  it('imports after a plan, exports sealed, and imports that again', async () => {
    const env = join(place.folder, 'some.env')
    writeFileSync(env, 'OPENAI_API_KEY=example-value-3\nEDITOR=vi\nbroken line\n')
    const plan = await place.value<CredentialPlan>(['credential', 'import', env, '--plan'])
    expect(plan.items.map(({ name, chosen }) => [name, chosen])).toEqual([
      ['openai', true],
      ['editor', false],
    ])
    expect(plan.skipped).toEqual([{ from: 'line 3', why: expect.stringContaining('no assignment') }])
    expect((await credential(['import', env])).code).toBe(2)
    const result = await place.value<ImportResult>(['credential', 'import', env, '--yes'])
    expect(result.added.map(({ name }) => name)).toEqual(['openai'])
    const file = join(place.folder, 'out.sealed')
    const exported = await credential(['export', 'openai', '-o', file], PASSPHRASE, 'the file’s own passphrase')
    expect(exported.code, exported.err).toBe(0)
    expect(readFileSync(file, 'utf8')).not.toContain('example-value')
    const again = await credential(['import', file, '--yes'], 'the file’s own passphrase')
    expect(again.out).toContain('openai-2')
    expect((await credential(['import', file, '--yes'], 'another')).code).toBe(4)
  })

  it('keeps files, and gives them back', async () => {
    const path = join(place.folder, 'key.txt')
    writeFileSync(path, 'example-value-4')
    expect((await credential(['attach', 'o', path])).code).toBe(2)
    expect((await credential(['attach', 'openai-2', path])).code).toBe(0)
    const back = join(place.folder, 'back.txt')
    expect((await credential(['fetch', 'openai-2', 'key.txt', '-o', back], PASSPHRASE)).code).toBe(0)
    expect(readFileSync(back, 'utf8')).toBe('example-value-4')
    expect((await credential(['detach', 'openai-2', 'key.txt'])).code).toBe(0)
  })

  it('removes, after telling what that touches', async () => {
    const asked = await credential(['rm', 'openai-2'])
    expect(asked).toMatchObject({ code: 2 })
    expect(asked.err).toContain('no persona borrows it')
    expect((await credential(['rm', 'openai-2', '--yes'])).code).toBe(0)
    expect((await place.value<readonly CredentialRow[]>(['credential', 'list'])).map(({ name }) => name)).toEqual([
      'codes',
      'openai',
      'ours',
    ])
  })
})
