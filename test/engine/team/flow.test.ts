import { describe, expect, test } from 'vitest'
import { type FlowEvent, graphOf, type Item, keptState, liveState, runFlow, unpark } from '../../../extensions/engine/team/thread.ts'
import { compareNumber, ran, run, setField, team } from './stage.ts'

const code = (jsCode: string, mode = 'runOnceForAllItems') => ({ kind: 'code' as const, version: 2, parameters: { mode, jsCode } })
const rows = (...numbers: number[]) => numbers.map((n) => ({ n }))

describe('the graph', () => {
  test('[FLOW3] a link without an end, and a name that occurs twice, are refused before anything runs', () => {
    const loose = team({ A: {}, B: {} }, ['A -> B'])
    expect(() => graphOf({ ...loose, nodes: loose.nodes.slice(0, 1) })).toThrow(/does not have/)
    const twice = { ...loose, nodes: loose.nodes.map((node) => ({ ...node, name: 'Same' })) }
    expect(() => graphOf(twice)).toThrow(/tell them apart/)
  })

  test('[FLOW2] two links into one input are two runs', async () => {
    const done = await run(team({ Start: {}, A: {}, B: {}, End: {} }, ['Start -> A', 'Start -> B', 'A -> End', 'B -> End']), 'Start')
    expect(done.state.runs.get('End')).toHaveLength(2)
  })
})

describe('order', () => {
  const nodes = {
    Start: { position: { x: 0, y: 0 } },
    Low: { position: { x: 1, y: 9 } },
    High: { position: { x: 1, y: 1 } },
    Under: { position: { x: 2, y: 9 } },
    Over: { position: { x: 2, y: 1 } },
  }
  const links = ['Start -> Low', 'Start -> High', 'Low -> Under', 'High -> Over']

  test('[FLOW10] v1 goes down each branch, the topmost first', async () => {
    const done = await run(team(nodes, links), 'Start')
    expect(done.order).toEqual(['Start', 'High', 'Over', 'Low', 'Under'])
  })

  test('[FLOW11] v0 goes level by level, in the order of the links', async () => {
    const done = await run(team(nodes, links, { executionOrder: 'v0' }), 'Start')
    expect(done.order).toEqual(['Start', 'Low', 'High', 'Under', 'Over'])
  })

  test('[FLOW14] a merge whose other branch ended empty runs with what it has', async () => {
    const done = await run(
      team(
        {
          Start: {},
          If: { kind: 'if', version: 2.2, parameters: compareNumber('n', 'gt', 100) },
          Yes: {},
          No: {},
          Join: { kind: 'merge', version: 3 },
        },
        ['Start -> If', 'If:0 -> Yes', 'If:1 -> No', 'Yes -> Join:0', 'No -> Join:1'],
      ),
      'Start',
      rows(1, 2),
    )
    expect(done.order).toEqual(['Start', 'If', 'No', 'Join'])
    expect(done.json('Join')).toEqual(rows(1, 2))
  })

  test('[FLOW15] in v0 the branch that got nothing is run on one empty item', async () => {
    const done = await run(
      team(
        {
          Start: {},
          If: { kind: 'if', version: 2.2, parameters: compareNumber('n', 'gt', 100) },
          Yes: setField('was', 'fed'),
          No: {},
          Join: { kind: 'merge', version: 3 },
        },
        ['Start -> If', 'If:0 -> Yes', 'If:1 -> No', 'Yes -> Join:0', 'No -> Join:1'],
        { executionOrder: 'v0' },
      ),
      'Start',
      rows(1),
    )
    expect(done.order).toEqual(['Start', 'If', 'No', 'Yes', 'Join'])
    expect(done.json('Join')).toEqual([{ was: 'fed' }, { n: 1 }])
  })
})

