/** `troupe run`, `again`, `logs`, `cancel`: a run from asked to ended, and its output. */
import { readFile } from 'node:fs/promises'
import type { RunRow } from '#contract'
import { EXIT, isTerminal, LIMITS, type RunState } from '#contract/plain'
import { messageOf } from '#core'
import { failureOf, WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { findRun } from '../find-run.ts'
import { followRun } from '../follow.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { endLine, streamView } from '../show/stream.ts'
import { stateWords } from '../show/words.ts'

export interface RunOptions {
  readonly input?: string
  readonly inputFile?: string
  readonly params?: Readonly<Record<string, string>>
  readonly priority?: RunRow['priority']
  readonly revision?: number
  /** A file with a changed text of the persona, which is tried without being saved. */
  readonly draft?: string
  /** Credentials by name that are lent to this run alone. */
  readonly with?: readonly string[]
  /** Only queue it. */
  readonly detach: boolean
  readonly quiet: boolean
  readonly reasoning: boolean
}

/** The exit code of a run that ended. */
export function exitOf(state: RunState): number {
  if (state === 'succeeded') return EXIT.ok
  return state === 'cancelled' ? EXIT.cancelled : EXIT.failed
}

export async function runPersona(session: Session, asked: string | undefined, options: RunOptions): Promise<number> {
  if (asked === undefined && options.draft === undefined) {
    throw new WrongUse('Name a persona to run, or a text to try with --draft.', 'troupe persona list shows the personas.')
  }
  if (asked === undefined && options.revision !== undefined) throw new WrongUse('--revision is of a persona, and none was named.')
  if (options.draft !== undefined && options.revision !== undefined) throw new WrongUse('Give --draft or --revision, not both.')
  const input = await readInput(session, options)
  const engine = await session.engine()
  const persona = asked === undefined ? undefined : await findPersona(engine, asked, { archived: true })
  return startRun(session, persona?.id, { ...options, input })
}

async function readInput(session: Session, options: RunOptions): Promise<string> {
  if (options.inputFile !== undefined) {
    if (options.input !== undefined) throw new WrongUse('Give --input or --input-file, not both.')
    return readFile(options.inputFile, 'utf8').catch((thrown: unknown) => {
      throw new WrongUse(`The file ${options.inputFile} cannot be read: ${messageOf(thrown)}`)
    })
  }
  return options.input === '-' ? session.io.readAll(LIMITS.inputChars) : (options.input ?? '')
}

export async function startRun(session: Session, personaId: string | undefined, options: RunOptions): Promise<number> {
  const engine = await session.engine()
  const draft =
    options.draft === undefined ? {} : { draft: await (await import('./persona-change.ts')).readDocFile(session, options.draft) }
  const stop = listenForStop(session)
  try {
    const run = await engine.run.start({
      ...(personaId === undefined ? {} : { personaId }),
      input: options.input ?? '',
      params: { ...options.params },
      priority: options.priority ?? 'normal',
      ...(options.revision === undefined ? {} : { revision: options.revision }),
      ...draft,
      ...(options.with === undefined ? {} : { credentials: [...options.with] }),
    })
    return await afterStart(session, engine, run, options, stop)
  } finally {
    stop.end()
  }
}

/**
 * The same persona, input and parameters; the revision that it has now, unless another is named. A draft of no persona is tried again
 * as it was: there is no newer one.
 */
export async function runAgain(session: Session, asked: string, options: RunOptions & { readonly same: boolean }): Promise<number> {
  const engine = await session.engine()
  const { run, doc, input, params } = await engine.run.get({ id: await findRun(engine, asked) })
  const { body } = doc
  if (body.kind === 'team')
    throw new WrongUse(`${run.id} is a run of the team ${run.personaName}.`, `Run it again: troupe team run ${body.teamId}`)
  const stop = listenForStop(session)
  try {
    const next = await engine.run.start({
      ...(run.personaId === null ? { draft: { ...doc, body } } : { personaId: run.personaId }),
      input,
      params,
      priority: run.priority,
      againOf: run.id,
      ...(options.same && run.revision !== null ? { revision: run.revision } : {}),
    })
    return await afterStart(session, engine, next, options, stop)
  } finally {
    stop.end()
  }
}

/** Follows a run that was just begun or gone on with, or says only that it is queued. */
export async function followed(
  session: Session,
  engine: Engine,
  run: RunRow,
  options: Pick<RunOptions, 'detach' | 'quiet' | 'reasoning'>,
  fromSeq: number,
): Promise<number> {
  const stop = listenForStop(session)
  try {
    return await afterStart(session, engine, run, options, stop, fromSeq)
  } finally {
    stop.end()
  }
}

export async function afterStart(
  session: Session,
  engine: Engine,
  run: RunRow,
  options: Pick<RunOptions, 'detach' | 'quiet' | 'reasoning'>,
  stop: Stop,
  fromSeq = 1,
): Promise<number> {
  if (!options.detach) return followToEnd(session, engine, run.id, { fromSeq, cancels: true, ...options }, stop)
  await session.print(run, () => `${run.id}\n`)
  if (session.io.terminal.out && !session.json)
    await session.io.err(session.io.paint.err.dim(`Queued. troupe logs ${run.id} --follow shows it.\n`))
  return EXIT.ok
}

export interface Stop {
  /** Told the first time that the person wants an end; at once if that was before. */
  onAsked: (() => void) | undefined
  asked: boolean
  end(): void
}

/** Ctrl+C asks for an end in order; a second one does not wait for it. */
export function listenForStop(session: Session): Stop {
  const stop: Stop = {
    onAsked: undefined,
    asked: false,
    end() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, listener)
    },
  }
  const listener = () => {
    if (stop.asked) process.exit(EXIT.cancelled)
    stop.asked = true
    if (stop.onAsked) stop.onAsked()
    else if (session.io.terminal.err) void session.io.err('\n')
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener)
  return stop
}

