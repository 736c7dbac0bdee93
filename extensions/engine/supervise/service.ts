/** One service: its document, its machine, its log, and its present start. What the machine says is to be done is done here. */
import type { ServiceDoc, ServiceRow, ServiceStanding } from '#contract'
import { Looks } from './limits.ts'
import type { ServiceLog } from './log/log.ts'
import { type Deed, dueAt, type Happened, type Machine, machineAtRest, step, type Terms } from './machine.ts'
import type { SupervisePorts, Taken } from './ports.ts'
import type { SavedService } from './rows.ts'
import { Running } from './running.ts'
import { endsThatCount } from './tries.ts'

export interface ServiceParts {
  readonly ports: SupervisePorts
  readonly log: ServiceLog
  /** It has moved, or what is known of it has changed. */
  readonly moved: (service: Service, from: Machine) => void
  readonly usedBy: (id: string) => readonly string[]
}

/** Chance as a number from 0 to 1. */
const CHANCE_STEPS = 256

export class Service {
  saved: SavedService
  /** A person stopped it: it is not started because it is to be on or is needed, until it is started. */
  heldOff = false
  /** A person started it. */
  asked = false
  /** On demand: it was not used for so long that it is let go, until it is wanted again. */
  letGo = false
  /** Since when nobody uses it; null: somebody does. */
  idleSince: number | null = null
  readonly log: ServiceLog
  readonly #parts: ServiceParts
  readonly #looks = new Looks()
  #machine: Machine
  #running: Running | undefined
  #status = ''
  #everMoved = false
  #forgetTimer: (() => void) | undefined
  readonly #waiting = new Set<() => void>()

  constructor(saved: SavedService, parts: ServiceParts) {
    this.saved = saved
    this.log = parts.log
    this.#parts = parts
    this.#machine = machineAtRest(parts.ports.clock.now())
  }

  get doc(): ServiceDoc {
    return this.saved.doc
  }

  get machine(): Machine {
    return this.#machine
  }

  get pid(): number | null {
    return this.#running?.pid ?? null
  }

  get row(): ServiceRow {
    return { ...this.saved, standing: this.#standing() }
  }

  /** The one way in for whatever happens to it. */
  happened(what: Happened): void {
    const { clock, chance } = this.#parts.ports
    const from = this.#machine
    const [byte = 0] = chance.bytes(1)
    const { machine, deeds } = step(from, what, this.#terms(), { now: clock.now(), chance: byte / (CHANCE_STEPS - 1) })
    if (machine === from && deeds.length === 0) {
      // A timer may strike a little early by this clock.
      if (what.is === 'time') this.#setTimer()
      return
    }
    this.#machine = machine
    for (const deed of deeds) this.#do(deed)
    this.#setTimer()
    if (machine.state === from.state && machine.why === from.why && machine.retryAt === from.retryAt && machine.wanted === from.wanted)
      return
    this.#note(from)
    this.#parts.moved(this, from)
    for (const wake of [...this.#waiting]) wake()
  }

  /** Resolves when its state is none of these any more. */
  async leaves(...states: readonly Machine['state'][]): Promise<void> {
    while (states.includes(this.#machine.state)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.add(resolve)
      await promise
      this.#waiting.delete(resolve)
    }
  }

  took(taken: Taken, now: number): void {
    const message = this.#looks.take(taken, this.doc, now)
    const { state, over, start } = this.#machine
    if (message === null && over === null) return
    // A warning is renewed only when it begins or ends.
    if (this.doc.limitAction === 'warn' && (message === null) === (over === null)) return
    if (state !== 'stopping') this.happened({ is: 'over', start, message, action: this.doc.limitAction })
  }

  #terms(): Terms {
    const { restart, readySeconds, healthFailures } = this.doc
    return { restart, readyMs: readySeconds * 1000, healthFailures }
  }

  #do(deed: Deed): void {
    const { start } = deed
    if (deed.do === 'start') {
      this.#looks.begin()
      this.#status = ''
      const happened = (what: Happened): void => this.happened(what)
      const status = (text: string): void => {
        this.#status = this.#parts.ports.secrets.redactor.text(text)
      }
      this.#running = new Running({ ...this.#parts.ports, doc: this.doc, serviceLog: this.log, start, happened, status })
      this.#running.start()
      return
    }
    const running = this.#running
    void (running?.end() ?? Promise.resolve([]))
      .catch(() => [])
      .then((left) => {
        this.#running = undefined
        this.happened({ is: 'gone', start, left })
      })
  }

  #setTimer(): void {
    this.#forgetTimer?.()
    this.#forgetTimer = undefined
    const due = dueAt(this.#machine, this.#terms())
    const { clock } = this.#parts.ports
    if (due !== null) this.#forgetTimer = clock.after(Math.max(0, due - clock.now()), () => this.happened({ is: 'time' }))
  }

  #note(from: Machine): void {
    this.#everMoved = true
    const { state, why, retryAt } = this.#machine
    if (state === from.state && why === from.why) return
    const again = retryAt === null ? '' : ` It is tried again in ${Math.ceil((retryAt - this.#parts.ports.clock.now()) / 100) / 10} s.`
    const text = `${from.state} → ${state}${why ? `: ${why.message}` : ''}${again}`
    this.log.note(state === 'failed' ? 'error' : why && (state === 'degraded' || state === 'waiting') ? 'warn' : 'info', text)
  }

  #standing(): ServiceStanding {
    const { ports, usedBy } = this.#parts
    const { state, since, why, retryAt, start, startedAt, ends, lastFailure } = this.#machine
    const clean = (text: string): string => ports.secrets.redactor.text(text)
    return {
      ...{ state, since: this.#everMoved ? since : null, reason: why?.reason ?? null, message: clean(why?.message ?? '') },
      ...{ pid: this.pid, startedAt, retryAt, starts: start, ends: endsThatCount(ends, ports.clock.now()).length },
      lastFailure: lastFailure && { ...lastFailure, message: clean(lastFailure.message) },
      ...{ status: this.#status, usedBy: [...usedBy(this.doc.id)], looks: [...this.#looks.all], droppedLines: this.log.droppedLines },
    }
  }
}
