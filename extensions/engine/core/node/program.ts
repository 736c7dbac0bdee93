/**
 * The engine as a process: what ends it, how long that may take, and with which exit code (0; 1 after an error that nobody caught).
 *   starting → running → stopping → over (the process ends by itself, since nothing is left that keeps it)
 *   running → starting again, when the program asks for that: stopped in order, and begun anew in this process
 */
import { LIMITS } from '#contract/plain'
import { type LogSink, messageOf, TroupeError } from '#core'

/** After the stop the process should be gone; what still holds it then is a defect, and is named in the log. */
const LINGER_MS = 2_000

/** Why the program asks for its own end, and the exit code of that. */
export interface Ending {
  readonly why: string
  readonly code: 0 | 1
  /** Started anew once it has stopped. */
  readonly again?: boolean
}

export interface Program {
  /** Begins the stop (and is asked at most once). */
  stop(): Promise<readonly { readonly name: string; readonly message: string }[]>
  /** The program itself asks for its end. */
  readonly ending: Promise<Ending>
  readonly log: LogSink
}

/**
 * `start` may fail: the reason goes to standard error, and the exit code is 1. `before` is the program that asked to be started anew,
 * which has stopped by then.
 */
export async function runAsProgram<P extends Program>(start: (before: P | undefined) => Promise<P>): Promise<void> {
  let starting: Promise<P> | undefined
  let running: P | undefined
  let stopping: Promise<void> | undefined
  const say = (level: 'info' | 'error', message: string, facts: Readonly<Record<string, unknown>> = {}) => {
    if (running) running.log({ level, room: 'main', message, facts })
    else if (level === 'error') console.error(`Troupe: ${message}`, facts)
  }
  const end = (why: string): Promise<void> => {
    stopping ??= stop(why)
    return stopping
  }
  async function stop(why: string): Promise<void> {
    // A start that is under way is let finish: half an engine cannot be stopped in order.
    await stopInOrder(why, () => starting?.catch(() => undefined))
    setTimeout(() => {
      say('error', 'something was left behind: ended without it', { open: process.getActiveResourcesInfo() })
      process.exit()
    }, LINGER_MS).unref()
  }
  async function stopInOrder(why: string, find: () => Promise<P | undefined> | undefined): Promise<void> {
    say('info', 'stopping', { why })
    const late = setTimeout(() => {
      say('error', `the stop took more than ${LIMITS.stopGraceMs} ms: ended without it`, { open: process.getActiveResourcesInfo() })
      process.exit()
    }, LIMITS.stopGraceMs)
    const failures = (await (await find())?.stop()) ?? []
    for (const { name, message } of failures) say('error', `${name} would not stop`, { reason: message })
    say('info', 'stopped')
    clearTimeout(late)
  }
  async function startAgain(why: string, before: P): Promise<P> {
    await stopInOrder(why, async () => before)
    return start(before)
  }
  async function run(begun: Promise<P>): Promise<void> {
    starting = begun
    try {
      const program = await begun
      running = program
      void program.ending.then(({ why, code, again }) => {
        if (again && !stopping) return run(startAgain(why, program))
        if (code !== 0) {
          process.exitCode = code
          say('error', why)
        }
        return end(why)
      })
    } catch (thrown) {
      process.exitCode = 1
      const hint = thrown instanceof TroupeError && thrown.hint ? ` ${thrown.hint}` : ''
      console.error(`The engine could not start: ${messageOf(thrown)}${hint}`)
      await end('it could not start')
    }
  }
  const broke = (kind: string) => (thrown: unknown) => {
    process.exitCode = 1
    say('error', `${kind}: ${messageOf(thrown)}`, { stack: thrown instanceof Error ? (thrown.stack ?? '') : '' })
    void end(kind)
  }

  // A reader of our output that went away is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('uncaughtException', broke('an error that nobody caught'))
  process.on('unhandledRejection', broke('a promise that nobody caught'))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(signal))
  await run(start(undefined))
}
