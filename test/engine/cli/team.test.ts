/** Teams from the command line, as real children against a real engine: documents, imports, and runs with everything that a run may meet. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunDetail, RunEvent, RunRow, TeamDraft, TeamItems, TeamRow } from '#contract'
import { fixture, newPlace, until } from './troupe.ts'

type NodeDraft = NonNullable<TeamDraft['nodes']>[number]

const place = newPlace()
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  response.setHeader('content-type', 'application/json').end('{"answer":42}')
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.close(resolve)))

let files = 0
function file(value: unknown): string {
  const path = join(place.folder, `team-${files++}.json`)
  writeFileSync(path, JSON.stringify(value))
  return path
}

/** Nodes in a row behind a manual start, stored; answers the team's id. */
async function team(name: string, nodes: readonly NodeDraft[], more: Partial<TeamDraft> = {}): Promise<string> {
  const all: NodeDraft[] = [{ id: 'start', name: 'Start', kind: 'manualStart' }, ...nodes]
  const row = all.slice(1).map((node, at) => ({ from: { node: all[at]?.id ?? '' }, to: { node: node.id } }))
  const { id } = await place.value<TeamRow>(['team', 'create', '--file', file({ name, nodes: all, links: row, ...more })])
  return id
}

const one = (
  kind: NodeDraft['kind'],
  name: string,
  parameters: Record<string, unknown> = {},
  version = 2,
  more: Partial<NodeDraft> = {},
): NodeDraft => ({
  id: name,
  name,
  kind,
  version,
  parameters,
  ...more,
})
const code = (name: string, jsCode: string, more: Partial<NodeDraft> = {}) => one('code', name, { jsCode }, 2, more)
const run = (id: string, ...options: string[]) => place.troupe(['team', 'run', id, ...options])
const shown = (id: string) => place.value<RunDetail>(['show', id])
async function started(id: string, ...options: string[]): Promise<string> {
  return (await place.value<RunRow>(['team', 'run', id, '--detach', ...options])).id
}
const runsOf = async (persona: string) => (await place.value<{ rows: RunRow[] }>(['runs', '--persona', persona])).rows
async function ended(id: string): Promise<RunDetail> {
  await until(async () => ['succeeded', 'failed', 'cancelled', 'incomplete'].includes((await shown(id)).run.state))
  return shown(id)
}

const DOUBLE = code('Double', 'return $input.all().map(({ json }) => ({ json: { ...json, twice: json.n * 2 } }))')

describe('a run to its end', () => {
  it('[TR1] each node is a step, told as it ends; the last items are the result', async () => {
    const id = await team('Twice', [
      one('set', 'Set', { mode: 'raw', jsonOutput: '={"n": {{ $json.n }}, "by": "set"}', options: {} }, 3.4),
      DOUBLE,
    ])
    const { code: exit, err, out } = await run(id, '--input', '[{"n":1},{"n":2}]')
    expect(err).toMatch(/✓ Start {2}2 items.*\n✓ Set {2}2 items.*\n✓ Double {2}2 items.*\n✓ succeeded/)
    expect([exit, out]).toEqual([0, expect.stringContaining('"twice": 4')])
    const events = (await run(id, '--json', '--input', '{"n":3}')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)
    const steps = events.flatMap((event) => (event.kind === 'step' ? [`${event.step.title} ${event.step.state}`] : []))
    expect(steps).toEqual(['Start running', 'Start done', 'Set running', 'Set done', 'Double running', 'Double done'])
    const items = await place.value<TeamItems>(['team', 'items', 'last', 'Double'])
    expect(items).toEqual({ items: [{ json: { n: 3, by: 'set', twice: 6 } }], total: 1, cut: null })
  })

  it('[TR2] the items of a link are kept whole, also large ones', async () => {
    const id = await team('Many', [code('Make', "return Array.from({ length: 3000 }, (_, n) => ({ json: { n, text: 'x'.repeat(100) } }))")])
    const runId = await started(id)
    expect((await ended(runId)).run.state).toBe('succeeded')
    const page = await place.value<TeamItems>(['team', 'items', runId, 'Make', '--limit', '2'])
    expect([page.total, page.items.length, page.items[1]?.json.n]).toEqual([3000, 2, 1])
  })

  it('[TR3] begins and ends where it is told to; a node that is not there is named', async () => {
    const id = await team('Ends', [DOUBLE, code('After', 'return $input.all()')])
    const { err } = await run(id, '--from', 'Double', '--until', 'Double', '--input', '{"n":4}')
    expect(err).toMatch(/^✓ Double {2}1 item \(.*\)\n✓ succeeded/)
    const wrong = await run(id, '--from', 'Nowhere')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/no node "Nowhere"[\s\S]*"Double"/)])
  })
})

