/** What the person is told of limits, each once in its span: [BU9], [BU10]. */
import type { BudgetLimit } from '#contract'
import { messageOf } from '#core'
import type { Ledger, Place } from './ledger.ts'
import type { BudgetPorts } from './ports.ts'
import { markTold } from './table.ts'
import { limitWords } from './words.ts'

/** Share of a hard limit at which the person is told. */
const NEAR = 0.8

export class Telling {
  readonly #ports: Pick<BudgetPorts, 'store' | 'clock' | 'log' | 'tell'>
  readonly #unpriced = new Set<string>()

  constructor(ports: Pick<BudgetPorts, 'store' | 'clock' | 'log' | 'tell'>) {
    this.#ports = ports
  }

  reached(ledger: Ledger, place: Place, { runId, personaName }: { readonly runId: string; readonly personaName: string }): void {
    for (const { limit } of ledger.reached(place, ({ firmness }) => (firmness === 'soft' ? 1 : NEAR))) {
      const name = limitWords(limit, personaName || 'a persona')
      const soft = limit.firmness === 'soft'
      const [title, text] = soft
        ? ['A budget is used up', `${name} was a warning; nothing is stopped.`]
        : ['A budget is nearly used up', `80 % of ${name} is used or reserved. At its end runs wait.`]
      const key = limit.span === 'run' ? `run:${place.rootId}` : place[limit.span]
      void this.once(limit, key, soft ? 'soft' : 'near', title, text, runId)
    }
  }

  async once(limit: BudgetLimit, spanKey: string, level: string, title: string, text: string, runId: string): Promise<void> {
    try {
      const [made] = await this.#ports.store.write([markTold(limit.id, spanKey, level, this.#ports.clock.now())])
      if ((made?.changes ?? 0) > 0) this.#ports.tell({ title, text, runId })
    } catch (thrown) {
      this.#ports.log.warn('That a budget was reached could not be told.', { problem: messageOf(thrown) })
    }
  }

  /** null: its price is known, or it was said before. */
  unpriced({
    runId,
    model,
    worstUsd,
  }: {
    readonly runId: string
    readonly model: string
    readonly worstUsd: number | null
  }): string | null {
    const key = `${runId} ${model}`
    if (worstUsd !== null || this.#unpriced.has(key)) return null
    this.#unpriced.add(key)
    return `The price of ${model} is not known: its calls count in tokens and requests, and in no limit of dollars.`
  }

  newDay(): void {
    this.#unpriced.clear()
  }
}
