/** What a person does with a run's journal: goes on, tells what happened, forks, replays, guides. One after the other: two answers do not both count. */
import type { RunMessage, RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { newId, oneAtATime, TroupeError } from '#core'
import { type AnswerAsk, tell } from './answering.ts'
import { type Asked, loadAsked } from './asked.ts'
import type { Conductor } from './conductor.ts'
import { endOfCancel } from './endings.ts'
import { branch, type Way } from './forking.ts'
import { addMessage, changeMessage, readMessages } from './journal/guidance.ts'
import { readJournal } from './journal/rows.ts'
import { unknownSteps } from './journal/unknown.ts'
import type { LiveRun } from './live-run.ts'
import type { LiveRuns } from './live-runs.ts'
import type { RunPorts, Statement } from './ports.ts'
import { updateRun } from './rows.ts'
import { refuseSleeping } from './sleeping.ts'
import { runFiles } from './stream/places.ts'

export interface JournalActsPorts {
  readonly ports: RunPorts
  readonly live: LiveRuns
  readonly conductor: Conductor
  /** When a run that is made now is queued. */
  readonly queuedAt: () => number
  /** Counts as a start: refused when the engine stops. */
  readonly start: (work: () => Promise<RunRow>) => Promise<RunRow>
  readonly enqueue: (row: RunRow, asked: Asked, also: readonly Statement[]) => Promise<RunRow>
  /** It is queued again, durably: at its old place. */
  readonly requeue: (run: LiveRun) => void
}

export class JournalActs {
  readonly #at: JournalActsPorts
  readonly #turn = oneAtATime()

  constructor(at: JournalActsPorts) {
    this.#at = at
  }

  goOn(id: string, answer?: unknown): Promise<RunRow> {
    return this.#turn(() => this.#goOn(id, answer))
  }

  cancelParked(run: LiveRun): Promise<void> {
    return this.#turn(async () => {
      if (run.row.state === 'parked') await this.#at.conductor.finish(run, endOfCancel('person', run))
      else this.#at.conductor.cancel(run, 'person')
    })
  }

  async resume(id: string): Promise<RunRow> {
    const { state } = await this.#at.live.rowOf(id)
    if (state === 'parked') return await this.goOn(id)
    if (!isTerminal(state) || state === 'succeeded') {
      const why = state === 'succeeded' ? 'It succeeded. Run it again, or fork it from a step.' : `It is ${state}.`
      throw new TroupeError('WRONG_STATE', `There is nothing to go on with. ${why}`, { facts: { state } })
    }
    return await this.branch(id, { kind: 'resume' })
  }

  answer(ask: AnswerAsk): Promise<RunRow> {
    return this.#turn(() => this.#answer(this.#at.ports.secrets.redactor.value(ask)))
  }

  /** A new run that begins with what this one has done. */
  branch(id: string, way: Way): Promise<RunRow> {
    return this.#at.start(async () => {
      const { ports, live, queuedAt, enqueue } = this.#at
      const row = await live.rowOf(id)
      if (row.personaId !== null) refuseSleeping(await ports.personaOf(row.personaId))
      const files = runFiles(ports.folders.runs, id)
      const [asked, steps] = await Promise.all([loadAsked(files), readJournal(ports.store, id)])
      const bornId = newId(ports.chance, 'run')
      const birth = { id: bornId, queuedAt: queuedAt(), files: runFiles(ports.folders.runs, bornId) }
      const born = await branch({ row, asked, steps, files }, ports.secrets.redactor.value(way), birth)
      return await enqueue(born.row, born.asked, born.statements)
    })
  }

  async guide(id: string, text: string): Promise<RunMessage> {
    const { ports, live } = this.#at
    const row = await live.rowOf(id)
    if (isTerminal(row.state)) throw new TroupeError('WRONG_STATE', `This run has ended (${row.state}): fork it, and say it there.`)
    if (row.bodyKind === 'command') {
      throw new TroupeError('WRONG_STATE', 'This run is a program: it has no turns at which it could be told something.')
    }
    const message = await addMessage(ports.store, id, ports.secrets.redactor.text(text), ports.clock.now())
    ports.announce('run', id, 'guided')
    return message
  }

  async editGuidance(id: string, message: number, text: string): Promise<RunMessage[]> {
    const { store, secrets, announce } = this.#at.ports
    await changeMessage(store, id, message, secrets.redactor.text(text))
    announce('run', id, 'guided')
    return await readMessages(store, id)
  }

  async #goOn(id: string, answer: unknown, also: readonly Statement[] = []): Promise<RunRow> {
    const { live, conductor, requeue } = this.#at
    const run = await live.load(id)
    if (run?.row.state !== 'parked' || run.ending) {
      const { state } = await live.rowOf(id)
      throw new TroupeError('WRONG_STATE', `This run does not wait for anything (${state}), so it cannot be gone on with.`, {
        facts: { state },
      })
    }
    if (!(await conductor.goOn(run, answer, also))) throw new TroupeError('STOPPING', 'Troupe is stopping; this run waits on.')
    requeue(run)
    return run.present
  }

  async #answer(ask: AnswerAsk): Promise<RunRow> {
    const { ports, live } = this.#at
    const run = await live.load(ask.id)
    if (run?.row.state !== 'parked' || run.row.reason?.code !== 'unknown-outcome') {
      const { state } = await live.rowOf(ask.id)
      throw new TroupeError('WRONG_STATE', `This run does not wait for the outcome of a step to be told (${state}).`, { facts: { state } })
    }
    const told = await tell(run.files, await readJournal(ports.store, ask.id), ask, ports.clock.now())
    const reason = unknownSteps(told.steps)
    run.stream.append([{ kind: 'step', step: told.step.record }])
    if (!reason) return await this.#goOn(ask.id, null, told.statements)
    const row = { ...run.row, reason, lastSeq: run.stream.lastSeq }
    await ports.store.write([...told.statements, updateRun(row, 'parked', run.inner)])
    run.row = row
    ports.announce('run', row.id, 'parked')
    return run.present
  }
}
