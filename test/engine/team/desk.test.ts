/** Teams' documents on a real store: rules DOC1 to DOC7. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#core/node'
import { openImport } from '../../../extensions/engine/import-n8n/mod.ts'
import { N8N_KINDS } from '../../../extensions/engine/team/thread.ts'
import { type DeskRoom, openDeskRoom, teamOf } from './desk-room.ts'

let room: DeskRoom
beforeEach(async () => {
  room = await openDeskRoom()
})
afterEach(() => room.stop())

describe('revisions', () => {
  it('[DOC1] a save makes a revision when something differs, and only then', async () => {
    const made = await room.teams.create(teamOf(), 'first')
    expect(made).toMatchObject({ revision: 1, active: true, imported: false, archivedAt: null })
    const same = await room.teams.save({ id: made.id, doc: teamOf(), baseRevision: 1 })
    expect(same).toMatchObject({ saved: false, team: { revision: 1 } })
    const moved = teamOf({
      nodes: [...teamOf().nodes.slice(0, 1), { id: 'b', name: 'Set', kind: 'set', version: 3.4, position: { x: 40, y: 0 } }],
    })
    expect(await room.teams.save({ id: made.id, doc: moved, baseRevision: 1, message: 'moved' })).toMatchObject({
      saved: true,
      team: { revision: 2 },
    })
    expect((await room.teams.revisions(made.id)).map(({ number, message }) => [number, message])).toEqual([
      [2, 'moved'],
      [1, 'first'],
    ])
    expect((await room.teams.get(made.id, 1)).doc).toEqual(teamOf())
    expect(await room.teams.diff(made.id, 1, 2)).toMatchObject({
      changes: [{ path: '/nodes/b/position', label: 'Node “Set”: place', kind: 'changed' }],
    })
  })

  it('[DOC1] the database itself refuses to change or drop a revision', async () => {
    const { id } = await room.teams.create(teamOf())
    await expect(room.store.write([{ sql: `UPDATE team_revision SET doc = '{}' WHERE team_id = ?`, params: [id] }])).rejects.toThrow(
      /never changes/,
    )
    await expect(room.store.write([{ sql: 'DELETE FROM team_revision WHERE team_id = ?', params: [id] }])).rejects.toThrow(
      /only with its team/,
    )
  })

  it('[DOC2] a save from an old revision is refused, naming both', async () => {
    const { id } = await room.teams.create(teamOf())
    await room.teams.save({ id, doc: teamOf({ name: 'Other' }), baseRevision: 1 })
    await expect(room.teams.save({ id, doc: teamOf({ name: 'Third' }), baseRevision: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
      facts: { current: 2, base: 1 },
    })
  })

  it('[DOC3] a restore brings an old document back as the newest revision', async () => {
    const { id } = await room.teams.create(teamOf())
    await room.teams.save({ id, doc: teamOf({ links: [], tags: ['x'] }), baseRevision: 1 })
    expect(await room.teams.restore(id, 1)).toMatchObject({ revision: 3, doc: teamOf() })
    expect((await room.teams.revisions(id))[0]).toMatchObject({ number: 3, restoredFrom: 1 })
    expect(await room.teams.restore(id, 1)).toMatchObject({ revision: 3 })
    const { changes } = await room.teams.diff(id, 2, 3)
    expect(changes.map(({ label, kind }) => `${kind}: ${label}`)).toEqual(['changed: Tags', 'added: Link Start → Set'])
  })

  it('[DOC4] what the engine could not walk is not stored', async () => {
    const twice = teamOf({ nodes: [...teamOf().nodes, { id: 'c', name: 'Set', kind: 'set' }] })
    await expect(room.teams.create(twice)).rejects.toMatchObject({ code: 'INVALID' })
    await expect(room.teams.create(teamOf({ links: [{ from: { node: 'a' }, to: { node: 'nobody' } }] }))).rejects.toMatchObject({
      code: 'INVALID',
    })
    expect(await room.teams.list()).toEqual([])
  })
})

describe('standing', () => {
  it('[DOC5] a duplicate has a name of its own; the archive keeps everything', async () => {
    const made = await room.teams.create(teamOf())
    await room.teams.activate(made.id, false)
    const copy = await room.teams.duplicate(made.id)
    expect(copy).toMatchObject({ doc: { name: 'Small copy' }, active: false, revision: 1 })
    expect((await room.teams.duplicate(copy.id)).doc.name).toBe('Small copy 2')
    await room.teams.archive(copy.id, true)
    expect((await room.teams.list()).map(({ name }) => name)).toEqual(['Small copy 2', 'Small'])
    expect((await room.teams.list({ archived: true })).map(({ id }) => id)).toEqual([copy.id])
    expect(room.announced).toContain(`${copy.id} archived`)
  })

  it('[DOC6] a removal says who uses it, waits for its runs, and takes the revisions along', async () => {
    const { id } = await room.teams.create(teamOf())
    const user = await room.teams.create(
      teamOf({ name: 'User', nodes: [{ id: 's', name: 'Sub', kind: 'subTeam', refersTo: id }], links: [] }),
    )
    room.counts.running = 1
    room.counts.runs = 7
    expect(await room.teams.blastRadius(id)).toEqual({
      runs: 7,
      running: 1,
      queued: 0,
      revisions: 1,
      usedBy: [{ id: user.id, name: 'User' }],
    })
    await expect(room.teams.remove(id)).rejects.toMatchObject({ code: 'REFUSED' })
    room.counts.running = 0
    await room.teams.remove(id)
    await expect(room.teams.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await room.store.read('SELECT * FROM team_revision WHERE team_id = ?', [id])).toEqual([])
  })
})

const WORKFLOW = {
  name: 'Answer mail',
  nodes: [
    { id: '1', name: 'When clicking', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
    {
      id: '2',
      name: 'Agent',
      type: '@n8n/n8n-nodes-langchain.agent',
      typeVersion: 1.7,
      position: [200, 0],
      parameters: { promptType: 'define', text: 'Hello' },
    },
    {
      id: '3',
      name: 'Slack',
      type: 'n8n-nodes-base.slack',
      typeVersion: 2,
      position: [400, 0],
      parameters: {},
      credentials: { slackApi: { id: 'x', name: 'Ours' } },
    },
  ],
  connections: {
    'When clicking': { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
    Agent: { main: [[{ node: 'Slack', type: 'main', index: 0 }]] },
  },
}

describe('imports', () => {
  const read = openImport({
    clock: systemClock,
    kinds: async () => N8N_KINDS,
    threadUrl: new URL('../../../extensions/engine/import-n8n/thread.ts', import.meta.url),
  })

  it('[DOC7] a workflow becomes a team that is not active, its personas asleep, its report kept', async () => {
    room.reading = await read.read(JSON.stringify(WORKFLOW))
    const [made] = await room.teams.import('the text')
    expect(made?.team).toMatchObject({ active: false, imported: true, doc: { name: 'Answer mail' } })
    expect([...room.personas.values()]).toEqual(['Agent'])
    expect(made?.team.doc.nodes.find(({ name }) => name === 'Agent')).toMatchObject({ kind: 'persona', refersTo: 'per_0' })
    const kept = await room.teams.report(made?.team.id ?? '')
    expect(kept).toEqual(made?.import)
    expect(kept?.report.credentials).toMatchObject([{ node: 'Slack', type: 'slackApi', connector: 'slack' }])
    expect(kept?.report.counts.imported).toBe(3)
  })

  it('[DOC7] a team that cannot be made leaves no persona behind', async () => {
    room.reading = await read.read(JSON.stringify(WORKFLOW))
    room.refuse = true
    await expect(room.teams.import('the text')).rejects.toThrow('the disk is full')
    expect([...room.personas]).toEqual([])
    room.refuse = false
    expect(await room.teams.list()).toEqual([])
  })

  it('a text without a workflow, or without that one, is refused with the reason', async () => {
    await expect(room.teams.import('')).rejects.toMatchObject({ code: 'INVALID', message: 'This file is empty.' })
    room.reading = await read.read(JSON.stringify(WORKFLOW))
    await expect(room.teams.import('the text', [3])).rejects.toMatchObject({ code: 'INVALID' })
    await expect(room.teams.report('team_none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