describe('pairing', () => {
  test('[FLOW21] what cannot be known stays unpaired, and asking for it is an error', async () => {
    const done = await run(
      team({ Start: {}, Code: code('return [{k: 1}, {k: 2}]'), Look: setField('n', '={{ $("Start").item.json.n }}') }, [
        'Start -> Code',
        'Code -> Look',
      ]),
      'Start',
      rows(1, 2, 3),
    )
    expect(done.items('Code').map((item) => item.pairedItem)).toEqual([undefined, undefined])
    expect(done.state.failure).toMatchObject({ node: 'Look', name: expect.stringMatching(/Error/) })
  })

  test('[FLOW21] a single input item, and one result of several, are paired', async () => {
    const one = await run(team({ Start: {}, Code: code('return [{k: 1}, {k: 2}]') }, ['Start -> Code']), 'Start', rows(7))
    expect(one.items('Code').map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 0 }])
    const lone = await run(team({ Start: {}, Code: code('return [{k: 1}]') }, ['Start -> Code']), 'Start', rows(1, 2, 3))
    expect(lone.items('Code').map((item) => item.pairedItem)).toEqual([{ item: 0 }])
  })
})

describe('flags', () => {
  test('[FLOW30] a disabled condition sends everything to its first output', async () => {
    const done = await run(
      team({ Start: {}, If: { kind: 'if', disabled: true, version: 2.2, parameters: compareNumber('n', 'gt', 5) }, Yes: {}, No: {} }, [
        'Start -> If',
        'If:0 -> Yes',
        'If:1 -> No',
      ]),
      'Start',
      rows(1, 9),
    )
    expect(done.order).toEqual(['Start', 'If', 'Yes'])
    expect(done.json('Yes')).toEqual(rows(1, 9))
  })

  test('[FLOW31] pins hold in a test run and do not exist in production', async () => {
    const document = {
      ...team({ Start: {}, Add: setField('real', 'yes') }, ['Start -> Add']),
      pinned: { 'id-Add': [{ json: { real: 'pinned' } }] },
    }
    expect((await run(document, 'Start')).json('Add')).toEqual([{ real: 'pinned' }])
    expect((await run(document, 'Start', [{}], { mode: 'production' })).json('Add')).toEqual([{ real: 'yes' }])
  })

  test('[FLOW32] an execute-once node works on one item and sees all', async () => {
    const done = await run(
      team({ Start: {}, Once: { ...setField('all', '={{ $input.all().length }}', 'number'), executeOnce: true } }, ['Start -> Once']),
      'Start',
      rows(1, 2, 3),
    )
    expect(done.json('Once')).toEqual([{ n: 1, all: 3 }])
  })

  test('[FLOW33] always-output puts one empty item, paired with all that came in', async () => {
    const done = await run(
      team(
        { Start: {}, None: { kind: 'filter', version: 2.2, alwaysOutput: true, parameters: compareNumber('n', 'gt', 100) }, After: {} },
        ['Start -> None', 'None -> After'],
      ),
      'Start',
      rows(1, 2),
    )
    expect(done.items('None')).toEqual([
      {
        json: {},
        pairedItem: [
          { item: 0, input: 0 },
          { item: 1, input: 0 },
        ],
      },
    ])
    expect(done.order).toContain('After')
  })
})

