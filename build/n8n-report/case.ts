/** Runs one case (a node test, or a template with pinned data) through the engine. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  type Expressions,
  type FlowEvent,
  freshState,
  graphOf,
  type HttpRequest,
  type HttpResponse,
  type Item,
  KINDS,
  runFlow,
  unpark,
} from '../../extensions/engine/team/thread.ts'
import { asTeam, isBag, type N8nWorkflow, workflowIn } from './as-team.ts'
import type { Actual, Expected } from './compare.ts'

const LIMITS = { items: 200_000, bytes: 128 * 1024 * 1024, runMs: 20_000 }

export interface FlowCase {
  readonly id: string
  readonly workflow: N8nWorkflow
  readonly start: string
  readonly items: readonly Item[]
  readonly pins: Readonly<Record<string, unknown>>
  readonly order: 'v0' | 'v1'
  readonly timeZone: string
  readonly clock: number
  readonly http: readonly Mock[]
  readonly expected: Expected
  readonly volatile: readonly string[]
}

/** One sandbox serves all cases; its clock and its chance are those of the case that runs. */
export interface Sandbox {
  expressions: Expressions
  now: number
  random: () => number
}

interface Mock {
  readonly method?: string
  readonly url: string
  readonly requestBody?: unknown
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly bodyBase64?: string
}

/** Reads a file as a case; undefined when it is none. Throws a sentence when it is one that cannot be run. */
export function flowCaseIn(file: unknown, path: string): FlowCase | undefined {
  if (!isBag(file) || !isBag(file.expected) || !isBag(file.expected.nodes)) return undefined
  const shared = {
    id: typeof file.id === 'string' ? file.id : basename(path, '.json'),
    clock: Date.parse(String(file.clock ?? '2026-01-15T10:30:00.000Z')),
    expected: file.expected as unknown as Expected,
    volatile: Array.isArray(file.volatile) ? file.volatile.map(String) : [],
    http: Array.isArray(file.http) ? (file.http as Mock[]) : [],
  }
  if (isBag(file.workflow) && isBag(file.inputs)) {
    const workflow = workflowIn(file.workflow)
    if (workflow === undefined) throw new Error('the case has no workflow')
    const items = Array.isArray(file.inputs.items) ? (file.inputs.items as Item[]) : [{ json: {} }]
    const zone = workflow.settings?.timezone ?? file.defaultTimezone ?? 'UTC'
    return {
      ...shared,
      workflow,
      start: String(file.inputs.startNode),
      items,
      pins: isBag(file.inputs.pinned) ? file.inputs.pinned : {},
      order: workflow.settings?.executionOrder === 'v1' ? 'v1' : 'v0',
      timeZone: zone === 'DEFAULT' ? 'UTC' : String(zone),
    }
  }
  if (typeof file.template !== 'string' && !isBag(file.workflow)) return undefined
  const workflow = workflowIn(isBag(file.workflow) ? file.workflow : templateOf(String(file.template), path))
  if (workflow === undefined) throw new Error('the template has no workflow')
  const pins = isBag(file.pins) ? file.pins : {}
  const start = String(file.start)
  return {
    ...shared,
    workflow,
    start,
    items: Array.isArray(pins[start]) ? (pins[start] as Item[]) : [{ json: {} }],
    pins,
    order: String(file.executionOrder ?? '').startsWith('v1') ? 'v1' : 'v0',
    timeZone: String(file.timezone ?? 'UTC'),
  }
}

function templateOf(name: string, path: string): unknown {
  const folder = dirname(path)
  const file = basename(name)
  const places = [
    join(folder, name),
    join(folder, '..', 'templates', 'files', file),
    join(folder, '..', 'templates', file),
    join(folder, file),
  ]
  const found = places.find((place) => existsSync(place))
  if (found === undefined) throw new Error(`its template ${file} was not found beside it`)
  return JSON.parse(readFileSync(found, 'utf8').replace(/^\uFEFF/, ''))
}

