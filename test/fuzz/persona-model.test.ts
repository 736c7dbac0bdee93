/** [PE]: the room against a model that is a plain list of documents for each persona, through random sequences of calls on the real store. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PersonaCard, PersonaDoc } from '#contract'
import { diffDocuments } from '../../extensions/engine/persona/mod.ts'
import { openTestRoom, type TestRoom } from '../engine/persona/room.ts'
import { anyDocument } from './persona-documents.ts'

interface Known {
  readonly id: string
  /** Index 0 is revision 1. */
  readonly revisions: PersonaDoc[]
  active: boolean
  archived: boolean
}

const pick = fc.nat({ max: 1000 })
const action = fc.oneof(
  fc.record({ act: fc.constant('create' as const), doc: anyDocument }),
  fc.record({ act: fc.constant('save' as const), which: pick, doc: anyDocument, like: fc.option(pick) }),
  fc.record({ act: fc.constant('stale' as const), which: pick, doc: anyDocument }),
  fc.record({ act: fc.constant('restore' as const), which: pick, revision: pick }),
  fc.record({ act: fc.constant('duplicate' as const), which: pick }),
  fc.record({ act: fc.constant('archive' as const), which: pick, on: fc.boolean() }),
  fc.record({ act: fc.constant('activate' as const), which: pick, on: fc.boolean() }),
  fc.record({
    act: fc.constant('arrange' as const),
    seed: fc.array(pick, { minLength: 1, maxLength: 4 }),
    group: fc.option(fc.constantFrom('', 'G', 'H')),
  }),
  fc.record({ act: fc.constant('remove' as const), which: pick }),
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

class Model {
  readonly known: Known[] = []
  at(which: number): Known | undefined {
    return this.known.length === 0 ? undefined : this.known[which % this.known.length]
  }
  revise(one: Known, doc: PersonaDoc): void {
    if (diffDocuments(one.revisions.at(-1) as PersonaDoc, doc).length > 0) one.revisions.push(doc)
  }
}

async function take(step: Action, room: TestRoom, model: Model): Promise<void> {
  const { personas } = room
  if (step.act === 'create') {
    const { id } = await personas.create(step.doc)
    model.known.push({ id, revisions: [step.doc], active: true, archived: false })
    return
  }
  if (step.act === 'arrange') return arrange(step, room, model)
  const one = model.at(step.which)
  if (one === undefined) return
  const { id, revisions } = one
  switch (step.act) {
    case 'save': {
      const doc = step.like === null ? step.doc : (revisions[step.like % revisions.length] as PersonaDoc)
      await personas.save({ id, doc, baseRevision: revisions.length })
      model.revise(one, doc)
      return
    }
    case 'stale':
      await expect(personas.save({ id, doc: step.doc, baseRevision: revisions.length + 1 })).rejects.toMatchObject({ code: 'CONFLICT' })
      return
    case 'restore': {
      const number = (step.revision % revisions.length) + 1
      const row = await personas.restore(id, number)
      expect(row.doc).toEqual(revisions[number - 1])
      model.revise(one, revisions[number - 1] as PersonaDoc)
      return
    }
    case 'duplicate': {
      const row = await personas.duplicate(id)
      expect({ ...row.doc, name: '' }).toEqual({ ...revisions.at(-1), name: '' })
      model.known.push({ id: row.id, revisions: [row.doc], active: one.active, archived: false })
      return
    }
    case 'archive':
      one.archived = (await personas.archive(id, step.on)).archivedAt !== null
      expect(one.archived).toBe(step.on)
      return
    case 'activate':
      one.active = (await personas.activate(id, step.on)).active
      expect(one.active).toBe(step.on)
      return
    case 'remove':
      await personas.remove(id)
      model.known.splice(model.known.indexOf(one), 1)
      return
  }
}

async function arrange(step: Extract<Action, { act: 'arrange' }>, room: TestRoom, model: Model): Promise<void> {
  const chosen = [...new Set(step.seed.map((which) => model.at(which)).filter((one) => one !== undefined))]
  if (chosen.length === 0) return
  await room.personas.arrange(chosen.map(({ id }) => id), step.group ?? undefined) // biome-ignore format: one line
  const group = step.group
  if (group !== null) for (const one of chosen) model.revise(one, { ...(one.revisions.at(-1) as PersonaDoc), group })
  const free = chosen.map((one) => model.known.indexOf(one)).sort((a, b) => a - b)
  for (const [index, one] of chosen.entries()) model.known[free[index] as number] = one
}

async function everyone(room: TestRoom): Promise<PersonaCard[]> {
  return [...(await room.personas.list()), ...(await room.personas.list({ archived: true }))]
}

async function agree(room: TestRoom, model: Model): Promise<void> {
  const cards = (await everyone(room)).sort((a, b) => a.order - b.order)
  expect(
    cards.map(({ id, revision, name, group, active, archivedAt }) => ({
      id,
      revision,
      name,
      group,
      active,
      archived: archivedAt !== null,
    })),
  ).toEqual(
    model.known.map(({ id, revisions, active, archived }) => {
      const { name, group } = revisions.at(-1) as PersonaDoc
      return { id, revision: revisions.length, name, group, active, archived }
    }),
  )
  expect((await room.personas.list()).length).toBe(model.known.filter(({ archived }) => !archived).length)
  for (const { id, revisions } of model.known) {
    expect((await room.personas.revisions(id)).map(({ number }) => number)).toEqual(revisions.map((_, index) => revisions.length - index))
    for (const [index, doc] of revisions.entries()) expect((await room.personas.get(id, index + 1)).doc).toEqual(doc)
  }
  const [left] = await room.store.read<{ rows: number }>('SELECT count(*) AS rows FROM persona_revision')
  expect(left?.rows).toBe(model.known.reduce((sum, { revisions }) => sum + revisions.length, 0))
}

test('[PE20] whatever is done in whatever order, the room agrees with the model, and no revision ever changes', async () => {
  const room = await openTestRoom()
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 25 }), async (steps) => {
        for (const card of await everyone(room)) await room.personas.remove(card.id)
        const model = new Model()
        for (const step of steps) await take(step, room, model)
        await agree(room, model)
      }),
      { numRuns: 60 },
    )
  } finally {
    await room.stop()
  }
})