describe('errors', () => {
  const risky = code('if ($json.n === 2) throw new Error("bad " + $json.n)\nreturn {json: {ok: $json.n}}', 'runOnceForEachItem')

  test('[FLOW34] stop ends the run at the node', async () => {
    const done = await run(team({ Start: {}, Risky: risky, After: {} }, ['Start -> Risky', 'Risky -> After']), 'Start', rows(1, 2, 3))
    expect(done.state.status).toBe('failed')
    expect(done.state.failure).toMatchObject({ node: 'Risky', message: expect.stringContaining('bad 2') })
    expect(done.order).toEqual(['Start', 'Risky'])
  })

  test('[FLOW34] continue gives the error in the place of its item', async () => {
    const done = await run(team({ Start: {}, Risky: { ...risky, onError: 'continue' } }, ['Start -> Risky']), 'Start', rows(1, 2, 3))
    expect(done.json('Risky')).toEqual([{ ok: 1 }, { error: expect.stringContaining('bad 2') }, { ok: 3 }])
  })

  test('[FLOW34] a node that failed as a whole and may go on hands its input through', async () => {
    const done = await run(
      team(
        { Start: {}, Sort: { kind: 'sort', onError: 'continue', parameters: { sortFieldsUi: { sortField: [{ fieldName: 'missing' }] } } } },
        ['Start -> Sort'],
      ),
      'Start',
      rows(3, 1),
    )
    expect(done.json('Sort')).toEqual(rows(3, 1))
    expect(done.state.runs.get('Sort')?.[0]?.failure?.message).toContain('missing')
  })

  test('[FLOW35] the error output gets the failed item together with what it came from', async () => {
    const done = await run(
      team({ Start: {}, Risky: { ...risky, onError: 'errorOutput' }, Ok: {}, Bad: {} }, [
        'Start -> Risky',
        'Risky:0 -> Ok',
        'Risky:1 -> Bad',
      ]),
      'Start',
      rows(1, 2, 3),
    )
    expect(done.json('Ok')).toEqual([{ ok: 1 }, { ok: 3 }])
    expect(done.json('Bad')).toEqual([{ n: 2, error: expect.stringContaining('bad 2') }])
  })

  test('[FLOW36] a node is tried again, as often as it says, and the tries are told', async () => {
    let asked = 0
    const http = async () => {
      asked += 1
      return {
        status: asked < 3 ? 503 : 200,
        statusText: '',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from('{"ok":true}'),
      }
    }
    const node = { kind: 'http' as const, version: 4.2, parameters: { url: 'https://service.test/' }, retry: { maxTries: 3, waitMs: 10 } }
    const done = await run(team({ Start: {}, Ask: node }, ['Start -> Ask']), 'Start', [{}], { ports: { http } })
    expect(done.json('Ask')).toEqual([{ ok: true }])
    expect(done.state.runs.get('Ask')?.[0]?.tries).toBe(3)
  })
})

describe('loops and waits', () => {
  const looping = (version: number) =>
    team(
      {
        Start: {},
        Loop: { kind: 'loop', version, parameters: { batchSize: 2 } },
        Body: setField('seen', '={{ $runIndex }}', 'number'),
        Done: {},
      },
      [
        'Start -> Loop',
        `Loop:${version === 3 ? 1 : 0} -> Body`,
        'Body -> Loop',
        ...(version === 1 ? [] : [`Loop:${version === 3 ? 0 : 1} -> Done`]),
      ],
    )

  test.each([2, 3])('[FLOW40] [FLOW41] version %i gives its batches, then what came back', async (version) => {
    const done = await run(looping(version), 'Start', rows(1, 2, 3))
    expect(done.json('Done')).toEqual([
      { n: 1, seen: 0 },
      { n: 2, seen: 0 },
      { n: 3, seen: 1 },
    ])
    expect(done.state.runs.get('Loop')).toHaveLength(3)
  })

  test('[FLOW16] [FLOW41] version 1 ends its branch when nothing is left, without a run', async () => {
    const done = await run(looping(1), 'Start', rows(1, 2, 3))
    expect(done.state.runs.get('Loop')).toHaveLength(2)
    expect(done.state.status).toBe('succeeded')
  })

  test('[FLOW43] [FLOW50] a free loop runs, and one without an end ends at the limit of steps', async () => {
    const counting = (most: number) =>
      team(
        {
          Start: {},
          Add: setField('n', '={{ $json.n + 1 }}', 'number'),
          If: { kind: 'if', version: 2.2, parameters: compareNumber('n', 'lt', most) },
          Out: {},
        },
        ['Start -> Add', 'Add -> If', 'If:0 -> Add', 'If:1 -> Out'],
        { maxSteps: 100 },
      )
    expect((await run(counting(10), 'Start', rows(0))).json('Out')).toEqual(rows(10))
    const endless = await run(counting(1e9), 'Start', rows(0))
    expect(endless.state.status).toBe('failed')
    expect(endless.state.failure?.message).toContain('more than 100 steps')
  })

  test('[FLOW45] [FLOW46] a wait parks the run; kept as JSON and brought back it goes on', async () => {
    const document = team(
      { Start: {}, Wait: { kind: 'wait', version: 1.1, parameters: { amount: 2, unit: 'hours' } }, After: setField('late', 'yes') },
      ['Start -> Wait', 'Wait -> After'],
    )
    const parked = await run(document, 'Start', rows(1))
    expect(parked.state.status).toBe('parked')
    expect(parked.state.parked).toMatchObject({ kind: 'time', until: parked.flow.ports.clock.now() + 7_200_000 })
    const state = liveState(JSON.parse(JSON.stringify(keptState(parked.state))))
    const events: FlowEvent[] = []
    const flow = { ...parked.flow, state, say: (event: FlowEvent) => void events.push(event) }
    unpark(state, flow)
    expect(await runFlow(flow)).toBe('succeeded')
    expect(ran(flow, events).json('After')).toEqual([{ n: 1, late: 'yes' }])
  })

  test('[FLOW45] a webhook wait goes on with the answer that came', async () => {
    const parked = await run(
      team({ Start: {}, Wait: { kind: 'wait', version: 1.1, parameters: { resume: 'webhook' } }, After: {} }, [
        'Start -> Wait',
        'Wait -> After',
      ]),
      'Start',
    )
    const answer: Item[] = [{ json: { body: 'yes' } }]
    unpark(parked.state, parked.flow, answer)
    await runFlow(parked.flow)
    expect(parked.json('After')).toEqual([{ body: 'yes' }])
  })
})

