import { afterEach, beforeEach, expect, test } from 'vitest'
import { LIMITS } from '#contract/plain'
import { docOf, openTestRoom, section, type TestRoom } from './room.ts'

let room: TestRoom
beforeEach(async () => {
  room = await openTestRoom()
})
afterEach(() => room.stop())

const HEAD = 'troupe: persona\nversion: 1\n'
const file = (rest: string) => `${HEAD}personas:\n${rest}`
const one = (more = '') => file(`  - name: Ada\n    body: { kind: model }\n${more}`)
const plan = (text: string) => room.personas.planImport(text)
const refusal = async (text: string) => {
  const thrown = await plan(text).then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  )
  return thrown === undefined ? 'was read' : `${thrown.code} ${thrown.message}`
}

test('[PX1] a file is readable: its head names format and version, prompts are block strings, and it is the same each time', async () => {
  const doc = docOf({
    name: 'Ada',
    sections: [section('a', 'First line.\n\nThird: "line" # no comment\n', { kind: 'identity' })],
    body: { kind: 'command', program: 'env', env: { B: '2', A: '1' } },
  })
  const { id } = await room.personas.create(doc)
  const { fileName, text } = await room.personas.export([id])
  expect(fileName).toBe('ada.troupe.yaml')
  expect(text).toMatch(/^# A Troupe persona file.*\n\ntroupe: persona\nversion: 1\npersonas:\n {2}- name: Ada\n/)
  expect(text).toContain('text: |\n          First line.\n\n          Third: "line" # no comment\n')
  expect(text.indexOf('A: "1"')).toBeLessThan(text.indexOf('B: "2"'))
  expect((await room.personas.export([id])).text).toBe(text)
})

test('[PX2] file names are plain on every system', async () => {
  const names = ['Ünïcode / Persona!', 'CON', '🎭', '..\\..\\x']
  const ids: string[] = []
  for (const name of names) ids.push((await room.personas.create(docOf({ name }))).id)
  const files = await Promise.all(ids.map((id) => room.personas.export([id])))
  expect(files.map(({ fileName }) => fileName)).toEqual([
    'u-ni-code-persona.troupe.yaml',
    'persona-con.troupe.yaml',
    'persona.troupe.yaml',
    'x.troupe.yaml',
  ])
  expect((await room.personas.export(ids)).fileName).toBe('4-personas.troupe.yaml')
})

test('[PX3] what is imported is what the plan showed, beside what is there, and it sleeps', async () => {
  const { id } = await room.personas.create(docOf({ name: 'Ada', summary: 'mine' }))
  const { text } = await room.personas.export([id])
  const { items, digest } = await plan(text)
  expect(items).toMatchObject([{ name: 'Ada', importedName: 'Ada 2', summary: 'mine', bodyKind: 'model' }])
  expect(await room.personas.list()).toHaveLength(1)
  const created = await room.personas.import(text, digest)
  expect(created).toMatchObject([{ revision: 1, active: false, doc: { name: 'Ada 2', summary: 'mine' } }])
  expect((await room.personas.get(id)).doc.name).toBe('Ada')
  expect(room.announced.at(-1)).toBe(`${created[0]?.id} imported`)
})

test('[PX4] an import that would create anything else is CONFLICT and creates nothing', async () => {
  const text = one()
  const { digest } = await plan(text)
  await expect(room.personas.import(one('    summary: other\n'), digest)).rejects.toMatchObject({ code: 'CONFLICT' })
  await room.personas.create(docOf({ name: 'ADA' }))
  await expect(room.personas.import(text, digest)).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await room.personas.list()).toHaveLength(1)
})

test('[PX5] two of one name in one file get two names', async () => {
  const text = file('  - { name: Ada, body: { kind: model } }\n  - { name: ada, body: { kind: model } }\n')
  expect((await plan(text)).items.map(({ importedName }) => importedName)).toEqual(['Ada', 'ada 2'])
})

test('[PX6] JSON is read as well, tabs and all', async () => {
  const text = JSON.stringify({ troupe: 'persona', version: 1, personas: [{ name: 'Ada 😀', body: { kind: 'model' } }] }, null, '\t')
  expect((await plan(`\uFEFF${text}`)).items).toMatchObject([{ name: 'Ada 😀', warnings: [] }])
})

test('[PX7] unknown fields are left out and named, wherever they are', async () => {
  const text = `${one('    colr: red\n    limits: { turns: 3, tuns: 4 }\n    sections: [{ id: a, kind: own, txt: x }]\n')}license: x\n`
  const { items, digest } = await plan(text)
  expect(items[0]?.warnings.map((warning) => /"(.+?)"/.exec(warning)?.[1]).sort()).toEqual([
    'colr',
    'license',
    'limits.tuns',
    'sections.0.txt',
  ])
  expect(await room.personas.import(text, digest)).toMatchObject([{ doc: { limits: { turns: 3 } } }])
})

