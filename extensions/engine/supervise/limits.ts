/** What a service takes, over time: the looks that are kept, and whether it breaks a limit for long enough. */
import type { ServiceDoc, ServiceLook } from '#contract'
import { SERVICE_LIMITS } from '#contract/plain'
import type { Taken } from './ports.ts'

type Limits = Pick<ServiceDoc, 'memoryMb' | 'cpuPercent' | 'limitSeconds'>
const MB = 1024 * 1024

export class Looks {
  #looks: ServiceLook[] = []
  #last: { readonly at: number; readonly cpuMs: number } | undefined
  #overSince: { memory: number | null; cpu: number | null } = { memory: null, cpu: null }

  get all(): readonly ServiceLook[] {
    return this.#looks
  }

  /** Answers why it is over a limit, as a sentence; null: it is not, or not for long enough. */
  take(taken: Taken, limits: Limits, now: number): string | null {
    const since = this.#last
    const elapsed = since ? now - since.at : 0
    // What ended within the tree takes its time with it: never less than nothing.
    const cpuPercent = since && elapsed > 0 ? Math.max(0, Math.round(((taken.cpuMs - since.cpuMs) / elapsed) * 1000) / 10) : 0
    this.#last = { at: now, cpuMs: taken.cpuMs }
    this.#looks = [...this.#looks, { at: now, memoryBytes: taken.memoryBytes, cpuPercent, processes: taken.processes }].slice(
      -SERVICE_LIMITS.looks,
    )
    const { memoryMb, cpuPercent: mostCpu, limitSeconds } = limits
    const memoryOver = memoryMb !== null && taken.memoryBytes > memoryMb * MB
    const cpuOver = mostCpu !== null && cpuPercent > mostCpu
    this.#overSince = {
      memory: memoryOver ? (this.#overSince.memory ?? now) : null,
      cpu: cpuOver ? (this.#overSince.cpu ?? now) : null,
    }
    const long = (from: number | null): boolean => from !== null && now - from >= limitSeconds * 1000
    if (long(this.#overSince.memory)) return `It takes ${Math.round(taken.memoryBytes / MB)} MB of memory; ${memoryMb} MB are allowed.`
    return long(this.#overSince.cpu) ? `It takes ${cpuPercent} % of a processor; ${mostCpu} % are allowed.` : null
  }

  /** Another start: what the last one took is kept to be seen, and not counted on. */
  begin(): void {
    this.#last = undefined
    this.#overSince = { memory: null, cpu: null }
  }
}