describe('limits', () => {
  test('[FLOW51] items beyond the limit end the run, and no error branch swallows it', async () => {
    const many = { ...code('return Array.from({length: 500}, (_, i) => ({i}))'), onError: 'continue' as const }
    const done = await run(team({ Start: {}, Many: many, After: {} }, ['Start -> Many', 'Many -> After']), 'Start', [{}], {
      limits: { items: 100 },
    })
    expect(done.state.status).toBe('failed')
    expect(done.state.failure?.message).toContain('more than 100 items')
    expect(done.order).toEqual(['Start', 'Many'])
  })

  test('[FLOW51] so do bytes', async () => {
    const done = await run(team({ Start: {}, Big: code('return [{text: "x".repeat(5000)}]') }, ['Start -> Big']), 'Start', [{}], {
      limits: { bytes: 4_000 },
    })
    expect(done.state.failure?.message).toContain('MB')
  })

  test('[FLOW37] [FLOW53] a cancel is heard while a node works, whatever it does on errors', async () => {
    const stop = new AbortController()
    const http = (_request: unknown, signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('gone')))
        stop.abort()
      })
    const node = { kind: 'http' as const, version: 4.2, onError: 'continue' as const, parameters: { url: 'https://service.test/' } }
    const done = await run(team({ Start: {}, Ask: node, After: {} }, ['Start -> Ask', 'Ask -> After']), 'Start', [{}], {
      ports: { http },
      signal: stop.signal,
    })
    expect(done.state.status).toBe('cancelled')
    expect(done.order).toEqual(['Start', 'Ask'])
    expect(done.events.at(-1)).toMatchObject({ type: 'ended', status: 'cancelled' })
  })

  test('[FLOW37] a node that throws because it was cancelled has not failed: the run was cancelled', async () => {
    const stop = new AbortController()
    const persona = async () => {
      stop.abort()
      throw new Error('gone')
    }
    const done = await run(team({ Start: {}, Ask: { kind: 'persona' } }, ['Start -> Ask']), 'Start', [{}], {
      ports: { persona },
      signal: stop.signal,
    })
    expect(done.state.status).toBe('cancelled')
    expect(done.state.queue.map((call) => call.node)).toEqual(['Ask'])
  })

  test('[FLOW47] the last event of every run says how it ended', async () => {
    const good = await run(team({ Start: {} }, []), 'Start')
    expect(good.events.at(-1)).toMatchObject({ type: 'ended', status: 'succeeded' })
    const stop = { kind: 'stopWithError' as const, parameters: { errorMessage: '=no {{ $json.n }}' } }
    const bad = await run(team({ Start: {}, Stop: stop }, ['Start -> Stop']), 'Start', rows(4))
    expect(bad.events.at(-1)).toMatchObject({ type: 'ended', status: 'failed', failure: { message: 'no 4' } })
  })
})
