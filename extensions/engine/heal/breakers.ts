/** The breakers of providers, connectors and personas, by name; kept in memory and, when one opens or closes, in the store. */

import { z } from 'zod'
import type { BreakerRow } from '#contract'
import { integer, json, messageOf, readRows, type Statement, TroupeError, text } from '#core'
import { ask, type Breaker, CLOSED, report, withdraw } from './breaker.ts'
import type { HealPorts } from './ports.ts'

interface Kept {
  readonly breaker: Breaker
  readonly lastFailure: string
  readonly since: number
}

const at = z.int()
const shape = z.discriminatedUnion('state', [
  z.object({ state: z.literal('closed'), failures: z.array(at) }),
  z.object({ state: z.literal('open'), since: at, until: at, openMs: at }),
  z.object({ state: z.literal('half-open'), since: at, probe: z.string(), openMs: at }),
])
/** Keys that are kept in memory; closed ones without a failure are not kept at all. */
const KEPT = 1000

export class Breakers {
  readonly #ports: Pick<HealPorts, 'store' | 'clock' | 'log' | 'announce'>
  readonly #kept = new Map<string, Kept>()

  constructor(ports: Pick<HealPorts, 'store' | 'clock' | 'log' | 'announce'>) {
    this.#ports = ports
  }

  async open(): Promise<void> {
    const columns = { key: text, breaker: json('a breaker', shape), last_failure: text, since: integer }
    const rows = await readRows(this.#ports.store, columns, 'SELECT key, breaker, last_failure, since FROM heal_breaker')
    for (const { key, breaker, last_failure, since } of rows) this.#kept.set(key, { breaker, lastFailure: last_failure, since })
  }

  /** null: every one of them lets the call through. Otherwise which does not, why, and until when; then none has taken it as its probe. */
  ask(keys: readonly string[], call: string): { readonly key: string; readonly until: number; readonly lastFailure: string } | null {
    const now = this.#ports.clock.now()
    const answers = keys.map((key) => ({ key, answer: ask(this.#breaker(key), call, now) }))
    const refused = answers.find(({ answer }) => !answer.go)
    if (refused && !refused.answer.go) {
      return { key: refused.key, until: refused.answer.until, lastFailure: this.#kept.get(refused.key)?.lastFailure ?? '' }
    }
    for (const { key, answer } of answers) this.#put(key, answer.breaker)
    return null
  }

  report(key: string, call: string, ok: boolean, failure = ''): void {
    this.#put(key, report(this.#breaker(key), call, ok, this.#ports.clock.now()), ok ? undefined : failure)
  }

  /** The call was not made after all. */
  withdraw(keys: readonly string[], call: string): void {
    for (const key of keys) this.#put(key, withdraw(this.#breaker(key), call, this.#ports.clock.now()))
  }

  /** By hand. NOT_FOUND. */
  close(key: string): void {
    if (!this.#kept.has(key)) throw new TroupeError('NOT_FOUND', `There is no breaker "${key}"; none of that name has failed lately.`)
    this.#put(key, CLOSED)
  }

  list(label: (key: string) => string): BreakerRow[] {
    return [...this.#kept].map(([key, { breaker, lastFailure, since }]) => ({
      key,
      label: label(key),
      state: breaker.state,
      failures: breaker.state === 'closed' ? breaker.failures.length : 0,
      tryAt: breaker.state === 'open' ? breaker.until : null,
      since,
      lastFailure,
    }))
  }

  keys(): readonly string[] {
    return [...this.#kept.keys()]
  }

  #breaker(key: string): Breaker {
    return this.#kept.get(key)?.breaker ?? CLOSED
  }

  #put(key: string, breaker: Breaker, failure?: string): void {
    const before = this.#kept.get(key)
    if (breaker === (before?.breaker ?? CLOSED)) return
    const since = before?.breaker.state === breaker.state ? before.since : this.#ports.clock.now()
    const lastFailure = failure ?? before?.lastFailure ?? ''
    if (breaker.state === 'closed' && breaker.failures.length === 0) this.#kept.delete(key)
    else if (before || this.#kept.size < KEPT) this.#kept.set(key, { breaker, lastFailure, since })
    if (before?.breaker.state === breaker.state || (!before && breaker.state === 'closed')) return
    this.#ports.announce('health', key, breaker.state)
    const statement: Statement =
      breaker.state === 'closed'
        ? { sql: 'DELETE FROM heal_breaker WHERE key = ?', params: [key] }
        : {
            sql: 'INSERT OR REPLACE INTO heal_breaker (key, breaker, last_failure, since) VALUES (?, ?, ?, ?)',
            params: [key, JSON.stringify(breaker), lastFailure, since],
          }
    this.#ports.store.write([statement], { durability: 'applied' }).catch((thrown: unknown) => {
      this.#ports.log.warn('The state of a breaker was not kept; after a restart it is as it was.', { key, problem: messageOf(thrown) })
    })
  }
}
