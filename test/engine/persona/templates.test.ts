import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TemplateRow } from '#contract'
import { prepareRun } from '../../../extensions/engine/persona/mod.ts'
import { openTestRoom, type TestRoom } from './room.ts'

let room: TestRoom
let templates: TemplateRow[]
beforeAll(async () => {
  room = await openTestRoom()
  templates = await room.personas.templates()
})
afterAll(() => room.stop())

const places = { 'troupe.programs': '/programs', 'troupe.node': '/node' }

test('[PT2] at least ten templates ship, at least four of which need no model and no network', () => {
  expect(templates.length).toBeGreaterThanOrEqual(10)
  expect(templates.filter(({ needs }) => needs.length === 0).length).toBeGreaterThanOrEqual(4)
})

test('[PT3] what a template needs is what its document uses', () => {
  for (const { id, needs, doc } of templates) expect([id, needs.includes('model')]).toEqual([id, doc.body.kind === 'model'])
})

test('[PT4] every template runs as it stands: its first run fits its parameters, and no placeholder is left over', () => {
  for (const { id, doc, firstRun } of templates) {
    const { problems, command } = prepareRun(doc, { ...firstRun, places })
    expect([id, problems]).toEqual([id, []])
    expect(JSON.stringify(command ?? '')).not.toContain('{{')
  }
})

test('[PT5] every template can be created, exported and imported again', async () => {
  const rows = []
  for (const { doc } of templates) rows.push(await room.personas.create(doc))
  const { text } = await room.personas.export(rows.map(({ id }) => id))
  const { digest, items } = await room.personas.planImport(text)
  expect(items.flatMap(({ warnings }) => warnings.filter((warning) => !warning.startsWith('The provider')))).toEqual([])
  const imported = await room.personas.import(text, digest)
  expect(imported.map(({ doc }) => ({ ...doc, name: '' }))).toEqual(rows.map(({ doc }) => ({ ...doc, name: '' })))
})