describe('what fails', () => {
  it('[TR4] a node that fails ends the run with its name; an error output does not', async () => {
    const id = await team('Fails', [one('stopWithError', 'Stop', { errorMessage: 'enough' }, 1)])
    const { code: exit, err } = await run(id)
    expect([exit, err]).toEqual([1, expect.stringMatching(/✗ Stop[\s\S]*“Stop”: enough/)])
    const goes = await team(
      'Goes on',
      [code('Throws', "throw new Error('no')", { onError: 'errorOutput' }), one('noOp', 'Fine'), one('noOp', 'Caught')],
      {
        links: [
          { from: { node: 'start' }, to: { node: 'Throws' } },
          { from: { node: 'Throws', output: 0 }, to: { node: 'Fine' } },
          { from: { node: 'Throws', output: 1 }, to: { node: 'Caught' } },
        ],
      },
    )
    const went = await run(goes)
    expect([went.code, went.err]).toEqual([0, expect.stringMatching(/✓ Caught/)])
    expect(went.err).not.toMatch(/Fine/)
  })

  it('[TR5] an endless script ends at the limits of its sandbox; too many steps end at the budget', async () => {
    const loop = await team('Loop', [one('noOp', 'A'), one('noOp', 'B')], {
      links: [
        { from: { node: 'start' }, to: { node: 'A' } },
        { from: { node: 'A' }, to: { node: 'B' } },
        { from: { node: 'B' }, to: { node: 'A' } },
      ],
      settings: { maxSteps: 20 },
    })
    expect((await run(loop)).err).toMatch(/more than 20 steps/)
  })

  it('[TR6] a private address is refused, and reached when the team allows it', async () => {
    const { port } = server.address() as AddressInfo
    const ask = one('http', 'Ask', { url: `http://127.0.0.1:${port}/x`, options: {} }, 4.2)
    const refused = await run(await team('Refused', [ask]))
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/✗ Ask[\s\S]*not public/)])
    expect(asked).toEqual([])
    const allowed = await run(await team('Allowed', [ask], { settings: { allowPrivate: true } }))
    expect([allowed.code, allowed.out]).toEqual([0, expect.stringContaining('"answer": 42')])
    expect(asked).toEqual(['GET /x'])
    const without = await run(await team('No lease', [{ ...ask, credentials: { slackApi: 'ours' } }], { settings: { allowPrivate: true } }))
    expect([without.code, without.err]).toEqual([1, expect.stringMatching(/needs a credential \(slackApi\)[\s\S]*not lent/)])
  })
})

describe('runs within a run', () => {
  it('[TR7] a persona node runs its persona, and the step names that run; a sleeping one fails by name', async () => {
    await place.value(fixture('Echo', 'echo-input.mjs'))
    const [persona] = await place.value<{ id: string }[]>(['persona', 'list'])
    const id = await team('Asks', [one('persona', 'Writer', { prompt: '=say {{ $json.n }}' }, 1, { refersTo: persona?.id ?? null })])
    const runId = await started(id, '--input', '[{"n":1},{"n":2}]')
    const detail = await ended(runId)
    expect(detail.run).toMatchObject({ state: 'succeeded', bodyKind: 'team', costUsd: 0 })
    const step = detail.steps.find(({ title }) => title === 'Writer')
    const [first] = (step?.detail.childRuns ?? []) as string[]
    expect((await shown(first ?? '')).run).toMatchObject({ personaName: 'Echo', state: 'succeeded' })
    const { items } = await place.value<TeamItems>(['team', 'items', runId, 'Writer'])
    expect(items.map(({ json }) => String(json.output).trim())).toEqual(['say 1', 'say 2'])
    await place.troupe(['persona', 'sleep', 'Echo'])
    expect((await run(id)).err).toMatch(/✗ Writer[\s\S]*sleeps/)
  })

  it('[TR8] a sub-team gives its last items', async () => {
    const inner = await team('Inner', [DOUBLE], { nodes: [{ id: 'start', name: 'Called', kind: 'subTeamStart' }, DOUBLE] })
    const outer = await team('Outer', [
      one('subTeam', 'Sub', {}, 1.2, { refersTo: inner }),
      code('Last', 'return [{ json: { got: $input.first().json.twice } }]'),
    ])
    const { code: exit, out } = await run(outer, '--input', '{"n":21}')
    expect([exit, out]).toEqual([0, expect.stringContaining('"got": 42')])
  })

  it('[TR9] Ctrl+C ends the run and what runs within it', async () => {
    const { id: persona } = await place.value<{ id: string }>([...fixture('Sleeper', 'sleep.mjs', '60000')])
    const id = await team('Waits for it', [one('persona', 'Sleeper', {}, 1, { refersTo: persona })])
    const child = place.begin(['team', 'run', id, '--json'], { stdin: '' })
    await until(() => child.said().includes('"Sleeper"'))
    await until(async () => (await runsOf('Sleeper')).some(({ state }) => state === 'running'))
    child.kill('SIGINT')
    expect((await child.ended).code).toBe(130)
    await until(async () => (await runsOf('Sleeper')).every(({ state }) => state === 'cancelled'))
  })
})

