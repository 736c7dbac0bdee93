/** What the vault screen decides by itself: the form's checks, the list's order, its words. */
import { describe, expect, test } from 'vitest'
import type { ConnectorField, ConnectorRow, CredentialRow } from '#contract'
import { arranged } from '../../../src/screens/vault/credentials/arrange.ts'
import { dayEnd, freshForm, hostsOf, isoDay, problemsOf, valuesOf } from '../../../src/screens/vault/credentials/form.ts'
import { kitText } from '../../../src/screens/vault/kit.ts'
import { foundWhen, passphraseProblem } from '../../../src/screens/vault/passphrase.ts'

const field = (name: string, more: Partial<ConnectorField> = {}): ConnectorField => ({
  name,
  label: name,
  kind: 'secret',
  secret: true,
  required: true,
  help: '',
  pattern: null,
  patternWords: '',
  default: '',
  choices: [],
  ...more,
})

const connector: ConnectorRow = {
  id: 'forge',
  name: 'Forge',
  icon: 'git',
  category: 'development',
  summary: '',
  docsUrl: '',
  fields: [
    field('token', { pattern: 'f_[a-z]+', patternWords: 'Begins with f_.' }),
    field('server', { kind: 'url', secret: false, required: true, default: 'https://forge.example' }),
    field('access', { kind: 'connected', required: false }),
  ],
  env: [],
  headers: [],
  hosts: ['forge.example'],
  check: null,
  uncheckable: 'nobody knows',
  oauth: null,
  rotateDays: 90,
}

describe('the form of a credential', () => {
  test('a name that is free is put in, with the connector’s own defaults', () => {
    expect(freshForm(connector, []).name).toBe('forge')
    const form = freshForm(connector, ['forge', 'forge-2'])
    expect(form).toMatchObject({ name: 'forge-3', values: { token: '', server: 'https://forge.example' }, rotateEveryDays: 90 })
  })

  test('what is missing, does not fit, or is taken is said at its field', () => {
    const form = { ...freshForm(connector, []), name: 'Forge', extraHosts: 'ok.example\nhttp://no' }
    expect(problemsOf(form, connector, [])).toEqual({
      '#name': expect.stringContaining('a-z'),
      '#hosts': expect.stringContaining('http://no'),
      token: 'This is needed.',
    })
    expect(problemsOf({ ...form, name: 'taken', extraHosts: '' }, connector, ['taken'])['#name']).toMatch(/already/)
    expect(problemsOf({ ...form, values: { token: 'other' } }, connector, []).token).toBe('Begins with f_.')
    // The whole value must match, not a part of it.
    expect(problemsOf({ ...form, values: { token: 'f_a b' } }, connector, []).token).toBe('Begins with f_.')
  })

  test('a secret that is kept may stay empty, and is then not sent', () => {
    const form = { ...freshForm(connector, []), extraHosts: '' }
    expect(problemsOf(form, connector, [], ['token'])).toEqual({})
    expect(valuesOf(form, connector)).toEqual({ server: 'https://forge.example' })
    expect(valuesOf({ ...form, values: { token: 'f_a', access: 'never' } }, connector)).toEqual({ token: 'f_a', server: '' })
  })

  test('hosts and days', () => {
    expect(hostsOf(' a.example, b.example\n\nc.example ')).toEqual(['a.example', 'b.example', 'c.example'])
    expect(isoDay(dayEnd('2026-02-28'))).toBe('2026-02-28')
    expect([dayEnd(''), isoDay(null)]).toEqual([null, ''])
  })
})

describe('the list', () => {
  const row = (name: string, category: CredentialRow['category'], label = ''): CredentialRow =>
    ({ id: name, name, label, category, connectorName: 'Forge' }) as CredentialRow
  const rows = [row('b', 'mail'), row('z', 'generic'), row('a', 'mail', 'Work')]

  test('goes by category and name, each with its heading', () => {
    expect(arranged(rows, '').map((item) => item.row?.name ?? `# ${item.category}`)).toEqual(['# generic', 'z', '# mail', 'a', 'b'])
  })

  test('a search leaves out what does not fit, with its heading', () => {
    expect(arranged(rows, 'WORK mail').map((item) => item.row?.name ?? `# ${item.category}`)).toEqual(['# mail', 'a'])
    expect(arranged(rows, 'nothing')).toEqual([])
  })
})

test('a new passphrase has eight signs, twice the same', () => {
  expect(passphraseProblem('seven77', 'seven77')).toMatch(/8 signs/)
  expect(passphraseProblem('eight888', 'eight889')).toMatch(/not the same/)
  expect(passphraseProblem('eight888', 'eight888')).toBeUndefined()
})

test('how long it holds is said in the next larger word', () => {
  expect([0.5, 59, 86_400 * 40, 86_400 * 365 * 99, 1e30].map(foundWhen)).toEqual([
    'would find it in less than a second',
    'would probably find it within a minute',
    'would probably find it within a year',
    'would probably find it within a hundred years',
    'would need more than a hundred years',
  ])
})

test('the printed kit says what somebody needs who has only this', () => {
  const text = kitText({ slotId: 's', code: 'AAAA-BBBB', vaultId: 'vault_1', createdAt: Date.UTC(2026, 0, 2) })
  for (const word of ['AAAA-BBBB', 'vault_1', '2026-01-02', 'troupe vault unlock --recovery']) expect(text).toContain(word)
})
