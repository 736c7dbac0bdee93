/** Looks at what services take and whether they are used, for as long as one of them runs. */
import { SERVICE_LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import type { SupervisePorts } from './ports.ts'
import type { Service } from './service.ts'

interface Told {
  /** Whether somebody needs it just now. */
  readonly used: (service: Service) => boolean
  /** Nobody used it for as long as it says. */
  readonly idle: (service: Service) => void
}

export class Watch {
  readonly #ports: SupervisePorts
  readonly #services: () => readonly Service[]
  readonly #told: Told
  #timer: (() => void) | undefined
  #stopped = false

  constructor(ports: SupervisePorts, services: () => readonly Service[], told: Told) {
    this.#ports = ports
    this.#services = services
    this.#told = told
  }

  /** Begins, unless it looks already or nothing runs. */
  look(): void {
    if (this.#stopped || this.#timer || this.#running().length === 0) return
    this.#timer = this.#ports.clock.after(this.#ports.lookMs ?? SERVICE_LIMITS.lookMs, () => void this.#look())
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.()
  }

  #running(): readonly Service[] {
    return this.#services().filter(({ pid }) => pid !== null)
  }

  async #look(): Promise<void> {
    try {
      const running = this.#running()
      const taken = await this.#ports.taken(running.flatMap(({ pid }) => pid ?? []))
      const now = this.#ports.clock.now()
      for (const service of running) {
        const its = service.pid === null ? undefined : taken.get(service.pid)
        if (its) service.took(its, now)
      }
      for (const service of running) await this.#lookForUse(service)
      if (running.length > 0) this.#ports.announce('service', '*', 'looked')
    } catch (thrown) {
      this.#ports.log.warn('What services take could not be looked at.', { problem: messageOf(thrown) })
    }
    this.#timer = undefined
    this.look()
  }

  async #lookForUse(service: Service): Promise<void> {
    const { doc, machine } = service
    const { clock, connections } = this.#ports
    if (doc.desired !== 'on-demand' || (machine.state !== 'ready' && machine.state !== 'degraded')) return
    const used = this.#told.used(service) || (doc.ports.length > 0 && ((await connections(doc.ports)) ?? 0) > 0)
    if (used) service.idleSince = null
    else service.idleSince ??= clock.now()
    if (service.idleSince !== null && clock.now() - service.idleSince >= doc.idleSeconds * 1000 && !this.#stopped) this.#told.idle(service)
  }
}
