/** The room itself: decides about attempts that ended, keeps retries and breakers, and answers about health. */
import type { HealthStatus } from '#contract'
import type { FailureClass, HealChange, HealOutcome } from '#contract/plain'
import { messageOf, newId, type Statement, TroupeError } from '#core'
import { Breakers } from './breakers.ts'
import { CLASSES } from './classes.ts'
import { type Action, decide, type Failure, signatureOf } from './decide.ts'
import type { HealPorts } from './ports.ts'
import { openProposals, type Proposals } from './proposals.ts'
import { Retries } from './retries.ts'
import {
  countEvents,
  dropRetry,
  givenUpAlike,
  insertEvent,
  newestEvents,
  personaAttempts,
  putRetry,
  type Retry,
  retriesWithToolsOff,
  retryOfRun,
  retryRowOf,
  waitingRetries,
} from './table.ts'

const DAY_MS = 24 * 3_600_000
const SHOWN = 200
/** Given-up runs of one persona with one signature in a day, after which a proposal is asked for: [HE46]. */
const PROPOSE_AFTER = 3

export interface AttemptEnd {
  readonly runId: string
  readonly personaId: string | null
  readonly personaName: string
  readonly failure: Failure
  /** Steps that are done: more than at the last failure is progress. */
  readonly progress: number
  readonly hasNextModel: boolean
}

export type Verdict =
  /** Park the run; it is resumed at `at`. */
  | { readonly kind: 'retry'; readonly at: number; readonly message: string }
  /** Park it, and ask the person. */
  | { readonly kind: 'ask'; readonly message: string; readonly advice: string }
  /** It has failed. */
  | { readonly kind: 'give-up'; readonly message: string }

export interface Healing {
  /** What becomes of a run whose attempt failed. Durable when it is answered; DISK when it cannot be: then the run has failed. */
  attemptEnded(end: AttemptEnd): Promise<Verdict>
  /** A run is in its terminal state: what healed, or was cancelled. */
  runEnded(runId: string, state: 'succeeded' | 'failed' | 'cancelled' | 'incomplete'): Promise<void>
  /** Why a tool is switched off for a run; null: it is not. */
  switchedOff(runId: string, tool: string): string | null
  /** null: the breakers let this call through. */
  refusal(keys: readonly string[], call: string): { readonly message: string; readonly until: number } | null
  report(key: string, call: string, ok: boolean, failure?: { readonly class: FailureClass; readonly message: string }): void
  withdraw(keys: readonly string[], call: string): void
  status(): Promise<HealthStatus>
  retryNow(runId: string): Promise<void>
  closeBreaker(key: string): void
  leaveSafeMode(): void
  readonly proposals: Proposals
  /** Begins what is due. Call it once, when runs may go on; `parked` are the runs that wait for a try: those of which a crash took the row go on at once. */
  begin(parked?: readonly string[]): Promise<void>
  stop(): Promise<void>
}

export async function openHealing(ports: HealPorts): Promise<Healing> {
  const room = new HealRoom(ports)
  await room.open()
  return room
}

class HealRoom implements Healing {
  readonly #ports: HealPorts
  readonly #retries: Retries
  readonly #breakers: Breakers
  readonly proposals: Proposals
  readonly #names = new Map<string, string>()
  /** Tools that are off, by run. */
  readonly #off = new Map<string, readonly string[]>()

  constructor(ports: HealPorts) {
    this.#ports = ports
    this.#retries = new Retries(ports)
    this.#breakers = new Breakers(ports)
    this.proposals = openProposals(ports)
  }

