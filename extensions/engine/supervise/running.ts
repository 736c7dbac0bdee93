/** One start of one service: from the lease to the end of its whole tree. It reports what happens, and decides nothing. */
import type { ServiceDoc } from '#contract'
import { asTroupeError, messageOf, newId } from '#core'
import { type Child, type Launch, launchOf, startChild } from './child.ts'
import type { ServiceLog } from './log/log.ts'
import type { Happened } from './machine.ts'
import type { ServiceLease, SupervisePorts } from './ports.ts'
import { type ProbeAt, probe, takenPort } from './probe.ts'

/** How often a port or an address is asked whether it is ready. */
const READY_POLL_MS = 100
/** After its own end: how long its pipes are heard, whoever else holds them. */
const DRAIN_MS = 200

export interface RunningPorts extends SupervisePorts {
  readonly doc: ServiceDoc
  readonly serviceLog: ServiceLog
  /** The number of this start, for the machine. */
  readonly start: number
  readonly happened: (what: Happened) => void
  /** What it says of itself. */
  readonly status: (text: string) => void
}

export class Running {
  pid: number | null = null
  readonly #ports: RunningPorts
  readonly #tree: string
  readonly #abort = new AbortController()
  #lease: ServiceLease | undefined
  #launch: Launch | undefined
  #child: Child | undefined
  #starting: Promise<void> | undefined
  #ready = false

  constructor(ports: RunningPorts) {
    this.#ports = ports
    this.#tree = newId(ports.chance, 'service')
  }

  start(): void {
    this.#starting = this.#start().catch((thrown: unknown) => this.#refused(thrown))
  }

  /** Ends whatever of it lives; safe at every moment, also before its program runs. Answers the processes that would not end. */
  async end(): Promise<readonly number[]> {
    const { doc, endTree } = this.#ports
    this.#abort.abort(new Error('it is being stopped'))
    await this.#starting
    const { left } = await endTree({ pid: this.pid, runId: this.#tree }, { signal: doc.stopSignal, graceMs: doc.stopSeconds * 1000 })
    if (this.#child) {
      await Promise.race([this.#child.closed, this.#pause(DRAIN_MS)])
      this.#child.release()
    }
    await this.#lease?.end()
    return left
  }

  async #start(): Promise<void> {
    const { doc, start, happened, serviceLog } = this.#ports
    const taken = await takenPort(doc.ports)
    if (taken !== undefined) {
      const message = `Port ${taken} is taken by another program.`
      happened({ is: 'ended', start, why: { reason: 'port-taken', message }, clean: false })
      return
    }
    if (doc.credentials.length > 0) this.#lease = await this.#ports.lend(doc.credentials, doc.id, () => this.#takenBack())
    this.#launch = await launchOf(doc, this.#tree, this.#lease?.lent.env ?? {}, this.#ports)
    if (this.#abort.signal.aborted) return
    const out = serviceLog.intake('out', (line) => this.#heard(line))
    const err = serviceLog.intake('err', (line) => this.#heard(line))
    const child = await startChild(this.#launch, {
      out: (chunk) => out.push(chunk),
      err: (chunk) => err.push(chunk),
      notified: (line) => this.#notified(line),
    })
    this.#child = child
    this.pid = child.pid
    serviceLog.note('info', `Started as process ${child.pid}.`)
    void child.ended.then(async ({ code, signal }) => {
      // Its last words are still in the pipes.
      await Promise.race([child.closed, this.#pause(DRAIN_MS)])
      out.end()
      err.end()
      const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`
      serviceLog.note('info', `It ${how}.`)
      if (this.#abort.signal.aborted) return
      const words = code === 0 ? '' : serviceLog.lastWords()
      happened({
        is: 'ended',
        start,
        why: { reason: 'ended', message: words === '' ? `It ${how}.` : `It ${how}: ${words}` },
        clean: code === 0,
      })
    })
    void this.#awaitReady()
  }

  async #awaitReady(): Promise<void> {
    const { readiness } = this.#ports.doc
    if (readiness.kind === 'started') this.#isReady()
    if (readiness.kind !== 'port' && readiness.kind !== 'http') return
    while (!this.#abort.signal.aborted && !this.#ready) {
      if ((await probe(readiness, this.#probeAt())).ok) this.#isReady()
      else await this.#pause(READY_POLL_MS)
    }
  }

  #isReady(): void {
    if (this.#ready || this.#abort.signal.aborted) return
    this.#ready = true
    this.#ports.happened({ is: 'ready', start: this.#ports.start })
    if (this.#ports.doc.health) void this.#watchHealth()
  }

  async #watchHealth(): Promise<void> {
    const { doc, start, happened } = this.#ports
    const { health } = doc
    while (health && !this.#abort.signal.aborted) {
      await this.#pause(doc.healthEverySeconds * 1000)
      if (this.#abort.signal.aborted) return
      const { ok, message } = await probe(health, this.#probeAt())
      if (!this.#abort.signal.aborted) happened({ is: 'health', start, ok, message: ok ? '' : `${message}.` })
    }
  }

  #heard(line: string): void {
    const { readiness } = this.#ports.doc
    if (!this.#ready && readiness.kind === 'line' && line.includes(readiness.text)) this.#isReady()
  }

  #notified(line: string): void {
    if (line === 'READY=1' && this.#ports.doc.readiness.kind === 'notify') this.#isReady()
    if (line.startsWith('STATUS=')) this.#ports.status(line.slice(7, 507))
  }

  #takenBack(): void {
    const why = { reason: 'credential', message: 'A credential that it had was taken back.' } as const
    this.#ports.happened({ is: 'refused', start: this.#ports.start, why })
  }

  #refused(thrown: unknown): void {
    const { start, happened } = this.#ports
    const { code, message, hint } = asTroupeError(thrown)
    const text = hint === undefined ? message : `${message} ${hint}`
    // What a person must mend first is not tried again.
    const lending = this.#lease === undefined && this.#ports.doc.credentials.length > 0
    if (code === 'SEALED') happened({ is: 'sealed', start, why: { reason: 'sealed', message: 'It waits until the vault is unlocked.' } })
    else if (lending || code === 'MISSING' || code === 'REFUSED')
      happened({ is: 'refused', start, why: { reason: lending ? 'credential' : 'cannot-start', message: text } })
    else happened({ is: 'ended', start, why: { reason: 'cannot-start', message: messageOf(thrown) }, clean: false })
  }

  #probeAt(): ProbeAt {
    const { doc, clock } = this.#ports
    const { cwd = '', env = {}, place = (text: string) => text } = this.#launch ?? {}
    return { clock, timeoutMs: doc.healthTimeoutSeconds * 1000, cwd, env, place, signal: this.#abort.signal }
  }

  /** Ends early when it is being stopped. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop()
        this.#abort.signal.removeEventListener('abort', done)
        resolve()
      }
      const stop = this.#ports.clock.after(delayMs, done)
      if (this.#abort.signal.aborted) return
      this.#abort.signal.addEventListener('abort', done, { once: true })
    })
  }
}
