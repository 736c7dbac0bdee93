/**
 * Fires from their birth to their end; the one place that moves them. waiting ⇄ asking → starting → started → ended, and the ends without
 * a run. [TR10] to [TR19]
 */
import type { FireRow, TriggerDoc } from '#contract'
import { type FireState, type FireWhy, isTerminal, type RunState, TRIGGER_LIMITS } from '#contract/plain'
import { asTroupeError, newId, readRows, TroupeError } from '#core'
import { type Birth, bornFire, type Standing } from './births.ts'
import { type FireRows, fireRows } from './fire-rows.ts'
import { whyNot } from './gates.ts'
import type { Reason, Statement, TriggerPorts } from './ports.ts'
import { type DocRecord, FIRE, FIRE_COLUMNS, type FireRecord, fireOf, insertFire, type NewFire } from './rows.ts'
import { fillFire } from './template.ts'

const FULL_WAIT_MS = 30_000
const FULL_TRIES = 10
const SLEEPING: readonly string[] = ['NOT_FOUND', 'WRONG_STATE']

export interface Wakes {
  set(id: string, at: number): void
  delete(id: string): void
}

/** What is under way of one trigger. */
interface Open {
  readonly running: Set<string>
  queued: string | undefined
}

export class Fires {
  readonly #ports: TriggerPorts
  readonly #rows: FireRows
  readonly #wakes: Wakes
  readonly #open = new Map<string, Open>()
  readonly #zone: (doc: TriggerDoc) => string
  /** Told of every fire that passed the gates, before its run is asked for. */
  readonly #passed: (fire: NewFire | FireRecord) => Promise<void>
  /** Starts that are under way, by fire. */
  readonly #underWay = new Map<string, Promise<unknown>>()
  #stopped = false

  constructor(ports: TriggerPorts, wakes: Wakes, zone: (doc: TriggerDoc) => string, passed: (fire: NewFire | FireRecord) => Promise<void>) {
    this.#ports = ports
    this.#rows = fireRows(ports.store)
    this.#wakes = wakes
    this.#zone = zone
    this.#passed = passed
  }

  get rows(): FireRows {
    return this.#rows
  }

