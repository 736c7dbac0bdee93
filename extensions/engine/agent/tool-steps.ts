/**
 * What an agent asks for, as steps of the run: in the journal and through the gate before it happens. An agent is no function of its journal:
 * it may ask the same again and mean it. So a step is known by what it asks for and by how often that was answered before; what was asked and
 * never answered (the run parked) is found again by the same name.
 */
import { createHash } from 'node:crypto'
import { type BodyIo, canonicalJson, messageOf, type StepAsk, TroupeError } from '#core'

export type Permit = { readonly ok: true; readonly args: Readonly<Record<string, unknown>> } | { readonly ok: false; readonly why: string }

export interface ToolAsk {
  readonly title: string
  readonly args: Readonly<Record<string, unknown>>
  readonly detail?: StepAsk['detail']
  readonly safety: StepAsk['safety']
}

export class ToolSteps {
  readonly #io: BodyIo
  /** Keys that are under way in this life of the body. */
  readonly #taken = new Set<string>()
  /** Steps that ended the body's life: the run is to park, or the journal ends here. */
  readonly #broken: (thrown: unknown) => void

  constructor(io: BodyIo, broken: (thrown: unknown) => void) {
    this.#io = io
    this.#broken = broken
  }

  /** Does it when the gate lets it through; what comes back is what the agent is told. */
  async take<Answer>(ask: ToolAsk, effect: (args: Readonly<Record<string, unknown>>) => Promise<Answer>): Promise<Answer> {
    let answer: { readonly value: Answer } | undefined
    // As it was thrown: its code tells the agent what it can do about it.
    let failure: unknown
    const done = await this.#step(ask, async (args) => {
      try {
        answer = { value: await effect(args) }
      } catch (thrown) {
        failure = thrown
        throw thrown
      }
    })
    if (failure !== undefined) throw failure
    if (!done.ok) throw new TroupeError('REFUSED', done.why)
    if (!answer) throw new TroupeError('INTERNAL', `"${ask.title}" was answered from the journal, though it was asked anew.`)
    return answer.value
  }

  /** Only asks: what is let through the agent does itself. */
  permit(ask: ToolAsk): Promise<Permit> {
    return this.#step(ask, async () => undefined)
  }

  async #step(
    { title, args, detail, safety }: ToolAsk,
    effect: (args: Readonly<Record<string, unknown>>) => Promise<void>,
  ): Promise<Permit> {
    const key = this.#key(title, args)
    let given = args
    try {
      const step = await this.#io.step({ kind: 'tool', key, title, args, ...(detail ? { detail } : {}), safety }, async (run) => {
        given = run.args
        try {
          await effect(run.args)
          return { state: 'done', result: null, costUsd: 0 }
        } catch (thrown) {
          return { state: 'failed', result: messageOf(thrown), detail: { error: messageOf(thrown) }, costUsd: 0 }
        }
      })
      if (step.kind === 'instead') return step.ok ? { ok: true, args: given } : { ok: false, why: step.text }
      return step.state === 'done' ? { ok: true, args: given } : { ok: false, why: String(step.result) }
    } catch (thrown) {
      this.#broken(thrown)
      throw thrown
    }
  }

  #key(title: string, args: Readonly<Record<string, unknown>>): string {
    const digest = createHash('sha256')
      .update(canonicalJson([title, args]))
      .digest('hex')
      .slice(0, 24)
    for (let n = 1; ; n++) {
      const key = `agent-tool:${digest}.${n}`
      if (this.#taken.has(key) || this.#io.holds(key)) continue
      this.#taken.add(key)
      return key
    }
  }
}
