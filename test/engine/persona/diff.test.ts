import { expect, test } from 'vitest'
import type { PersonaDocInput } from '#contract'
import { diffDocuments } from '../../../extensions/engine/persona/mod.ts'
import { docOf, section } from './room.ts'

const diff = (before: Partial<PersonaDocInput>, after: Partial<PersonaDocInput>) =>
  diffDocuments(docOf(before), docOf(after)).map(({ path, label, kind, before: old, after: now }) => [path, label, kind, old, now])

test('[PD1] equal documents have no difference', () => {
  expect(diff({}, {})).toEqual([])
})

test('[PD2] a moved section is told from a changed one; the fewest moves explain the order', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => section(id, id)) as [ReturnType<typeof section>, never, never, never]
  expect(diff({ sections: [a, b, c, d] }, { sections: [d, a, b, c] })).toEqual([['/sections/d', 'Instructions', 'moved', 4, 1]])
  expect(diff({ sections: [a, b, c] }, { sections: [a, { ...section('b', 'B'), title: 'Bee' }, c] })).toEqual([
    ['/sections/b/title', 'Bee: heading', 'changed', '', 'Bee'],
    ['/sections/b/text', 'Bee', 'changed', 'b', 'B'],
  ])
})

test('[PD3] sections and parameters that come and go are whole', () => {
  const changes = diffDocuments(docOf({ sections: [section('a', '1', { kind: 'own' })] }), docOf({ parameters: [{ name: 'p' }] }))
  expect(changes).toMatchObject([
    { path: '/sections/a', label: 'Own section', kind: 'removed', before: { text: '1' }, after: null },
    { path: '/parameters/p', label: 'Parameter “p”', kind: 'added', before: null, after: { name: 'p' } },
  ])
})

test('[PD4] every field has its words', () => {
  expect(diff({}, { limits: { timeoutMs: 5000 }, tags: ['x'], inputHint: 'i' })).toEqual([
    ['/tags', 'Tags', 'changed', [], ['x']],
    ['/inputHint', 'Input hint', 'changed', '', 'i'],
    ['/limits/timeoutMs', 'Time limit', 'changed', 600000, 5000],
  ])
  const tools = { http: { enabled: true }, commands: ['git'] }
  expect(diff({}, { body: { kind: 'model', temperature: 1, tools } }).map(([path, label]) => [path, label])).toEqual([
    ['/body/temperature', 'Temperature'],
    ['/body/tools/commands', 'Tools: programs'],
    ['/body/tools/http/enabled', 'Tools: HTTP requests'],
  ])
  expect(
    diff({ body: { kind: 'command', env: { A: '1', B: '2' } } }, { body: { kind: 'command', program: 'ls', env: { B: '3', C: '4' } } }),
  ).toEqual([
    ['/body/program', 'Program', 'changed', '', 'ls'],
    ['/body/env/A', 'Environment: A', 'removed', '1', null],
    ['/body/env/B', 'Environment: B', 'changed', '2', '3'],
    ['/body/env/C', 'Environment: C', 'added', null, '4'],
  ])
  expect(diff({}, { body: { kind: 'command' } })).toMatchObject([['/body', 'Body', 'changed', { kind: 'model' }, { kind: 'command' }]])
})

test('[PD5] ids are escaped in the path as RFC 6901 says', () => {
  expect(diff({ sections: [section('a/b~c', '1')] }, { sections: [section('a/b~c', '2')] })).toEqual([
    ['/sections/a~1b~0c/text', 'Instructions', 'changed', '1', '2'],
  ])
})
