/**
 * The main side of tools that live outside run threads: what a run is offered, and its calls, each of which ends with the run at the latest.
 * A call of a tool that the run was not offered is answered with a refusal: a thread is not believed.
 */
import type { PersonaDoc } from '#contract'
import { messageOf, type SharedTool, type SharedToolAnswer } from '#core'
import type { LiveRun } from './live-run.ts'
import type { FromThread } from './messages.ts'
import type { RunPorts, SharedTools } from './ports.ts'

type SharedMessage = Extract<FromThread, { kind: 'shared-call' | 'shared-cancel' }>
type Offer = Awaited<ReturnType<SharedTools['offered']>>

interface Desk {
  readonly tools: ReadonlyMap<string, SharedTool>
  readonly calls: Map<number, AbortController>
}

export class SharedCalls {
  readonly #ports: Pick<RunPorts, 'shared' | 'log'>
  readonly #desks = new Map<string, Desk>()

  constructor(ports: Pick<RunPorts, 'shared' | 'log'>) {
    this.#ports = ports
  }

  async offer(runId: string, doc: PersonaDoc): Promise<Offer> {
    const { shared } = this.#ports
    if (!shared || doc.body.kind !== 'model' || doc.body.tools.mcp.length === 0) return { tools: [], problems: [] }
    const offer = await shared.offered(doc.body.tools.mcp)
    this.#desks.set(runId, { tools: new Map(offer.tools.map((tool) => [tool.name, tool])), calls: new Map() })
    return offer
  }

  take(run: LiveRun, message: SharedMessage): void {
    const desk = this.#desks.get(run.row.id)
    if (message.kind === 'shared-cancel') desk?.calls.get(message.n)?.abort(new Error('The run gave the call up.'))
    else void this.#call(run, desk, message)
  }

  /** Gives up what is still under way. */
  end(runId: string): void {
    for (const call of this.#desks.get(runId)?.calls.values() ?? []) call.abort(new Error('The run has ended.'))
    this.#desks.delete(runId)
  }

  async #call(
    run: LiveRun,
    desk: Desk | undefined,
    { n, tool: name, args, key }: Extract<SharedMessage, { kind: 'shared-call' }>,
  ): Promise<void> {
    const answer = (given: SharedToolAnswer): void => run.thread?.post({ kind: 'shared-answer', runId: run.row.id, n, answer: given })
    const tool = desk?.tools.get(name)
    if (!desk || !tool || !this.#ports.shared) return answer(refused(`REFUSED: This run was not offered a tool "${name}".`))
    const abort = new AbortController()
    desk.calls.set(n, abort)
    try {
      answer(await this.#ports.shared.call(tool, args, { runId: run.row.id, key }, abort.signal))
    } catch (thrown) {
      if (!abort.signal.aborted)
        this.#ports.log.error('A call of a shared tool broke.', { run: run.row.id, tool: name, problem: messageOf(thrown) })
      answer(refused(abort.signal.aborted ? 'The call was given up.' : 'The tool broke.'))
    } finally {
      desk.calls.delete(n)
    }
  }
}

const refused = (text: string): SharedToolAnswer => ({ ok: false, text, droppedBytes: 0 })
