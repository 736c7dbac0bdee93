import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { docOf, openTestRoom, type TestRoom } from './room.ts'

let room: TestRoom
beforeEach(async () => {
  room = await openTestRoom()
})
afterEach(() => room.stop())

async function make(...names: string[]): Promise<string[]> {
  const ids: string[] = []
  for (const name of names) ids.push((await room.personas.create(docOf({ name }))).id)
  return ids
}
const namesOf = async () => (await room.personas.list()).map(({ name }) => name).join('')

test('[PE12] archive takes a persona out of the list with everything it has, and gives it back', async () => {
  const [id = ''] = await make('A', 'B')
  expect(await room.personas.archive(id, true)).toMatchObject({ archivedAt: expect.any(Number), revision: 1 })
  expect(await namesOf()).toBe('B')
  expect((await room.personas.list({ archived: true })).map(({ name }) => name)).toEqual(['A'])
  expect(await room.personas.count()).toBe(1)
  expect(await room.personas.archive(id, false)).toMatchObject({ archivedAt: null })
  expect(await namesOf()).toBe('AB')
  expect(await room.personas.revisions(id)).toHaveLength(1)
})

test('[PE13] activate and archive tell only what changed', async () => {
  const [id = ''] = await make('A')
  room.announced.length = 0
  await room.personas.activate(id, true)
  await room.personas.archive(id, false)
  expect(room.announced).toEqual([])
  await room.personas.activate(id, false)
  await room.personas.archive(id, true)
  expect(room.announced).toEqual([`${id} put to sleep`, `${id} archived`])
})

test('[PE14] arrange puts the named ones in order on their own places; the others do not move', async () => {
  const [a = '', , c = '', d = ''] = await make('A', 'B', 'C', 'D')
  room.announced.length = 0
  await room.personas.arrange([d, c, a])
  expect(await namesOf()).toBe('DBCA')
  expect(room.announced.sort()).toEqual([`${a} arranged`, `${d} arranged`].sort())
  await room.personas.arrange([d, c, a])
  expect(room.announced).toHaveLength(2)
})

test('[PE15] arrange with a group makes a revision for each that stood elsewhere, and for no other', async () => {
  const [a = '', b = ''] = await make('A', 'B')
  await room.personas.save({ id: b, doc: docOf({ name: 'B', group: 'House' }), baseRevision: 1 })
  await room.personas.arrange([b, a], 'House')
  expect(await namesOf()).toBe('BA')
  expect(await room.personas.get(a)).toMatchObject({ revision: 2, doc: { group: 'House' } })
  expect(await room.personas.get(b)).toMatchObject({ revision: 2 })
  expect((await room.personas.list()).map(({ group }) => group)).toEqual(['House', 'House'])
  await room.personas.arrange([b], '')
  expect(await room.personas.get(b)).toMatchObject({ revision: 3, doc: { group: '' } })
})

test('[PE16] arrange is all or nothing: an unknown or repeated id changes no place', async () => {
  const [a = '', b = ''] = await make('A', 'B')
  await expect(room.personas.arrange([b, a, 'per_none'], 'X')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(room.personas.arrange([b, a, b])).rejects.toMatchObject({ code: 'INVALID' })
  expect(await namesOf()).toBe('AB')
  expect(await room.personas.get(a)).toMatchObject({ revision: 1 })
})

test('[PE17] the blast radius counts runs, revisions and workspace files, links not followed', async () => {
  const [id = ''] = await make('A')
  Object.assign(room.counts, { runs: 5, running: 1, queued: 2 })
  const workspace = join(room.folder, 'workspaces', id)
  await mkdir(join(workspace, 'deep'), { recursive: true })
  await writeFile(join(workspace, 'one'), '12345')
  await writeFile(join(workspace, 'deep', 'two'), '123')
  await symlink(room.folder, join(workspace, 'deep', 'link'))
  const radius = await room.personas.blastRadius(id)
  expect(radius).toMatchObject({ runs: 5, running: 1, queued: 2, revisions: 1, workspaceFiles: 3 })
  expect(radius.workspaceBytes).toBeGreaterThanOrEqual(8)
  expect(radius.workspaceBytes).toBeLessThan(500)
})

test('[PE18] removing is refused while runs are queued or running', async () => {
  const [id = ''] = await make('A')
  for (const active of [{ running: 1 }, { queued: 1 }]) {
    Object.assign(room.counts, { running: 0, queued: 0 }, active)
    await expect(room.personas.remove(id)).rejects.toMatchObject({ code: 'REFUSED' })
  }
  expect(await room.personas.get(id)).toMatchObject({ id })
})

test('[PE19] removing takes the persona and its revisions, and moves its workspace to the trash', async () => {
  const [id = '', other = ''] = await make('A', 'B')
  await mkdir(join(room.folder, 'workspaces', id), { recursive: true })
  await writeFile(join(room.folder, 'workspaces', id, 'kept'), 'work')
  await room.personas.remove(id)
  await expect(room.personas.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await room.store.read('SELECT DISTINCT persona_id AS id FROM persona_revision')).toEqual([{ id: other }])
  const [moved = ''] = await readdir(join(room.folder, 'trash'))
  expect(moved).toMatch(new RegExp(`-${id}$`))
  expect(await readdir(join(room.folder, 'trash', moved))).toEqual(['kept'])
  expect(await readdir(join(room.folder, 'workspaces'))).toEqual([])
  await room.personas.remove(other)
  expect(room.announced.at(-1)).toBe(`${other} removed`)
})

test('[PE19] a workspace that cannot be moved is left behind and logged; the persona is gone', async () => {
  const [id = ''] = await make('A')
  await mkdir(join(room.folder, 'workspaces', id), { recursive: true })
  await writeFile(join(room.folder, 'trash'), 'a file stands where the folder should')
  await room.personas.remove(id)
  await expect(room.personas.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(room.logged).toContain('a removed persona left its workspace folder behind')
})

test('[PR6] a search finds words in names, summaries, labels and prompts, of the current revision alone', async () => {
  const found = async (text: string) => (await room.personas.list({ archived: false, text })).map(({ name }) => name).join('')
  const section = (text: string) => [{ id: 's', kind: 'identity' as const, text }]
  const { id, revision } = await room.personas.create(docOf({ name: 'A', summary: 'Watches 100% of the disk', tags: ['nightly'] }))
  await room.personas.create(docOf({ name: 'B', group: 'Overnight', sections: section('You write Übersichten for foo_bar.') }))
  expect(await found('disk watch')).toBe('A')
  expect(await found('night')).toBe('A')
  expect(await found('uber FOO_B')).toBe('B')
  expect(await found('foo.b')).toBe('')
  expect(await found('100%')).toBe('A')
  expect(await found('%')).toBe('A')
  expect(await found(' ')).toBe('AB')
  await room.personas.save({ id, doc: docOf({ name: 'A', sections: section('You count sheep.') }), baseRevision: revision, message: '' })
  expect(await found('sheep')).toBe('A')
  expect(await found('disk')).toBe('')
  await room.personas.archive(id, true)
  expect(await found('sheep')).toBe('')
  expect(await room.personas.list({ archived: true, text: 'sheep' })).toHaveLength(1)
  await room.personas.remove(id)
  expect(await room.store.read('SELECT persona_id FROM persona_search')).toHaveLength(1)
  expect(await room.store.read('SELECT docid FROM persona_text WHERE persona_text MATCH ?', ['sheep'])).toEqual([])
})