  async open(): Promise<void> {
    await this.#breakers.open()
    for (const { runId, off } of await retriesWithToolsOff(this.#ports.store)) this.#off.set(runId, off)
  }

  switchedOff(runId: string, tool: string): string | null {
    if (!this.#off.get(runId)?.includes(tool)) return null
    return `The tool ${tool} broke again and again in this run and is switched off. Go on without it, and say so in your answer.`
  }

  async attemptEnded(end: AttemptEnd): Promise<Verdict> {
    const { store, clock, chance } = this.#ports
    const now = clock.now()
    const before = await retryOfRun(store, end.runId)
    const known = this.#count(end, before, now)
    const personaTries = end.personaId === null ? 0 : await personaAttempts(store, end.personaId, now - DAY_MS)
    const counters = { ...known, personaAttempts: personaTries, hasNextModel: end.hasNextModel }
    const action = decide(end.failure, counters, now, unitOf(chance.bytes(4)))
    await store.write(this.#statements(end, known, action, now))
    this.#ports.announce('health', end.runId, action.kind)
    this.#tell(end, action)
    if (action.kind === 'retry') {
      if (action.about !== '') this.#off.set(end.runId, [...known.off, action.about])
      this.#retries.look()
      return { kind: 'retry', at: action.at, message: action.message }
    }
    if (action.kind === 'give-up') {
      void this.#perhapsPropose(end, known.signature)
      return { kind: 'give-up', message: action.message }
    }
    return action
  }

  /** Counters as they stand with this failure: progress between two failures makes tries begin anew. */
  #count({ runId, personaId, personaName, failure, progress }: AttemptEnd, before: Retry | undefined, now: number): Retry {
    const signature = signatureOf(failure)
    const alike = before !== undefined && before.signature === signature && progress <= before.progress
    const sameClass = before !== undefined && before.class === failure.class && progress <= before.progress
    return {
      runId,
      personaId,
      personaName,
      class: failure.class,
      signature,
      state: 'over',
      attempts: before?.attempts ?? 0,
      tries: sameClass ? before.tries : 0,
      same: alike ? before.same + 1 : 1,
      progress,
      rungs: before?.rungs ?? [],
      off: before?.off ?? [],
      dueAt: now,
      change: 'none',
      about: '',
      message: '',
      updatedAt: now,
    }
  }

  #statements(end: AttemptEnd, known: Retry, action: Action, now: number): readonly Statement[] {
    const { signature } = known
    const event = (outcome: HealOutcome, change: HealChange, message: string) => {
      const { runId, personaId, personaName, failure } = end
      const id = newId(this.#ports.chance, 'heal')
      return insertEvent({ id, at: now, runId, personaId, personaName, class: failure.class, outcome, change, signature, message })
    }
    if (action.kind === 'give-up') return [dropRetry(end.runId), ...event('given-up', 'none', action.message)]
    if (action.kind === 'ask')
      return [putRetry({ ...known, state: 'asked', message: action.message }), ...event('asked', 'none', action.message)]
    const { change, about, message, at } = action
    const plain = change === 'none'
    const next: Retry = {
      ...known,
      state: 'waiting',
      attempts: known.attempts + 1,
      tries: plain ? known.tries + 1 : known.tries,
      // A change is something new: the same failure behind it is met for the first time.
      same: plain ? known.same : 0,
      rungs: plain ? known.rungs : [...known.rungs, change],
      off: about === '' ? known.off : [...known.off, about],
      dueAt: at,
      change,
      about,
      message,
    }
    return [putRetry(next), ...event('waiting', change, message)]
  }

  #tell({ runId, personaName, failure }: AttemptEnd, action: Action): void {
    const told = action.kind !== 'retry' || action.tell
    if (!told) return
    const failed = action.kind === 'give-up'
    const title = failed
      ? `${personaName} failed`
      : action.kind === 'ask'
        ? `${personaName} waits for you`
        : `${personaName} will try again`
    this.#ports.tell({ title, text: action.message || CLASSES[failure.class].words, runId, failed })
  }

  async #perhapsPropose({ personaId }: AttemptEnd, signature: string): Promise<void> {
    if (personaId === null || this.#ports.healWith() === '') return
    try {
      const since = this.#ports.clock.now() - DAY_MS
      if ((await givenUpAlike(this.#ports.store, personaId, signature, since)) < PROPOSE_AFTER) return
      if (await this.proposals.askedSince(personaId, since)) return
      await this.proposals.propose(personaId, 'It was given up three times within a day, in the same way each time.')
    } catch (thrown) {
      this.#ports.log.warn('A proposal could not be asked for.', { persona: personaId, problem: messageOf(thrown) })
    }
  }

  async runEnded(runId: string, state: 'succeeded' | 'failed' | 'cancelled' | 'incomplete'): Promise<void> {
    const { store, clock, chance, announce } = this.#ports
    await this.proposals.runEnded(runId, state === 'succeeded')
    const before = await retryOfRun(store, runId)
    if (!before) return
    this.#off.delete(runId)
    const outcome: HealOutcome = state === 'succeeded' ? 'healed' : state === 'cancelled' ? 'cancelled' : 'failed-again'
    const { personaId, personaName, signature, change, attempts } = before
    const message =
      outcome === 'healed'
        ? `It succeeded at try ${attempts + 1}. ${before.message}`
        : outcome === 'cancelled'
          ? 'It was cancelled.'
          : before.message
    const base = { id: newId(chance, 'heal'), at: clock.now(), runId, personaId, personaName, class: before.class }
    await store.write([dropRetry(runId), ...insertEvent({ ...base, outcome, change, signature, message })])
    announce('health', runId, outcome)
  }

  refusal(keys: readonly string[], call: string): { readonly message: string; readonly until: number } | null {
    const refused = this.#breakers.ask(keys, call)
    if (!refused) return null
    const { key, until, lastFailure } = refused
    const why = lastFailure === '' ? '' : ` The last time: ${lastFailure}`
    return { until, message: `${this.#label(key)} failed again and again and is left alone for a while.${why}` }
  }

  report(key: string, call: string, ok: boolean, failure?: { readonly class: FailureClass; readonly message: string }): void {
    // What does not speak against the other side neither counts nor clears: but a probe that met it is over.
    if (!ok && failure && !CLASSES[failure.class].counts) this.#breakers.withdraw([key], call)
    else this.#breakers.report(key, call, ok, failure?.message)
  }

  withdraw(keys: readonly string[], call: string): void {
    this.#breakers.withdraw(keys, call)
  }

  async status(): Promise<HealthStatus> {
    const { store, clock, safeMode, personas } = this.#ports
    for (const key of this.#breakers.keys()) {
      const [, personaId] = /^persona:(.+)$/.exec(key) ?? []
      if (personaId !== undefined && !this.#names.has(key)) this.#names.set(key, (await personas.nameOf(personaId)) ?? personaId)
    }
    const [retries, events, counts, proposals] = await Promise.all([
      waitingRetries(store, SHOWN),
      newestEvents(store, SHOWN),
      countEvents(store, clock.now() - DAY_MS),
      this.proposals.list(),
    ])
    return {
      safeMode,
      breakers: this.#breakers.list((key) => this.#label(key)),
      retries: retries.map(retryRowOf),
      events: [...events],
      proposals: [...proposals],
      today: { healed: counts.healed, givenUp: counts['given-up'], retries: counts.waiting },
    }
  }

  #label(key: string): string {
    return this.#names.get(key) ?? key.slice(key.indexOf(':') + 1)
  }

  async retryNow(runId: string): Promise<void> {
    if (this.#ports.safeMode.on) throw new TroupeError('WRONG_STATE', 'Troupe is in safe mode: nothing runs until it is left.')
    const retry = await retryOfRun(this.#ports.store, runId)
    if (retry?.state !== 'waiting') throw new TroupeError('WRONG_STATE', 'This run does not wait for another try.', { facts: { runId } })
    await this.#retries.begin(retry)
  }

  closeBreaker(key: string): void {
    this.#breakers.close(key)
  }

  leaveSafeMode(): void {
    if (!this.#ports.safeMode.on) throw new TroupeError('WRONG_STATE', 'Troupe is not in safe mode.')
    this.#ports.leaveSafeMode()
  }

  async begin(parked: readonly string[] = []): Promise<void> {
    const { store, resume, log } = this.#ports
    for (const runId of parked) {
      if ((await retryOfRun(store, runId))?.state === 'waiting') continue
      await resume(runId, { change: 'none', about: '', attempt: 1 }).catch((thrown: unknown) =>
        log.warn('A run that waited for its next try did not go on.', { run: runId, problem: messageOf(thrown) }),
      )
    }
    this.#retries.look()
  }

  stop(): Promise<void> {
    return this.#retries.stop()
  }
}

/** From 0 up to 1. */
function unitOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, index) => sum + byte / 256 ** (index + 1), 0)
}
