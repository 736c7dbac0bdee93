/** The room itself: all services, who wants which, what they take, and their end. Opened with the first call, or at a start that has one to keep on. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceDoc, ServiceLogLine, ServiceRow } from '#contract'
import { SERVICE_LIMITS } from '#contract/plain'
import { messageOf, TroupeError } from '#core'
import { type LogAsk, ServiceLog } from './log/log.ts'
import type { Machine } from './machine.ts'
import { circleThrough, endOrder, withNeeds } from './needs.ts'
import type { SupervisePorts } from './ports.ts'
import { allServices, dropService, putService, type SavedService } from './rows.ts'
import { Service } from './service.ts'
import { Watch } from './watch.ts'

export interface Supervise {
  list(): readonly ServiceRow[]
  get(id: string): ServiceRow
  save(doc: ServiceDoc, isNew?: boolean): Promise<ServiceRow>
  start(id: string): ServiceRow
  stop(id: string): Promise<ServiceRow>
  restart(id: string): ServiceRow
  remove(id: string): Promise<void>
  logs(id: string, ask: LogAsk): Promise<{ lines: ServiceLogLine[]; more: boolean }>
  follow(id: string, fromSeq: number | undefined, signal: AbortSignal): AsyncGenerator<{ lines: ServiceLogLine[] }, void>
  /**
   * For who needs a service that is on demand, or any other: starts it, and resolves when it is ready with what lets go of it.
   * UNREACHABLE with its reason when it failed or was stopped; CANCELLED.
   */
  need(id: string, by: string, signal: AbortSignal): Promise<() => void>
  /** The vault was opened. */
  unlocked(): void
  /** Ends all, those first that nobody needs; answers what would not end. From here on nothing is started. */
  close(): Promise<readonly string[]>
}

export async function openSupervise(ports: SupervisePorts): Promise<Supervise> {
  const room = new Room(ports)
  for (const saved of await allServices(ports.store)) await room.take(saved)
  room.settle()
  return room
}

class Room implements Supervise {
  readonly #ports: SupervisePorts
  readonly #services = new Map<string, Service>()
  /** Who needs what from outside the room, each of them once for each need. */
  readonly #holds = new Map<string, string[]>()
  readonly #watch: Watch
  #closing: Promise<readonly string[]> | undefined
  #settling = false