describe('waits, crashes and forks', () => {
  it('[TR10] a wait parks the run; it goes on with what is given, and an approval that is denied ends it', async () => {
    const id = await team('Approve', [
      one('wait', 'Yes?', { resume: 'approval', question: 'Send it?' }, 1.1),
      code('Then', 'return $input.all()'),
    ])
    const first = await started(id, '--input', '{"n":1}')
    await until(async () => (await shown(first)).run.state === 'parked')
    expect((await shown(first)).run.reason).toMatchObject({ code: 'approval', message: expect.stringContaining('Send it?') })
    await place.value(['team', 'go-on', first])
    expect((await ended(first)).run.state).toBe('succeeded')
    const second = await started(id)
    await until(async () => (await shown(second)).run.state === 'parked')
    await place.value(['team', 'go-on', second, '--deny'])
    expect((await ended(second)).run).toMatchObject({ state: 'failed', reason: { message: expect.stringContaining('not approved') } })
    const third = await started(id)
    await until(async () => (await shown(third)).run.state === 'parked')
    await place.value(['team', 'go-on', third, '--input', '{"instead":true}'])
    expect((await ended(third)).result).toContain('"instead": true')
  })

  it('[TR11] a run goes on after the engine was killed, without doing anything twice', async () => {
    const { port } = server.address() as AddressInfo
    asked.length = 0
    const id = await team(
      'Survives',
      [
        one('http', 'Once', { method: 'POST', url: `http://127.0.0.1:${port}/once`, options: {} }, 4.2),
        one('wait', 'Later', { amount: 8, unit: 'seconds' }, 1.1),
        code('Then', 'return $input.all()'),
      ],
      { settings: { allowPrivate: true } },
    )
    const runId = await started(id)
    await until(async () => (await shown(runId)).run.state === 'parked')
    const { pid } = await place.value<{ pid: number }>(['status'])
    process.kill(pid, 'SIGKILL')
    const detail = await ended(runId)
    expect(detail.run.state).toBe('succeeded')
    expect(asked).toEqual(['POST /once'])
  })

  it('[TR12] a fork keeps what ran before a node, and runs on from there, also as it was changed', async () => {
    const { port } = server.address() as AddressInfo
    asked.length = 0
    const nodes = [
      one('http', 'Ask', { url: `http://127.0.0.1:${port}/fork`, options: {} }, 4.2),
      code('Bad', "throw new Error('mend me')"),
    ]
    const id = await team('Mended', nodes, { settings: { allowPrivate: true } })
    const first = await started(id)
    expect((await ended(first)).run.state).toBe('failed')
    const text = JSON.parse((await place.troupe(['team', 'export', id, '--team'])).out) as { team: { nodes: NodeDraft[] } }
    const mended = {
      ...text.team,
      nodes: text.team.nodes.map((node) =>
        node.name === 'Bad' ? { ...node, parameters: { jsCode: 'return [{ json: { kept: $input.first().json.answer } }]' } } : node,
      ),
    }
    const forked = await run(id, '--keep', first, '--from', 'Bad', '--file', file(mended))
    expect([forked.code, forked.err, forked.out]).toEqual([0, expect.anything(), expect.stringContaining('"kept": 42')])
    expect(asked).toEqual(['GET /fork'])
  })
})

describe('an import', () => {
  it('[DOC7] becomes a team that is not active; its report stays with it, and it goes back to n8n', async () => {
    const workflow = {
      name: 'From n8n',
      nodes: [
        { id: '1', name: 'Go', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
        {
          id: '2',
          name: 'Make',
          type: 'n8n-nodes-base.code',
          typeVersion: 2,
          position: [200, 0],
          parameters: { jsCode: 'return [{ json: { fine: true } }]' },
        },
      ],
      connections: { Go: { main: [[{ node: 'Make', type: 'main', index: 0 }]] } },
    }
    const path = file(workflow)
    const dry = await place.troupe(['import', path, '--dry-run'])
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('2 of 2 nodes')])
    const { made } = await place.value<{ made: { id: string }[] }>(['import', path, '--yes'])
    const id = made[0]?.id ?? ''
    expect((await place.troupe(['team', 'list'])).out).toMatch(/From n8n .*not active/)
    expect((await run(id)).code).toBe(0)
    expect((await place.troupe(['team', 'report', id])).out).toContain('2 of 2 nodes')
    const back = JSON.parse((await place.troupe(['team', 'export', id])).out) as { connections: unknown }
    expect(back.connections).toEqual(workflow.connections)
  })
})
