import { createRouterClient, implement } from '@orpc/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contract } from '#contract'
import type { CallContext } from '#core'
import { openPersonas } from '../../../extensions/engine/persona/mod.ts'
import { personaRoutes } from '../../../extensions/engine/persona/routes.ts'
import { docOf, openTestRoom, section, type TestRoom } from './room.ts'

let room: TestRoom
beforeEach(async () => {
  room = await openTestRoom()
})
afterEach(() => room.stop())

function client(personas = room.personas) {
  const context: CallContext = { clientId: 'c', clientName: 'test', scopes: ['*'] }
  return createRouterClient(implement(contract.persona).$context<CallContext>().router(personaRoutes(personas)), { context })
}

test('[PR1] every method of the persona slice answers what the contract says', async () => {
  const call = client()
  const { id } = await call.create({ doc: { name: 'Ada', body: { kind: 'model' } } })
  const saved = await call.save({ id, doc: { name: 'Ada', summary: 's', body: { kind: 'model' } }, baseRevision: 1, message: 'm' })
  expect(saved).toMatchObject({ saved: true, persona: { revision: 2 } })
  expect(await call.list()).toMatchObject([{ id, summary: 's' }])
  expect(await call.get({ id, revision: 1 })).toMatchObject({ revision: 1, doc: { summary: '' } })
  expect(await call.revisions({ id })).toHaveLength(2)
  expect((await call.diff({ id, from: 1, to: 2 })).changes).toMatchObject([{ label: 'Summary', before: '', after: 's' }])
  expect(await call.restore({ id, revision: 1 })).toMatchObject({ revision: 3 })
  const copy = await call.duplicate({ id })
  expect(await call.archive({ id: copy.id, archived: true })).toMatchObject({ archivedAt: expect.any(Number) })
  expect(await call.activate({ id: copy.id, active: false })).toMatchObject({ active: false })
  expect(await call.blastRadius({ id: copy.id })).toEqual({
    runs: 0,
    running: 0,
    queued: 0,
    revisions: 1,
    workspaceFiles: 0,
    workspaceBytes: 0,
  })
  expect(await call.arrange({ ids: [copy.id, id], group: 'G' })).toEqual({ done: true })
  const { text } = await call.export({ ids: [id] })
  const { digest, items } = await call.planImport({ text })
  expect(items).toMatchObject([{ importedName: 'Ada 2' }])
  expect(await call.import({ text, digest })).toMatchObject([{ active: false }])
  expect(await call.remove({ id: copy.id })).toEqual({ done: true })
  expect((await call.templates()).length).toBeGreaterThanOrEqual(10)
})

test('[PR2] a preview has exact parts, tokens, and every problem in words', async () => {
  const doc = docOf({
    parameters: [{ name: 'must', required: true }, { name: 'may' }],
    sections: [section('a', 'Be {{param.may}}{{nope}}'), section('b', 'two', { kind: 'own', title: 'Two {{x}}' })],
    body: { kind: 'command', program: '{{param.must}}', args: ['{{troupe.programs}}/x'] },
  })
  const { prompt, parts, tokens, problems } = await client().assemble({ doc, params: { other: '1' }, input: 'a\0' })
  expect(parts.map(({ start, end }) => prompt.slice(start, end))).toEqual(['# Instructions\n\nBe {{nope}}', '# Two {{x}}\n\ntwo'])
  expect(parts.reduce((sum, part) => sum + part.tokens, 0)).toBe(tokens)
  expect(tokens).toBeGreaterThan(5)
  expect(problems.map(({ where }) => where)).toEqual([
    'Parameter “other”',
    'Parameter “must”',
    'Instructions',
    'Instructions',
    'Two {{x}}',
    'Program',
  ])
})

test('[PR3] a long preview leaves the thread free in between', async () => {
  const doc = docOf({ sections: Array.from({ length: 20 }, (_, n) => section(`${n}`, 'word and word. '.repeat(6000))) })
  let turns = 0
  let next = setImmediate(function again() {
    turns += 1
    next = setImmediate(again)
  })
  await client().assemble({ doc })
  clearImmediate(next)
  // 20 sections of 90,000 characters, in pieces of 16,384.
  expect(turns).toBeGreaterThanOrEqual(100)
})

test('[PT1] two templates with one id, or one that does not fit the contract, are a defect that is told', async () => {
  const ports = { ...room, chance: { bytes: () => new Uint8Array(24) }, announce() {}, runs: { counts: async () => room.counts } }
  const template = (await room.personas.templates())[0]
  if (!template) throw new Error('no template ships')
  const open = (templates: readonly (typeof template)[]) =>
    openPersonas({
      ...ports,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      workspaces: { measure: async () => ({ files: 0, bytes: 0 }), trash: async () => undefined },
      providers: async () => [],
      templates,
    })
  await expect(open([template, template]).templates()).rejects.toThrow(`two templates have the id ${template.id}`)
  await expect(open([{ ...template, doc: { ...template.doc, name: '' } }]).templates()).rejects.toThrow()
})