export async function runCase(one: FlowCase, sandbox: Sandbox): Promise<Actual> {
  const random = chance(7)
  sandbox.now = one.clock
  sandbox.random = random
  const { expressions } = sandbox
  const clock = {
    now: () => one.clock,
    // Waiting takes no time here: what asks to be called later is called at once.
    after: (_delayMs: number, task: () => void) => {
      let on = true
      queueMicrotask(() => {
        if (on) task()
      })
      return () => {
        on = false
      }
    },
  }
  const signal = AbortSignal.timeout(LIMITS.runMs)
  const order: string[] = []
  const run = async (workflow: N8nWorkflow, start: string, items: readonly Item[], pins: FlowCase['pins'], top: boolean) => {
    const graph = graphOf(asTeam(workflow, pins, top ? one.order : 'v1'))
    const state = freshState(start, items)
    const flow = {
      graph,
      state,
      kinds: KINDS,
      limits: LIMITS,
      signal,
      facts: {
        teamId: 'case',
        executionId: '1',
        mode: 'test' as const,
        timeZone: one.timeZone,
        resumeUrl: 'http://localhost:5678/webhook-waiting/1',
      },
      say: (event: FlowEvent) => {
        if (!top) return
        if (event.type === 'begin') order.push(event.node)
        // What gave nothing at all counts as not having run.
        if (event.type === 'end' && event.run === null) order.pop()
      },
      ports: {
        expressions,
        clock,
        random,
        http: (request: HttpRequest) => answered(one.http, request),
        subTeam: async (team: { from: string; text?: string }, given: readonly Item[]) => {
          const inner = team.from === 'json' ? workflowIn(JSON.parse(team.text ?? '{}')) : undefined
          if (inner === undefined) throw new Error('Only a team given as JSON can be run in a case.')
          const first = inner.nodes.find((node) => /executeWorkflowTrigger|start|Trigger$/.test(node.type)) ?? inner.nodes[0]
          const ended = await run(inner, first?.name ?? '', given, {}, false)
          if (ended.failure !== null) throw new Error(ended.failure.message)
          return (
            ended.runs
              .get(ended.lastNode ?? '')
              ?.at(-1)
              ?.outputs.find((list) => (list?.length ?? 0) > 0) ?? []
          )
        },
      },
    }
    let status = await runFlow(flow)
    while (status === 'parked') {
      unpark(state, flow)
      status = await runFlow(flow)
    }
    return state
  }
  const state = await run(one.workflow, one.start, one.items, one.pins, true)
  const failure = state.failure
  return {
    status: state.status === 'succeeded' ? 'success' : 'error',
    error: failure === null ? null : { message: failure.message, node: failure.node },
    order,
    runs: state.runs,
  }
}

/** A small generator of the same numbers each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

async function answered(mocks: readonly Mock[], request: HttpRequest): Promise<HttpResponse> {
  const sent = typeof request.body === 'string' ? request.body : request.body === null ? '' : Buffer.from(request.body).toString('utf8')
  const found = mocks.find((mock) => {
    if ((mock.method ?? 'GET').toUpperCase() !== request.method) return false
    if (new URL(mock.url).href !== new URL(request.url).href) return false
    return mock.requestBody === undefined || JSON.stringify(mock.requestBody) === JSON.stringify(parsed(sent)) || mock.requestBody === sent
  })
  if (found === undefined) throw new Error(`No mock answers ${request.method} ${request.url}.`)
  const body =
    found.bodyBase64 !== undefined
      ? Buffer.from(found.bodyBase64, 'base64')
      : Buffer.from(typeof found.body === 'string' ? found.body : found.body === undefined ? '' : JSON.stringify(found.body))
  const headers = Object.fromEntries(Object.entries(found.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  return { status: found.status ?? 200, statusText: null, headers, body }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
