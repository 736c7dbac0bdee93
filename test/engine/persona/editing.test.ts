import { afterEach, beforeEach, expect, test } from 'vitest'
import { docOf, openTestRoom, section, type TestRoom } from './room.ts'

let room: TestRoom
beforeEach(async () => {
  room = await openTestRoom()
})
afterEach(() => room.stop())

test('[PE1] a new persona has revision 1, is active, stands last, and is announced', async () => {
  const first = await room.personas.create(docOf({ name: 'A' }), 'made')
  const second = await room.personas.create(docOf({ name: 'B' }))
  expect(first).toMatchObject({ revision: 1, active: true, archivedAt: null, doc: docOf({ name: 'A' }) })
  expect(second.order).toBeGreaterThan(first.order)
  expect((await room.personas.list()).map((card) => card.name)).toEqual(['A', 'B'])
  expect(await room.personas.revisions(first.id)).toEqual([
    { personaId: first.id, number: 1, message: 'made', createdAt: first.createdAt, restoredFrom: null },
  ])
  expect(room.announced).toEqual([`${first.id} created`, `${second.id} created`])
})

test('[PE2] a save that changes anything is a revision of the whole document', async () => {
  const { id } = await room.personas.create(docOf({ sections: [section('a', 'one')] }))
  const changed = docOf({ sections: [section('a', 'two')], group: 'House' })
  const { saved, persona } = await room.personas.save({ id, doc: changed, baseRevision: 1, message: 'better' })
  expect(saved).toBe(true)
  expect(persona).toEqual(await room.personas.get(id))
  expect(persona).toMatchObject({ revision: 2, doc: changed })
  expect((await room.personas.get(id, 1)).doc.sections[0]?.text).toBe('one')
  expect(await room.personas.get(id, 1)).toMatchObject({ revision: 1 })
  expect((await room.personas.revisions(id)).map(({ number, message }) => [number, message])).toEqual([
    [2, 'better'],
    [1, ''],
  ])
})

test('[PE3] a save that changes nothing makes no revision and tells nobody', async () => {
  const doc = docOf({ body: { kind: 'command', program: 'env', env: { B: '2', A: '1' } } })
  const { id } = await room.personas.create(doc)
  room.announced.length = 0
  const again = docOf({ body: { kind: 'command', program: 'env', env: { A: '1', B: '2' } } })
  expect(await room.personas.save({ id, doc: again, baseRevision: 1 })).toMatchObject({ saved: false, persona: { revision: 1 } })
  expect(await room.personas.revisions(id)).toHaveLength(1)
  expect(room.announced).toEqual([])
})

test('[PE4] a save from an old revision is refused and names both numbers', async () => {
  const { id } = await room.personas.create(docOf({ name: 'Ada' }))
  await room.personas.save({ id, doc: docOf({ name: 'Ada L' }), baseRevision: 1 })
  await expect(room.personas.save({ id, doc: docOf({ name: 'Other' }), baseRevision: 1 })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: '“Ada L” is at revision 2 now; this change was made from revision 1.',
    facts: { current: 2, base: 1 },
  })
  expect((await room.personas.get(id)).doc.name).toBe('Ada L')
})

test('[PE4] of many saves at once from one revision, one is taken', async () => {
  const { id } = await room.personas.create(docOf())
  const saves = Array.from({ length: 20 }, (_, n) => room.personas.save({ id, doc: docOf({ summary: `${n}` }), baseRevision: 1 }))
  const ends = await Promise.allSettled(saves)
  expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
  for (const end of ends) {
    if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'CONFLICT', facts: { current: 2, base: 1 } })
  }
  expect((await room.personas.get(id)).revision).toBe(2)
})

test('[PE5] the database itself refuses to change or remove a revision while its persona is there', async () => {
  const { id } = await room.personas.create(docOf())
  await expect(room.store.write([{ sql: "UPDATE persona_revision SET message = 'x'" }])).rejects.toThrow('a revision never changes')
  await expect(room.store.write([{ sql: 'DELETE FROM persona_revision' }])).rejects.toThrow('only with its persona')
  expect(await room.personas.revisions(id)).toHaveLength(1)
})