interface FollowToEnd {
  readonly fromSeq: number
  /** An end that the person asks for cancels the run; otherwise only the following ends. */
  readonly cancels: boolean
  readonly quiet: boolean
  readonly reasoning: boolean
}

async function followToEnd(session: Session, engine: Engine, runId: string, options: FollowToEnd, stop: Stop): Promise<number> {
  const { io } = session
  const ended = new AbortController()
  const view = streamView(session, options)
  const ask = () => {
    if (!options.cancels) return ended.abort()
    if (!options.quiet)
      void view.rest().then(() => io.err(io.paint.err.dim('Cancelling the run … (Ctrl+C again leaves it to the engine)\n')))
    void cancelNow(session, runId)
  }
  stop.onAsked = ask
  if (stop.asked) ask()
  const onLost = () =>
    void (
      options.quiet || view.rest().then(() => io.err(io.paint.err.yellow('· The connection to the engine was lost; looking for it …\n')))
    )
  for await (const events of followRun(session, engine, { runId, fromSeq: options.fromSeq, signal: ended.signal, onLost })) {
    if (session.json) await io.out(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    else await view.show(events)
  }
  await view.rest()
  if (ended.signal.aborted) return EXIT.cancelled
  const { run, result } = await ((await session.again()) ?? engine).run.get({ id: runId })
  if (session.json) await io.out(`${JSON.stringify({ kind: 'end', run })}\n`)
  else {
    // A model's text ends where the model ended it; a terminal and a file both want a line end there.
    if (run.bodyKind !== 'command' && run.bodyKind !== 'team' && result !== '' && !result.endsWith('\n') && !io.terminal.out)
      await io.out('\n')
    // What a team's last node gave is its output.
    if (run.bodyKind === 'team' && result !== '') await io.out(`${result}\n`)
    if (!options.quiet) await io.err(endLine(run, session))
  }
  return exitOf(run.state)
}

async function cancelNow(session: Session, id: string): Promise<void> {
  try {
    await (await session.again())?.run.cancel({ id })
  } catch (thrown) {
    // An end that came first is an end.
    if (failureOf(thrown).code !== 'WRONG_STATE') await session.io.err(`The run could not be cancelled: ${messageOf(thrown)}\n`)
  }
}

export interface LogOptions {
  readonly follow: boolean
  readonly fromSeq: number
  readonly quiet: boolean
  readonly reasoning: boolean
}

/** What a run said, from a number on; with `follow`, also what it is going to say. Its end state is the exit code only when followed. */
export async function logs(session: Session, asked: string, options: LogOptions): Promise<number> {
  const engine = await session.engine()
  const id = await findRun(engine, asked)
  const stop = listenForStop(session)
  try {
    const { run } = await engine.run.get({ id })
    if (options.follow || isTerminal(run.state)) {
      const exit = await followToEnd(session, engine, id, { ...options, cancels: false, quiet: options.quiet || !options.follow }, stop)
      return options.follow ? exit : EXIT.ok
    }
    return await soFar(session, engine, run, options, stop)
  } finally {
    stop.end()
  }
}

/** A run that goes on, up to what it had said when it was asked. */
async function soFar(session: Session, engine: Engine, run: RunRow, options: LogOptions, stop: Stop): Promise<number> {
  const enough = new AbortController()
  const view = streamView(session, { ...options, quiet: true })
  stop.onAsked = () => enough.abort()
  if (run.lastSeq >= options.fromSeq) {
    for await (const events of followRun(session, engine, {
      runId: run.id,
      fromSeq: options.fromSeq,
      signal: enough.signal,
      onLost: () => undefined,
    })) {
      const shown = events.filter((event) => event.seq <= run.lastSeq)
      if (session.json) await session.io.out(shown.map((event) => `${JSON.stringify(event)}\n`).join(''))
      else await view.show(shown)
      if ((events.at(-1)?.seq ?? 0) >= run.lastSeq) break
    }
  }
  await view.rest()
  if (!session.json && session.io.terminal.err)
    await session.io.err(session.io.paint.err.dim(`${stateWords(run.state)}; --follow goes on.\n`))
  return stop.asked ? EXIT.cancelled : EXIT.ok
}

export async function cancel(session: Session, asked: readonly string[]): Promise<number> {
  const engine = await session.engine()
  const rows: RunRow[] = []
  for (const one of asked) rows.push(await engine.run.cancel({ id: await findRun(engine, one) }))
  await session.print(asked.length === 1 ? rows[0] : rows, () =>
    rows.map((run) => `${run.personaName}: ${run.id} is being cancelled.\n`).join(''),
  )
  return EXIT.ok
}