  /** Takes up what an engine before this one left. */
  async recover(): Promise<void> {
    const sql = `SELECT ${FIRE_COLUMNS} FROM trigger_fire WHERE state IN ('waiting', 'asking', 'starting', 'started') ORDER BY seq`
    for (const fire of await readRows(this.#ports.store, FIRE, sql, [], { maxRows: 100_000 })) {
      if (fire.state === 'waiting' || fire.state === 'asking') {
        if (fire.why === 'queued') this.#of(fire.trigger_id).queued = fire.id
        else this.#wakes.set(fire.id, fire.start_at ?? this.#ports.clock.now())
        continue
      }
      this.#of(fire.trigger_id).running.add(fire.id)
      const run = fire.run_id === null ? undefined : await this.#ports.runs.stateOf(fire.run_id)
      if (fire.state === 'starting' && !run) this.go(fire)
      else if (!run || isTerminal(run.state)) await this.#end(fire, run?.state ?? 'incomplete')
      else if (fire.state === 'starting') await this.#started(fire)
    }
    for (const [triggerId, { running, queued }] of this.#open) if (queued && running.size === 0) await this.#next(triggerId)
  }

  /** A fire with its state, not stored yet. `past`: no gate but the persona's own. */
  async prepare(trigger: DocRecord, birth: Birth, past = false): Promise<NewFire> {
    const { clock, schedule, chance } = this.#ports
    const now = clock.now()
    const { doc } = trigger
    const zone = this.#zone(doc)
    const filled = fillFire(doc, {
      data: birth.arrival ? birth.arrival.data : birth.payload,
      event: birth.arrival?.event ?? {},
      fire: { due: schedule.wallText(zone, birth.due), cause: birth.cause, trigger: doc.name },
    })
    const no = past
      ? null
      : whyNot({
          doc,
          now,
          wall: schedule.wallAt(zone, now),
          held: trigger.held,
          lastFireAt: trigger.last_fire_at,
          duplicate: filled.dedupe !== '' && (await this.#rows.seen(trigger, filled, now)),
          startedOfLate: doc.rateLimit ? await this.#rows.startedSince(trigger.id, now - doc.rateLimit.perMs) : 0,
        })
    const standing = no ? { state: 'skipped' as const, reason: no, startAt: null } : this.#standing(trigger, birth, now, past)
    return bornFire(chance, trigger, birth, filled, standing, now)
  }

  /** Statements that go with the storing of a new fire. */
  store(fire: NewFire): Statement[] {
    const statements = [insertFire(fire)]
    if (fire.state === 'starting' || fire.state === 'dry-run')
      statements.push({ sql: 'UPDATE trigger_doc SET last_fire_at = ? WHERE id = ?', params: [fire.noted_at, fire.trigger_id] })
    if (fire.why === 'debounce' && fire.state === 'waiting')
      statements.unshift({
        sql: `UPDATE trigger_fire SET state = 'skipped', why_text = 'A later one took its place.', ended_at = ?
          WHERE trigger_id = ? AND state = 'waiting' AND why = 'debounce'`,
        params: [fire.noted_at, fire.trigger_id],
      })
    return statements
  }

  /** Keeps in mind what `prepare` decided, so that the next one of the trigger sees it before this one is stored. */
  hold(fire: NewFire): void {
    const open = this.#of(fire.trigger_id)
    if (fire.state === 'starting') open.running.add(fire.id)
    if (fire.state === 'waiting' && fire.why === 'queued') open.queued = fire.id
  }

  /** The storing was refused. */
  release(fire: NewFire): void {
    const open = this.#of(fire.trigger_id)
    open.running.delete(fire.id)
    if (open.queued === fire.id) open.queued = undefined
  }

  /** It is stored: starts it, or lets it wait. */
  follow(fire: NewFire): void {
    this.#ports.faultPoint?.('fire-stored')
    if (fire.state === 'starting') this.go(fire)
    else if ((fire.state === 'waiting' || fire.state === 'asking') && fire.start_at !== null && fire.why !== 'queued')
      this.#wakes.set(fire.id, fire.start_at)
    if (fire.state === 'asking') this.#ask(fire)
    this.#ports.announce('trigger', fire.trigger_id, fire.state)
  }

  /** Asks for the run of a fire that is stored as starting. The promise never rejects. */
  go(fire: NewFire | FireRecord): void {
    if (this.#stopped) return
    const work = this.#go(fire).catch((thrown: unknown) => {
      this.#ports.log.error('A fire could not be moved on; the next start of the engine takes it up.', {
        fire: fire.id,
        problem: asTroupeError(thrown).message,
      })
    })
    this.#underWay.set(fire.id, work)
    void work.finally(() => this.#underWay.delete(fire.id))
  }

  async #go(fire: NewFire | FireRecord): Promise<void> {
    await this.#passed(fire)
    this.#ports.faultPoint?.('run-asked')
    try {
      await this.#ports.runs.start({
        id: fire.run_id ?? '',
        personaId: fire.persona_id,
        input: fire.input,
        params: JSON.parse(fire.params) as Record<string, string>,
        priority: fire.priority,
      })
    } catch (thrown) {
      const error = asTroupeError(thrown)
      const there = error.code === 'CONFLICT' && fire.run_id !== null ? await this.#ports.runs.stateOf(fire.run_id) : undefined
      if (!there) return this.#refused(fire, error)
    }
    this.#ports.faultPoint?.('run-started')
    await this.#started(fire)
  }

  async #started(fire: NewFire | FireRecord): Promise<void> {
    await this.#rows.move(fire.id, ['starting'], 'started', { started_at: this.#ports.clock.now() })
    this.#ports.announce('trigger', fire.trigger_id, 'started')
  }

  async #refused(fire: NewFire | FireRecord, error: TroupeError): Promise<void> {
    if (error.code === 'STOPPING') return
    this.release(fire)
    const now = this.#ports.clock.now()
    if (error.code === 'FULL' && fire.tries < FULL_TRIES) {
      const at = now + FULL_WAIT_MS
      await this.#rows.move(fire.id, ['starting'], 'waiting', {
        why: 'queue-full',
        why_text: error.message,
        start_at: at,
        run_id: null,
        tries: fire.tries + 1,
      })
      this.#wakes.set(fire.id, at)
      return
    }
    const sleeping = SLEEPING.includes(error.code)
    const why: FireWhy = sleeping ? 'persona' : error.code === 'INVALID' ? 'invalid' : error.code === 'FULL' ? 'queue-full' : 'error'
    await this.#rows.move(fire.id, ['starting'], sleeping ? 'skipped' : 'failed', {
      why,
      why_text: error.message,
      ended_at: now,
      run_id: null,
    })
    this.#ports.announce('trigger', fire.trigger_id, 'failed')
    await this.#next(fire.trigger_id)
  }

  /** A waiting fire's time has come; a question's time is over. */
  async wake(id: string): Promise<void> {
    const fire = await this.#rows.find(id)
    if (fire?.state === 'asking') {
      await this.#rows.move(id, ['asking'], 'skipped', {
        why: 'unanswered',
        why_text: 'Nobody answered within a day.',
        ended_at: this.#ports.clock.now(),
      })
    } else if (fire?.state === 'waiting') await this.#begin(fire)
  }

  async answer(id: string, yes: boolean): Promise<FireRow> {
    const fire = await this.#must(id, 'asking', 'does not ask')
    this.#wakes.delete(id)
    if (yes) await this.#begin(fire)
    else
      await this.#rows.move(id, ['asking'], 'skipped', {
        why: 'declined',
        why_text: 'The person said no.',
        ended_at: this.#ports.clock.now(),
      })
    return fireOf(await this.#must(id))
  }

  async cancel(id: string): Promise<FireRow> {
    const fire = await this.#must(id)
    if (fire.state !== 'waiting' && fire.state !== 'asking')
      throw new TroupeError('WRONG_STATE', `This fire does not wait (${fire.state}).`)
    this.#wakes.delete(id)
    const open = this.#of(fire.trigger_id)
    if (open.queued === id) open.queued = undefined
    await this.#rows.move(id, ['waiting', 'asking'], 'skipped', {
      why: 'declined',
      why_text: 'Taken back by the person.',
      ended_at: this.#ports.clock.now(),
    })
    return fireOf(await this.#must(id))
  }

  /** A run has ended; answers whether it was one of a fire. */
  async runEnded(runId: string, state: RunState): Promise<boolean> {
    const fire = await this.#rows.byRun(runId)
    if (!fire || (fire.state !== 'starting' && fire.state !== 'started')) return fire !== undefined
    await this.#end(fire, state)
    return true
  }

  async #end(fire: FireRecord, state: RunState): Promise<void> {
    const now = this.#ports.clock.now()
    const failed = state === 'failed' || state === 'incomplete'
    const counted: Statement[] =
      state === 'cancelled'
        ? []
        : [{ sql: `UPDATE trigger_doc SET failures = ${failed ? 'failures + 1' : '0'} WHERE id = ?`, params: [fire.trigger_id] }]
    await this.#rows.move(
      fire.id,
      ['starting', 'started'],
      'ended',
      { run_state: state, ended_at: now, started_at: fire.started_at ?? now },
      counted,
    )
    this.#of(fire.trigger_id).running.delete(fire.id)
    if (failed) await this.#stopAfterFailures(fire)
    this.#ports.announce('trigger', fire.trigger_id, 'ended')
    await this.#next(fire.trigger_id)
  }

  async #stopAfterFailures(fire: FireRecord): Promise<void> {
    const trigger = await this.#rows.trigger(fire.trigger_id)
    if (trigger?.held !== '' || trigger.doc.stopAfterFailures === 0 || trigger.failures < trigger.doc.stopAfterFailures) return
    const held = `It stopped after ${trigger.failures} failed runs in a row.`
    await this.#ports.store.write([{ sql: 'UPDATE trigger_doc SET held = ? WHERE id = ?', params: [held, trigger.id] }])
    this.#ports.tell({
      kind: 'failed',
      title: `${trigger.name} stopped`,
      text: `${held} Look at the runs, and turn it on again.`,
      triggerId: trigger.id,
    })
  }

  /** A fire that failed is tried once more, as its delivery is. */
  async again(fire: FireRecord): Promise<FireRecord> {
    await this.#begin(fire)
    return this.#must(fire.id)
  }

  /** Waits until its run is there, or refused. */
  async startOf(fireId: string): Promise<void> {
    await this.#underWay.get(fireId)
  }

  /** Waits until what was begun is through. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.settled()
  }

  async #begin(fire: FireRecord): Promise<void> {
    const open = this.#of(fire.trigger_id)
    if (open.queued === fire.id) open.queued = undefined
    const now = this.#ports.clock.now()
    const runId = newId(this.#ports.chance, 'run')
    open.running.add(fire.id)
    const moved = {
      run_id: runId,
      why: null,
      ended_at: null,
      ...(fire.why === 'queue-full' ? {} : { why_text: fire.why === 'staggered' ? fire.why_text : '' }),
    }
    const last = { sql: 'UPDATE trigger_doc SET last_fire_at = ? WHERE id = ?', params: [now, fire.trigger_id] }
    await this.#rows.move(fire.id, ['waiting', 'asking', 'failed'], 'starting', moved, [last])
    this.go({ ...fire, run_id: runId, state: 'starting' })
  }

  /** One has ended: the queued one's turn. */
  async #next(triggerId: string): Promise<void> {
    const open = this.#of(triggerId)
    if (!open.queued || open.running.size > 0) {
      if (!open.queued && open.running.size === 0) this.#open.delete(triggerId)
      return
    }
    const fire = await this.#rows.find(open.queued)
    open.queued = undefined
    if (fire?.state === 'waiting') await this.#begin(fire)
  }

  #standing(trigger: DocRecord, birth: Birth, now: number, past: boolean): Standing {
    const { doc } = trigger
    const waits = (why: FireWhy, text: string, startAt: number | null): Standing => ({ state: 'waiting', reason: { why, text }, startAt })
    if (birth.startAt > now) return waits('staggered', birth.text, birth.startAt)
    if (doc.debounceMs > 0 && !past && birth.arrival) return waits('debounce', 'Waits until nothing more comes.', now + doc.debounceMs)
    if (!past && doc.unattended === 'dry-run') return { state: 'dry-run', reason: null, startAt: null }
    if (!past && doc.unattended === 'ask') {
      return { state: 'asking', reason: { why: 'ask', text: 'Waits for your answer.' }, startAt: now + TRIGGER_LIMITS.askMs }
    }
    const open = this.#of(trigger.id)
    if (open.running.size === 0 || past || doc.overlap === 'all') return { state: 'starting', reason: null, startAt: null }
    if (doc.overlap === 'cancel') {
      void this.#cancelRunning(trigger.id)
      return { state: 'starting', reason: null, startAt: null }
    }
    if (doc.overlap === 'queue-one' && !open.queued) return waits('queued', 'Waits until the run before it has ended.', null)
    const text = open.queued ? 'A run of it is under way, and another one waits.' : 'A run of it is under way.'
    return { state: 'skipped', reason: { why: 'overlap', text }, startAt: null }
  }

  async #cancelRunning(triggerId: string): Promise<void> {
    const sql = `SELECT ${FIRE_COLUMNS} FROM trigger_fire WHERE trigger_id = ? AND state IN ('starting', 'started') ORDER BY seq`
    // The one that takes their place may be stored already; it is the newest, and stays.
    const ids = [...this.#of(triggerId).running]
    for (const fire of await readRows(this.#ports.store, FIRE, sql, [triggerId]))
      if (ids.includes(fire.id) && fire.run_id !== null) await this.#ports.runs.cancel(fire.run_id).catch(() => undefined)
  }

  #ask(fire: NewFire): void {
    const text = fire.input === '' ? 'Answer under Triggers, or with troupe trigger answer.' : fire.input.slice(0, 200)
    this.#ports.tell({ kind: 'needs-you', title: `${fire.trigger_name} asks to run`, text, triggerId: fire.trigger_id })
  }

  async #must(id: string, state?: FireState, not = ''): Promise<FireRecord> {
    const fire = await this.#rows.find(id)
    if (!fire) throw new TroupeError('NOT_FOUND', `There is no fire ${id}.`)
    if (state && fire.state !== state) throw new TroupeError('WRONG_STATE', `This fire ${not} (${fire.state}).`)
    return fire
  }

  #of(triggerId: string): Open {
    const known = this.#open.get(triggerId)
    if (known) return known
    const open: Open = { running: new Set(), queued: undefined }
    this.#open.set(triggerId, open)
    return open
  }
}

/** What became of a fire, in the words of a delivery. */
export function reasonOf({ why_text, why }: Pick<FireRecord, 'why_text' | 'why'>): Reason['text'] {
  return why_text === '' ? (why ?? '') : why_text
}
