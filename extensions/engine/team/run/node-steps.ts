/**
 * Runs of nodes as steps of the run's journal. A step's result holds what the node gave, whole: it is what a run goes on from, what a
 * fork keeps, and what a person sees who clicks a link. What it shows of itself is a TeamStep.
 */
import type { TeamNode } from '#contract'
import { type BodyIo, JournalEnd, RunParked, type StepAsk } from '#core'
import type { Flow, NodeResult } from '../flow/engine.ts'
import { RunEnded } from '../flow/failure.ts'
import type { FlowAnswer, FlowEvent } from '../flow/ports.ts'
import type { ChildRuns } from './children.ts'

const LINE_CHARS = 2_000

/** What a step's result holds. */
export interface KeptNode extends NodeResult {
  /** What respond nodes told the caller. */
  readonly answers: readonly FlowAnswer[]
  readonly costUsd: number | null
}

interface NodeSteps {
  readonly say: (event: FlowEvent) => void
  readonly take: NonNullable<Flow['journal']>
}

export function nodeSteps(io: BodyIo, children: ChildRuns, answers: FlowAnswer[]): NodeSteps {
  /** Runs of each node so far, which is what the next one is counted as. */
  const runs = new Map<string, number>()
  return {
    say(event) {
      if (event.type === 'respond') answers.push(event.answer)
      if (event.type === 'line')
        io.emit({ kind: 'notice', level: 'info', code: 'node-says', message: `${event.node}: ${event.text}`.slice(0, LINE_CHARS) })
    },
    async take(n, { document }, itemsIn, work) {
      const run = runs.get(document.id) ?? 0
      // A loop remembers what is left of its items, and is pure: it is run again for the sake of its memory, and only noted.
      const pure = document.kind === 'loop' ? await work() : undefined
      const answered = answers.length
      let fresh: NodeResult | undefined
      let thrown: unknown
      const step = await io.step(askOf(n, document, run, itemsIn), async ({ idempotencyKey }) => {
        children.beginNode(idempotencyKey)
        try {
          fresh = pure ?? (await work())
        } catch (failed) {
          thrown = failed
          throw failed
        }
        const { runs: childRuns, costUsd } = children.endNode()
        const kept: KeptNode = { ...(pure ? { ...fresh, outputs: fresh.outputs } : fresh), answers: answers.slice(answered), costUsd }
        return { state: fresh.failure === null ? 'done' : 'failed', result: kept, detail: shown(fresh, run, childRuns), costUsd }
      })
      if (thrown instanceof RunEnded || thrown instanceof RunParked || thrown instanceof JournalEnd) throw thrown
      const result = pure ?? fresh ?? recorded(step.kind === 'result' ? step.result : undefined, document)
      if (fresh === undefined && step.kind === 'result') {
        const kept = step.result as KeptNode
        answers.push(...kept.answers)
        children.paid(kept.costUsd)
      }
      if (result.outputs !== null) runs.set(document.id, run + 1)
      return result
    },
  }
}

function askOf(n: number, node: TeamNode, run: number, itemsIn: number): StepAsk {
  return {
    kind: 'node',
    key: `node:${n}:${node.id}`.slice(0, 300),
    title: node.name,
    args: { node: node.name, kind: node.kind, parameters: node.parameters, itemsIn },
    detail: { node: node.name, nodeId: node.id, run, itemsIn },
    safety: safetyOf(node),
    // A persona's cost is its own run's to ask for.
    worst: { usd: 0, tokens: 0 },
  }
}

/** Whether a node may be run again when nobody knows if it had its effect. Runs within it are found again by their key. */
function safetyOf({ kind, parameters }: TeamNode): StepAsk['safety'] {
  if (kind === 'http')
    return ['GET', 'HEAD'].includes(String(parameters.method ?? parameters.requestMethod ?? 'GET').toUpperCase()) ? 'read-only' : 'unsafe'
  if (kind === 'persona' || kind === 'subTeam') return 'idempotent'
  if (kind === 'fileReadWrite') return parameters.operation === 'write' ? 'unsafe' : 'read-only'
  return kind === 'emit' ? 'unsafe' : 'read-only'
}

function shown({ outputs, tries, failure }: NodeResult, run: number, childRuns: readonly string[]): Record<string, unknown> {
  return {
    run: outputs === null ? null : run,
    items: (outputs ?? []).map((items) => items?.length ?? 0),
    tries,
    ...(failure === null ? {} : { error: failure }),
    ...(childRuns.length > 0 ? { childRuns } : {}),
  }
}

/** A step that a person answered in its place, or that was denied, has no items. */
function recorded(result: unknown, node: TeamNode): NodeResult {
  if (typeof result === 'object' && result !== null && 'outputs' in result) return result as NodeResult
  throw new JournalEnd('denied', `“${node.name}” was not let through, and the run cannot go on without it.`)
}