  constructor(ports: SupervisePorts) {
    this.#ports = ports
    this.#watch = new Watch(ports, () => [...this.#services.values()], {
      used: (service) => this.#usedBy(service.doc.id).length > 0,
      idle: (service) => {
        service.asked = false
        service.letGo = true
        this.settle()
      },
    })
  }

  list(): readonly ServiceRow[] {
    return [...this.#services.values()].map(({ row }) => row)
  }

  get(id: string): ServiceRow {
    return this.#one(id).row
  }

  async take(saved: SavedService): Promise<Service> {
    const { id } = saved.doc
    const { clock, secrets, folder } = this.#ports
    const failed = (thrown: unknown): void =>
      this.#ports.log.warn('The log of a service could not be written.', { service: id, problem: messageOf(thrown) })
    const log = await ServiceLog.open({ clock, redactor: secrets.redactor, folder: join(folder, id, 'log'), failed })
    const service = new Service(saved, {
      ports: this.#ports,
      log,
      moved: (one, from) => this.#moved(one, from),
      usedBy: (one) => this.#usedBy(one),
    })
    this.#services.set(id, service)
    return service
  }

  async save(doc: ServiceDoc, isNew = false): Promise<ServiceRow> {
    this.#requireOpen()
    const known = this.#services.get(doc.id)
    if (isNew && known)
      throw new TroupeError('CONFLICT', `There is a service "${doc.id}" already.`, { hint: 'Choose another id, or edit that one.' })
    if (!known && this.#services.size >= SERVICE_LIMITS.services)
      throw new TroupeError('FULL', `There are ${this.#services.size} services, as many as there may be.`)
    this.#requireNeeds(doc)
    const now = this.#ports.clock.now()
    await this.#ports.store.write([putService(doc, now)])
    const saved = { doc, createdAt: known?.saved.createdAt ?? now, updatedAt: now }
    const service = known ?? (await this.take(saved))
    const before = service.doc
    service.saved = saved
    if (known && doc.desired !== before.desired) service.heldOff = service.asked = false
    // Another program or another port: what runs is no longer what is written.
    if (known && JSON.stringify({ ...before, desired: 0, label: 0 }) !== JSON.stringify({ ...doc, desired: 0, label: 0 }))
      service.happened({ is: 'anew' })
    this.settle()
    this.#changed(doc.id, known ? 'saved' : 'added')
    return service.row
  }

  start(id: string): ServiceRow {
    this.#requireOpen()
    const service = this.#one(id)
    service.heldOff = false
    service.asked = true
    service.idleSince = null
    // What it needs is tried anew with it, and no longer held off.
    for (const need of withNeeds(this.#docs(), [id], () => false)) {
      const one = this.#services.get(need)
      if (!one) continue
      one.heldOff = false
      if (need === id || one.machine.state === 'failed') one.happened({ is: 'wanted' })
    }
    this.settle()
    return service.row
  }

  async stop(id: string): Promise<ServiceRow> {
    const service = this.#one(id)
    service.asked = false
    service.heldOff = true
    this.settle()
    await service.leaves('stopping')
    const { state, why } = service.machine
    if (state === 'failed' && why?.reason === 'would-not-stop') throw new TroupeError('WRONG_STATE', `${id} would not stop. ${why.message}`)
    return service.row
  }

  restart(id: string): ServiceRow {
    const service = this.#one(id)
    if (!service.machine.wanted || service.machine.state === 'stopped' || service.machine.state === 'failed') return this.start(id)
    this.#requireOpen()
    service.happened({ is: 'anew' })
    return service.row
  }

  async remove(id: string): Promise<void> {
    const service = this.#one(id)
    const users = [...this.#services.values()].filter(({ doc }) => doc.needs.includes(id)).map(({ doc }) => doc.id)
    if (users.length > 0)
      throw new TroupeError('WRONG_STATE', `${id} is needed by ${users.join(', ')}.`, { hint: 'Take it from their needs first.' })
    await this.stop(id)
    await this.#ports.store.write([dropService(id)])
    this.#services.delete(id)
    await service.log.close()
    await rm(join(this.#ports.folder, id), { recursive: true, force: true })
    this.#changed(id, 'removed')
  }

  logs(id: string, ask: LogAsk): Promise<{ lines: ServiceLogLine[]; more: boolean }> {
    return this.#one(id).log.find(ask)
  }

  follow(id: string, fromSeq: number | undefined, signal: AbortSignal): AsyncGenerator<{ lines: ServiceLogLine[] }, void> {
    return this.#one(id).log.follow(fromSeq, signal)
  }

  async need(id: string, by: string, signal: AbortSignal): Promise<() => void> {
    this.#requireOpen()
    const service = this.#one(id)
    signal.throwIfAborted()
    this.#holds.set(id, [...(this.#holds.get(id) ?? []), by])
    let held = true
    const release = (): void => {
      if (!held) return
      held = false
      const holds = this.#holds.get(id) ?? []
      holds.splice(holds.indexOf(by), 1)
      service.idleSince = this.#ports.clock.now()
      this.settle()
    }
    this.settle()
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([service.leaves('waiting', 'starting', 'stopping'), aborted])
    const { state, why } = service.machine
    if (!signal.aborted && (state === 'ready' || state === 'degraded')) return release
    release()
    signal.throwIfAborted()
    throw new TroupeError('UNREACHABLE', `The service ${id} is ${state}. ${why?.message ?? ''}`.trim(), {
      hint: `Start it: troupe service start ${id}.`,
    })
  }

  unlocked(): void {
    for (const service of this.#services.values())
      if (service.machine.missing?.reason === 'sealed') service.happened({ is: 'missing', what: this.#lacks(service) })
  }

  close(): Promise<readonly string[]> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<readonly string[]> {
    this.#watch.stop()
    const why = { reason: 'asked', message: 'Troupe ended.' } as const
    for (const layer of endOrder(this.#docs())) {
      const services = layer.flatMap((id) => this.#services.get(id) ?? [])
      for (const service of services) service.happened({ is: 'unwanted', why })
      await Promise.all(services.map((service) => service.leaves('stopping')))
    }
    await Promise.all([...this.#services.values()].map(({ log }) => log.close()))
    return [...this.#services.values()].filter(({ machine }) => machine.why?.reason === 'would-not-stop').map(({ doc }) => doc.id)
  }

  /** Makes what is wanted so, and tells each what it lacks. Called after everything that may change either. */
  settle(): void {
    if (this.#closing || this.#settling) return
    this.#settling = true
    const wanted = this.#wanted()
    for (const service of this.#services.values()) {
      const isWanted = wanted.has(service.doc.id)
      const { missing } = service.machine
      const lacks = this.#lacks(service)
      if (missing?.reason !== 'sealed' && missing?.message !== lacks?.message) service.happened({ is: 'missing', what: lacks })
      if (isWanted && !service.machine.wanted) {
        service.letGo = false
        service.idleSince = null
        service.happened({ is: 'wanted' })
      }
      if (!isWanted && service.machine.wanted) service.happened({ is: 'unwanted', why: whyNot(service) })
    }
    this.#settling = false
    this.#watch.look()
  }

  #moved(service: Service, from: Machine): void {
    const { state, why } = service.machine
    const { id, label } = service.doc
    if (state === 'failed' && from.state !== 'failed') {
      this.#ports.log.warn('A service has failed.', { service: id, reason: why?.reason })
      this.#ports.tell({ id, title: `${label} failed`, text: why?.message ?? '' })
    }
    this.#changed(id, state)
    // What it means for others is looked at when all of this has happened.
    queueMicrotask(() => this.settle())
  }

  #wanted(): ReadonlySet<string> {
    const first = [...this.#services.values()].filter((service) => this.#isWantedForItself(service)).map(({ doc }) => doc.id)
    return withNeeds(this.#docs(), first, (id) => this.#services.get(id)?.heldOff === true)
  }

  #isWantedForItself({ doc, asked, machine, letGo }: Service): boolean {
    // On demand: it stays for a while after the last who needed it.
    const stays = doc.desired === 'on-demand' && machine.wanted && !letGo
    return doc.desired === 'on' || asked || stays || (this.#holds.get(doc.id)?.length ?? 0) > 0
  }

  /** The first need that is not met. One that ended with exit code 0, as it may, is met. */
  #lacks({ doc }: Service): Machine['missing'] {
    for (const need of doc.needs) {
      const { state, why } = this.#services.get(need)?.machine ?? {}
      if (state === 'ready' || state === 'degraded' || (state === 'stopped' && why?.reason === 'done')) continue
      return {
        reason: 'needs',
        message: state === undefined ? `It needs ${need}, which there is not.` : `It needs ${need}, which is ${state}.`,
      }
    }
    return null
  }

  #usedBy(id: string): readonly string[] {
    const wanted = this.#wanted()
    const services = [...this.#services.values()].filter(({ doc }) => doc.needs.includes(id) && wanted.has(doc.id)).map(({ doc }) => doc.id)
    return [...services, ...(this.#holds.get(id) ?? [])]
  }

  #docs(): ReadonlyMap<string, ServiceDoc> {
    return new Map([...this.#services].map(([id, { doc }]) => [id, doc]))
  }

  #requireNeeds(doc: ServiceDoc): void {
    const missing = doc.needs.filter((need) => need !== doc.id && !this.#services.has(need))
    if (missing.length > 0)
      throw new TroupeError('INVALID', `${doc.id} needs ${missing.join(', ')}, and there is no such service.`, {
        hint: 'Add that one first.',
      })
    const circle = circleThrough(new Map([...this.#docs(), [doc.id, doc]]), doc.id)
    if (circle) throw new TroupeError('INVALID', `Services need each other in a circle: ${circle.join(' → ')}.`)
  }

  #requireOpen(): void {
    if (this.#closing) throw new TroupeError('STOPPING', 'Troupe is ending; no service is started.')
  }

  #one(id: string): Service {
    const service = this.#services.get(id)
    if (service) return service
    throw new TroupeError('NOT_FOUND', `There is no service "${id}".`, { hint: 'troupe service list shows them.' })
  }

  #changed(id: string, what: string): void {
    this.#ports.announce('service', id, what)
  }
}

function whyNot({ heldOff, letGo, doc }: Service): NonNullable<Machine['why']> {
  if (heldOff) return { reason: 'asked', message: 'It was stopped by a person.' }
  return letGo ? { reason: 'idle', message: `Nobody used it for ${doc.idleSeconds} s.` } : { reason: 'idle', message: 'Nobody needs it.' }
}
