// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { providerDoc } from '#contract'
import { PROVIDER_KINDS } from '#contract/plain'
import { docOf, formOf, freshForm, KINDS, keyFieldOf, problemsOf } from '../../src/screens/settings/provider-kinds.ts'

describe.each([...PROVIDER_KINDS])('%s', (kind) => {
  test('[WIN40] a fresh form, with an address where one is needed, is a document that the contract takes', () => {
    const form = { ...freshForm(kind, []), ...(KINDS[kind].address === 'needed' && { baseUrl: 'http://127.0.0.1:8080/v1' }) }
    expect(problemsOf(form, [])).toEqual({})
    const doc = docOf(form)
    expect(providerDoc.parse(doc)).toEqual(doc)
    expect(docOf(formOf(doc))).toEqual(doc)
  })
})

test('[WIN41] a taken id is not offered again', () => {
  expect(freshForm('ollama', ['ollama', 'ollama-2']).id).toBe('ollama-3')
})

test.each([
  [{ id: 'Über' }, 'id'],
  [{ id: 'taken' }, 'id'],
  [{ label: ' ' }, 'label'],
  [{ baseUrl: '' }, 'baseUrl'],
  [{ baseUrl: 'localhost:8080' }, 'baseUrl'],
  [{ keyEnv: 'lower case' }, 'keyEnv'],
] as const)('[WIN42] %o is told at its field', (patch, field) => {
  const form = { ...freshForm('openai-compatible', []), baseUrl: 'http://127.0.0.1:1/v1', ...patch }
  expect(Object.keys(problemsOf(form, ['taken']))).toEqual([field])
})

test('[WIN40] a key from the vault is kept by the form, and its field is the connector’s first secret one', () => {
  const credential = { id: 'cred_1', field: 'key' }
  const doc = docOf({ ...freshForm('openai', []), keyEnv: '', credential })
  expect(doc).toMatchObject({ credential, keyEnv: null })
  expect(docOf(formOf(doc))).toEqual(doc)
  const field = (name: string, over: object) => ({ name, kind: 'secret', secret: true, required: true, ...over })
  const connector = { fields: [field('site', { secret: false }), field('notes', { required: false }), field('key', {})] }
  expect(keyFieldOf(connector as never)).toBe('key')
  expect(keyFieldOf(undefined)).toBe(undefined)
})
