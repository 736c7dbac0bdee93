/**
 * The engine as a process: what ends it, how long that may take, and with which exit code (0; 1 after an error that nobody caught).
 *   starting → running → stopping → over (the process ends by itself, since nothing is left that keeps it)
 */
import { LIMITS } from '#contract/plain'
import { type LogSink, messageOf, TroupeError } from '#core'

/** After the stop the process should be gone; what still holds it then is a defect, and is named in the log. */
const LINGER_MS = 2_000

/** Why the program asks for its own end, and the exit code of that. */
export interface Ending {
  readonly why: string
  readonly code: 0 | 1
}

export interface Program {
  /** Begins the stop (and is asked at most once). */
  stop(): Promise<readonly { readonly name: string; readonly message: string }[]>
  /** The program itself asks for its end. */
  readonly ending: Promise<Ending>
  readonly log: LogSink
}

/** `start` may fail: the reason goes to standard error, and the exit code is 1. */
export async function runAsProgram(start: () => Promise<Program>): Promise<void> {
  let starting: Promise<Program> | undefined
  let running: Program | undefined
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
    say('info', 'stopping', { why })
    const late = setTimeout(() => {
      say('error', `the stop took more than ${LIMITS.stopGraceMs} ms: ended without it`, { open: process.getActiveResourcesInfo() })
      process.exit()
    }, LIMITS.stopGraceMs)
    // A start that is under way is let finish: half an engine cannot be stopped in order.
    const program = await starting?.catch(() => undefined)
    const failures = (await program?.stop()) ?? []
    for (const { name, message } of failures) say('error', `${name} would not stop`, { reason: message })
    say('info', 'stopped')
    clearTimeout(late)
    setTimeout(() => {
      say('error', 'something was left behind: ended without it', { open: process.getActiveResourcesInfo() })
      process.exit()
    }, LINGER_MS).unref()
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
  starting = start()
  try {
    running = await starting
    void running.ending.then(({ why, code }) => {
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