test('[PE6] restore makes an old document the newest revision, and does nothing when it already is', async () => {
  const { id } = await room.personas.create(docOf({ summary: 'one' }))
  await room.personas.save({ id, doc: docOf({ summary: 'two' }), baseRevision: 1 })
  const restored = await room.personas.restore(id, 1, 'back')
  expect(restored).toMatchObject({ revision: 3, doc: { summary: 'one' } })
  expect((await room.personas.revisions(id))[0]).toMatchObject({ number: 3, restoredFrom: 1, message: 'back' })
  expect(await room.personas.restore(id, 1)).toMatchObject({ revision: 3 })
  expect(await room.personas.revisions(id)).toHaveLength(3)
})

test('[PE7] diff says what changed between any two revisions', async () => {
  const { id } = await room.personas.create(docOf({ sections: [section('a', 'one')] }))
  await room.personas.save({ id, doc: docOf({ sections: [section('a', 'two')] }), baseRevision: 1 })
  const { from, to, changes } = await room.personas.diff(id, 1, 2)
  expect([from.sections[0]?.text, to.sections[0]?.text]).toEqual(['one', 'two'])
  expect(changes).toEqual([{ path: '/sections/a/text', label: 'Instructions', kind: 'changed', before: 'one', after: 'two' }])
  expect((await room.personas.diff(id, 2, 2)).changes).toEqual([])
})

test('[PE8] a copy gets a name of its own and sleeps if its source does', async () => {
  const { id } = await room.personas.create(docOf({ name: 'Ada' }))
  await room.personas.create(docOf({ name: 'ada COPY' }))
  const copy = await room.personas.duplicate(id)
  expect(copy).toMatchObject({ revision: 1, active: true, doc: { name: 'Ada copy 2' } })
  await room.personas.activate(copy.id, false)
  expect(await room.personas.duplicate(copy.id)).toMatchObject({ active: false, doc: { name: 'Ada copy 3' } })
  const many = await Promise.all(Array.from({ length: 5 }, () => room.personas.duplicate(id)))
  expect(new Set(many.map(({ doc }) => doc.name)).size).toBe(5)
  const long = await room.personas.create(docOf({ name: 'x'.repeat(80) }))
  expect((await room.personas.duplicate(long.id)).doc.name).toBe(`${'x'.repeat(75)} copy`)
  expect((await room.personas.duplicate(long.id)).doc.name).toBe(`${'x'.repeat(73)} copy 2`)
})

test('[PE9] what is not there is NOT_FOUND, by name', async () => {
  const { id } = await room.personas.create(docOf())
  await expect(room.personas.get('per_none')).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'There is no persona per_none.' })
  await expect(room.personas.get(id, 7)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: `Persona ${id} has no revision 7; it has 1 to 1.`,
  })
  await expect(room.personas.revisions('per_none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(room.personas.restore(id, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('[PE10] a section id or a parameter name that comes twice is refused by name', async () => {
  const twice = docOf({ sections: [section('a', '1'), section('a', '2')] })
  await expect(room.personas.create(twice)).rejects.toMatchObject({
    code: 'INVALID',
    message: 'Two sections have the id "a"; each needs its own.',
  })
  const { id } = await room.personas.create(docOf())
  const names = docOf({ parameters: [{ name: 'p' }, { name: 'p' }] })
  await expect(room.personas.save({ id, doc: names, baseRevision: 1 })).rejects.toMatchObject({
    code: 'INVALID',
    message: expect.stringContaining('"p"'),
  })
})

test('[PE11] a card shows the newest revision without its texts', async () => {
  const { id } = await room.personas.create(docOf({ name: 'A', sections: [section('a', 'long text')] }))
  const body = { kind: 'model' as const, models: [{ provider: 'p', model: 'm' }] }
  await room.personas.save({ id, doc: docOf({ name: 'B', tags: ['t'], parameters: [{ name: 'x' }], body }), baseRevision: 1 })
  const [card] = await room.personas.list()
  expect(card).toMatchObject({ id, revision: 2, name: 'B', tags: ['t'], bodyKind: 'model', runsOn: 'p/m', parameters: [{ name: 'x' }] })
  expect(JSON.stringify(card)).not.toContain('long text')
})
