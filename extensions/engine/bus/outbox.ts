/**
 * Pending deliveries in memory, one lane for each subscription and key: its head is handed over, and when it waits for its next try
 * the lane waits with it. [BU4], [BU5], [BU6]
 */
import { asTroupeError, type Clock, type Logger, messageOf } from '#core'
import { groupOf } from './likeness.ts'
import type { Delivered, Delivery } from './ports.ts'

/** Between the tries of one delivery; after the last one it is dead. */
const WAITS_MS = [1_000, 5_000, 30_000, 120_000, 600_000]
/** Deliveries under way at the same time. */
const AT_ONCE = 32

export interface Pending {
  readonly eventSeq: number
  readonly subscriptionId: string
  readonly key: string
  readonly round: number
  tries: number
  nextAt: number
}

export type Settled =
  | Delivery
  | { readonly state: 'pending'; readonly reason: string; readonly nextAt: number }
  | { readonly state: 'dead'; readonly reason: string; readonly group: string }

export interface OutboxPorts {
  readonly clock: Clock
  readonly log: Logger
  /** The event, whole. undefined: it is gone. */
  readonly load: (pending: Pending) => Promise<Delivered | undefined>
  readonly deliver: (subscriptionId: string, delivered: Delivered) => Promise<Delivery>
  /** Resolves when the outcome is durable. */
  readonly settle: (pending: Pending, settled: Settled) => Promise<void>
  readonly faultPoint: (name: 'delivery-begun' | 'delivery-done') => void
}

interface Lane {
  readonly waiting: Pending[]
  busy: boolean
  disarm: (() => void) | undefined
}

export class Outbox {
  readonly #ports: OutboxPorts
  readonly #lanes = new Map<string, Lane>()
  readonly #ready: string[] = []
  #underWay = 0
  #stopped = false
  #idle: (() => void) | undefined

  constructor(ports: OutboxPorts) {
    this.#ports = ports
  }

  add(pending: Pending): void {
    const name = `${pending.subscriptionId}\n${pending.key}`
    const lane = this.#lanes.get(name) ?? { waiting: [], busy: false, disarm: undefined }
    this.#lanes.set(name, lane)
    lane.waiting.push(pending)
    if (lane.waiting.length === 1 && !lane.busy) this.#wake(name, lane)
  }

  /** Lets what waits for its next try be tried now. */
  hurry(subscriptionId: string): void {
    for (const [name, lane] of this.#lanes) {
      const [head] = lane.waiting
      if (!lane.disarm || !head || head.subscriptionId !== subscriptionId) continue
      head.nextAt = 0
      this.#wake(name, lane)
    }
  }

  get size(): number {
    let size = 0
    for (const { waiting } of this.#lanes.values()) size += waiting.length
    return size
  }

  /** Ends when what is under way is settled; the rest stays pending in the store. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const lane of this.#lanes.values()) lane.disarm?.()
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  #wake(name: string, lane: Lane): void {
    lane.disarm?.()
    lane.disarm = undefined
    const [head] = lane.waiting
    if (this.#stopped || !head) return
    const wait = head.nextAt - this.#ports.clock.now()
    if (wait > 0) {
      // A long wait is looked at again, so that a clock that was set forward does not prolong it.
      lane.disarm = this.#ports.clock.after(Math.min(wait, 30_000), () => this.#wake(name, lane))
      return
    }
    lane.busy = true
    this.#ready.push(name)
    this.#pump()
  }

  #pump(): void {
    while (this.#underWay < AT_ONCE && !this.#stopped) {
      const name = this.#ready.shift()
      const lane = name === undefined ? undefined : this.#lanes.get(name)
      if (name === undefined || !lane) return
      this.#underWay += 1
      void this.#work(name, lane).finally(() => {
        this.#underWay -= 1
        if (this.#underWay === 0) this.#idle?.()
        this.#pump()
      })
    }
  }

  async #work(name: string, lane: Lane): Promise<void> {
    const [head] = lane.waiting
    if (head) {
      const settled = await this.#try(head)
      try {
        await this.#ports.settle(head, settled)
      } catch (thrown) {
        // Delivered, and not noted: it stays pending, is tried again, and the subscriber tells that it has it.
        this.#ports.log.warn('The outcome of a delivery could not be stored; it is tried again.', { problem: messageOf(thrown) })
        head.nextAt = this.#ports.clock.now() + 5_000
      }
      if (settled.state === 'pending') {
        head.tries += 1
        head.nextAt = settled.nextAt
      } else if (head.nextAt <= this.#ports.clock.now()) lane.waiting.shift()
    }
    lane.busy = false
    if (lane.waiting.length === 0) this.#lanes.delete(name)
    else this.#wake(name, lane)
  }

  async #try(head: Pending): Promise<Settled> {
    const { deliver, load, faultPoint, clock } = this.#ports
    try {
      const delivered = await load(head)
      if (!delivered) return { state: 'skipped', reason: 'The event is no longer kept.', fireId: null }
      faultPoint('delivery-begun')
      const outcome = await deliver(head.subscriptionId, delivered)
      faultPoint('delivery-done')
      return outcome
    } catch (thrown) {
      const { code, message, retry } = asTroupeError(thrown)
      const wait = retry === 'later' ? WAITS_MS[head.tries] : undefined
      return wait === undefined
        ? { state: 'dead', reason: message, group: groupOf(code, message) }
        : { state: 'pending', reason: message, nextAt: clock.now() + wait }
    }
  }
}
