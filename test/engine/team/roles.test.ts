/** Roles and links of a team: rules ROLE1 to ROLE5, on the flow engine with a persona that answers by the book. */
import { describe, expect, it } from 'vitest'
import type { TeamDocument } from '#contract'
import { systemClock } from '#core/node'
import {
  type Flow,
  type FlowEvent,
  freshState,
  graphOf,
  type Item,
  KINDS,
  type LiveState,
  runFlow,
} from '../../../extensions/engine/team/thread.ts'
import { sandbox, team } from './stage.ts'

type Answer = (node: string, prompt: string) => string

async function go(doc: TeamDocument, answer: Answer, items: readonly Item[] = [{ json: { n: 1 } }], spent: number | null = 0) {
  const lines: string[] = []
  const state: LiveState = freshState('Start', items)
  const flow: Flow = {
    graph: graphOf(doc),
    state,
    kinds: KINDS,
    limits: { items: 1_000, bytes: 10_000_000, runMs: 60_000 },
    signal: new AbortController().signal,
    facts: { teamId: 'team_x', executionId: 'run_x', mode: 'production', timeZone: 'UTC' },
    say: (event: FlowEvent) => void (event.type === 'line' && lines.push(event.text)),
    ports: {
      expressions: await sandbox(),
      clock: systemClock,
      random: () => 0.5,
      persona: async ({ document }, prompt) => ({ text: answer(document.name, prompt), runId: 'run_y' }),
      spent: () => spent,
    },
  }
  await runFlow(flow)
  const given = (node: string, output = 0) =>
    (state.runs.get(node) ?? []).flatMap((run) => run.outputs[output] ?? []).map(({ json }) => json)
  return { state, lines, given }
}

function withLinks(
  doc: TeamDocument,
  change: (link: TeamDocument['links'][number], at: number) => Partial<TeamDocument['links'][number]>,
): TeamDocument {
  return { ...doc, links: doc.links.map((link, at) => ({ ...link, ...change(link, at) })) }
}

const start = { Start: { kind: 'manualStart' as const } }

describe('links', () => {
  it('[ROLE1] a condition lets through what is exactly true, and nothing that cannot be judged', async () => {
    const doc = (condition: string) =>
      withLinks(team({ ...start, Next: {} }, ['Start -> Next']), () => ({ role: 'conditional', condition }))
    const items = [{ json: { n: 1 } }, { json: { n: 5 } }]
    expect((await go(doc('$json.n > 3'), () => '', items)).given('Next')).toEqual([{ n: 5 }])
    for (const [condition, says] of [
      ['$json.n', 'gave no truth value'],
      ['$json.missing.deep.deeper > 1 ||', 'could not be evaluated'],
      ['', 'is empty'],
    ] as const) {
      const { given, lines, state } = await go(doc(condition), () => '', items)
      expect([given('Next'), state.status]).toEqual([[], 'succeeded'])
      expect(lines.join('\n')).toContain(says)
    }
  })

  it('[ROLE2] a feedback link carries items only so often', async () => {
    const loop = team({ ...start, A: {}, B: {} }, ['Start -> A', 'A -> B', 'B -> A'])
    const { state } = await go(
      withLinks(loop, (_link, at) => (at === 2 ? { role: 'feedback', rounds: 3 } : {})),
      () => '',
    )
    expect([state.status, state.failure?.message, state.runs.get('A')?.length]).toEqual([
      'failed',
      expect.stringContaining('carried items 3 times'),
      4,
    ])
  })
})

const orchestra = (settings: TeamDocument['settings']['delegation'] = { depth: 2, width: 2, costUsd: null }) =>
  withLinks(
    team(
      {
        ...start,
        Chief: { kind: 'persona', role: 'orchestrator' },
        Ann: { kind: 'persona', role: 'worker' },
        Bob: { kind: 'persona', role: 'worker' },
        Out: {},
      },
      ['Start -> Chief', 'Chief -> Ann', 'Chief -> Bob', 'Chief -> Out'],
      settings === undefined ? {} : { delegation: settings },
    ),
    (_link, at) => (at === 1 || at === 2 ? { role: 'parallel' } : {}),
  )
const tasks = (...given: readonly (readonly [string, string])[]) => JSON.stringify({ tasks: given.map(([to, task]) => ({ to, task })) })

describe('roles', () => {
  it('[ROLE3] an orchestrator hands each task to the worker that it names, and says so before', async () => {
    const { given, lines } = await go(orchestra(), (node, prompt) =>
      node === 'Chief' ? `\`\`\`json\n${tasks(['Ann', 'draw'], ['Bob', 'write'])}\n\`\`\`` : `${node}: ${prompt}`,
    )
    expect([given('Ann'), given('Bob'), given('Out')]).toEqual([
      [{ output: 'Ann: draw', depth: 1 }],
      [{ output: 'Bob: write', depth: 1 }],
      [],
    ])
    expect(lines.join()).toMatch(/Hands out 2 of at most 2 tasks to Ann, Bob \(depth 1 of 2\)/)
    const { given: direct } = await go(orchestra(), () => '{"answer":"done already"}')
    expect([direct('Ann'), direct('Out')]).toEqual([[], [{ output: 'done already' }]])
  })

  it('[ROLE4] too many tasks, too deep, too dear, a cost that is not known, or a stranger: nothing is handed out', async () => {
    const many = tasks(['Ann', '1'], ['Ann', '2'], ['Bob', '3'])
    const limited = { depth: 2, width: 2, costUsd: 1 }
    for (const [run, says] of [
      [go(orchestra(), () => many), 'at most 2 are allowed'],
      [go(orchestra(), () => tasks(['Eve', 'x'])), 'none of its workers'],
      [go(orchestra(), () => many, [{ json: { depth: 2 } }]), 'handed on 2 deep'],
      [go(orchestra(limited), () => many, undefined, 1), '$1 of $1 are spent'],
      [go(orchestra(limited), () => many, undefined, null), 'not known'],
      [go(orchestra(), () => 'I would rather not say'), 'had to answer with JSON'],
    ] as const) {
      const { state, given } = await run
      expect([state.status, state.failure?.message, given('Ann')]).toEqual(['failed', expect.stringContaining(says), []])
    }
  })

  it('[ROLE5] a router chooses the link, a reviewer sends back until it approves', async () => {
    const routed = team({ ...start, Router: { kind: 'persona', role: 'router' }, A: {}, B: {} }, [
      'Start -> Router',
      'Router -> A',
      'Router -> B',
    ])
    const { given } = await go(routed, () => '{"to":"B"}')
    expect([given('A'), given('B')]).toEqual([[], [{ n: 1, to: 'B' }]])
    expect((await go(routed, () => '{"to":"C"}')).state.failure?.message).toContain('none of A, B')
    const reviewed = withLinks(
      team({ ...start, Writer: { kind: 'persona' }, Reviewer: { kind: 'persona', role: 'reviewer' }, Out: {} }, [
        'Start -> Writer',
        'Writer -> Reviewer',
        'Reviewer -> Writer',
        'Reviewer -> Out',
      ]),
      (_link, at) => (at === 2 ? { role: 'feedback', rounds: 5 } : {}),
    )
    let round = 0
    const { given: kept, state } = await go(reviewed, (node) =>
      node === 'Writer' ? `draft ${++round}` : JSON.stringify({ approved: round === 3, notes: 'more' }),
    )
    expect([round, kept('Out'), state.status]).toEqual([3, [{ output: 'draft 3', approved: true, notes: 'more' }], 'succeeded'])
  })
})