test('[PX8] the plan says in words what a persona may do, and what is missing for it', async () => {
  room.providers.push('here')
  const model = `  - name: M
    sections: [{ id: a, kind: own, text: '{{nope}}' }]
    body:
      kind: model
      models: [{ provider: here, model: a }, { provider: gone, model: b }]
      tools: { files: write, http: { enabled: true, allowPrivate: true, hosts: [example.org] }, commands: [git] }
`
  const command = "  - name: C\n    body: { kind: command, program: rm, args: [-r, 'a b'], cwd: ~/x, env: { A: '1' } }\n"
  const { items } = await plan(file(model + command))
  expect(items[0]?.powers).toEqual([
    'Sends its prompt and your input to here/a, then gone/b',
    'Reads and writes the files in its own workspace folder.',
    'Calls these hosts: example.org',
    'Calls addresses in your own network and on this machine.',
    'Starts these programs with your rights, when the model asks for it: git',
  ])
  expect(items[0]?.warnings).toEqual([
    expect.stringMatching(/provider "gone" is not set up/),
    expect.stringMatching(/^Own section: \{\{nope\}\} is not known/),
  ])
  expect(items[1]?.powers).toEqual([
    'Starts a program with your rights: rm -r "a b"',
    'Works in the folder ~/x',
    'Sets these environment variables: A',
    'Reads what you give it as input.',
  ])
})

test('[PX9] another format or version is refused by name', async () => {
  expect(await refusal('hello')).toMatch(/^INVALID This is not a Troupe persona file/)
  expect(await refusal('[1, 2]')).toMatch(/^INVALID This is not a Troupe persona file/)
  expect(await refusal('')).toMatch(/^INVALID This is not a Troupe persona file/)
  expect(await refusal(one().replace('version: 1', 'version: 2'))).toMatch(
    /^INVALID This file has format version 2; this build of Troupe reads version 1/,
  )
  expect(await refusal(HEAD)).toMatch(/^INVALID "personas" should be a list .* nothing came/)
  expect(await refusal(`${HEAD}personas: []`)).toMatch(/^INVALID "personas" should be a list .* 0 came/)
  expect(await refusal('a: [')).toMatch(/^INVALID This file is not readable as YAML or JSON: .*line 1/)
  expect(await refusal(`${one()}---\n${one()}`)).toMatch(/^INVALID This file is not readable/)
})

test('[PX10] a document that does not fit is refused with its place', async () => {
  expect(await refusal(one('    limits: { turns: 0 }\n'))).toMatch(/^INVALID Persona 1 \(“Ada”\): limits.turns: /)
  expect(await refusal(file('  - 7\n'))).toMatch(/^INVALID Persona 1: the document: /)
  expect(await refusal(one('    sections: [{ id: a, kind: own }, { id: a, kind: own }]\n'))).toMatch(/Two sections have the id "a"/)
})

test('[PX11] aliases are refused: a small file cannot stand for gigabytes', async () => {
  const laughs = Array.from(
    { length: 12 },
    (_, n) =>
      `l${n}: &l${n} [${
        n === 0
          ? 'ha'
          : Array(9)
              .fill(`*l${n - 1}`)
              .join(', ')
      }]`,
  ).join('\n')
  expect(await refusal(`${HEAD}${laughs}\npersonas: *l11`)).toMatch(/^INVALID This file uses the alias \*l0 \(line 4\)/)
  expect(await refusal(`${HEAD}x: &a { <<: *a }\npersonas: []`)).toMatch(/alias \*a/)
})

test('[PX12] tags, keys that come twice and __proto__ are refused by name', async () => {
  expect(await refusal(one('    summary: !!js/function "x"\n'))).toMatch(/^INVALID This file is not readable as YAML or JSON: .*tag/i)
  expect(await refusal(one('    name: Bob\n'))).toMatch(/^INVALID The field "name" comes twice in the same place \(line 6\)/)
  expect(await refusal('{"troupe":"persona","version":1,"personas":[],"personas":[]}')).toMatch(/"personas" comes twice/)
  expect(await refusal(one('    __proto__: { polluted: true }\n'))).toMatch(/^INVALID This file has a field named __proto__ \(line 6\)/)
  expect(
    await refusal('{"troupe":"persona","version":1,"personas":[{"name":"A","body":{"kind":"command","env":{"__proto__":"x"}}}]}'),
  ).toMatch(/__proto__/)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('[PX13] deep nesting and large files are refused', async () => {
  for (const depth of [100, 100_000]) {
    expect(await refusal(`${HEAD}personas: ${'['.repeat(depth)}${']'.repeat(depth)}`)).toMatch(/^INVALID This file is nested too deeply/)
  }
  expect(await refusal(one(`    summary: "${'ü'.repeat(LIMITS.importBytes / 2)}"\n`))).toMatch(
    /^TOO_LARGE This file has \d+ bytes; at most 4194304/,
  )
})

test('[PX14] a file with very many keys is read in bounded time, in its own thread', async () => {
  const keys = Array.from({ length: 50_000 }, (_, n) => `k${n}: 1`).join('\n')
  const { items } = await plan(`${one()}${keys}\n`)
  expect(items[0]?.warnings).toHaveLength(51)
  expect(items[0]?.warnings[50]).toBe('49950 more fields are not known and are left out.')
})
