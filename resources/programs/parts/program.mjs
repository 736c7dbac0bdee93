/**
 * The frame that every shipped program runs in: arguments, signals, closed pipes, exit codes.
 *
 * Exit codes: 0 fine · 1 found something that needs you · 2 wrong use · 3 could not do the work · 130 and 143 stopped by a signal.
 * The report goes to standard output, problems to standard error.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { helpText, readArguments, WrongUse } from './arguments.mjs'
import { clean, count } from './report.mjs'

export { WrongUse }

/** The work cannot be done, for a reason that a person can mend; the message says what to do. */
export class CannotWork extends Error {}
class Stopped extends Error {}

/** Problems printed one by one before the rest is only counted: a tree can have a million unreadable folders. */
const PROBLEMS_SHOWN = 20
/** Between two progress lines. */
const PROGRESS_MS = 5_000
/** The longest stretch of synchronous work between two looks at signals. */
const TURN_MS = 25

export class Frame {
  problems = 0
  #stopped = null
  #turnBegan = performance.now()
  #progressAt = performance.now()

  line(text = '') {
    process.stdout.write(`${text}\n`)
  }

  /** Something could not be read or done; the program goes on. */
  problem(text) {
    this.problems += 1
    if (this.problems <= PROBLEMS_SHOWN) process.stderr.write(`${clean(text)}\n`)
    else if (this.problems === PROBLEMS_SHOWN + 1) process.stderr.write('Further problems are counted, not listed.\n')
  }

  /** Says how many problems there were; call it once, near the end of a report. */
  closeProblems(what = 'could not be read') {
    if (this.problems > 0) this.line(`Not looked at: ${count(this.problems, 'place', 'places')} ${what} (listed among the problems).`)
  }

  /** Lets signals in, now and then. Throws when the program was told to stop. `progress` is asked for a line every few seconds. */
  async breathe(progress) {
    if (this.#stopped) throw new Stopped(this.#stopped)
    const now = performance.now()
    if (now - this.#turnBegan < TURN_MS) return
    if (progress && now - this.#progressAt >= PROGRESS_MS) {
      this.#progressAt = now
      this.line(`… ${progress()}`)
    }
    await nextTurn()
    this.#turnBegan = performance.now()
    if (this.#stopped) throw new Stopped(this.#stopped)
  }

  stop(signal) {
    // A second signal does not wait for an orderly end.
    if (this.#stopped) process.exit(SIGNAL_EXIT[signal])
    this.#stopped = signal
    this.onStop?.()
  }
}

/** Standard input in chunks, until it ends or the program is told to stop. */
export async function* inputChunks(frame) {
  frame.onStop = () => process.stdin.destroy()
  try {
    for await (const chunk of process.stdin) {
      await frame.breathe()
      yield chunk
    }
  } catch (error) {
    await frame.breathe()
    throw error
  } finally {
    frame.onStop = undefined
  }
}

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/**
 * Runs `main(options, frame)`, which answers the exit code.
 * `program` is { title, summary, exits: [code, text][], options }.
 */
export async function runProgram(program, main) {
  const frame = new Frame()
  for (const stream of [process.stdout, process.stderr]) {
    // The reader has left: there is nobody to report to, so the work ends quietly.
    stream.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 3))
  }
  for (const signal of Object.keys(SIGNAL_EXIT)) process.on(signal, () => frame.stop(signal))
  const argv = process.argv.slice(2)
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(helpText(program, program.options))
    return
  }
  try {
    process.exitCode = await main(readArguments(program.options, argv), frame)
  } catch (thrown) {
    process.exitCode = exitFor(thrown)
  }
}

function exitFor(thrown) {
  if (thrown instanceof Stopped) {
    process.stderr.write('Stopped before the end: the report is not complete.\n')
    return SIGNAL_EXIT[thrown.message]
  }
  if (thrown instanceof WrongUse) {
    process.stderr.write(`Wrong use: ${clean(thrown.message)}\n`)
    return 2
  }
  if (thrown instanceof CannotWork) {
    process.stderr.write(`${clean(thrown.message)}\n`)
    return 3
  }
  process.stderr.write(`A defect in this program: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`)
  return 3
}

/** A file system error in words. */
export function why(error) {
  const words = {
    ENOENT: 'it is not there',
    EACCES: 'no permission',
    EPERM: 'no permission',
    ENOTDIR: 'it is not a folder',
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'its path is too long for this system',
    ELOOP: 'too many symbolic links',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
    EBUSY: 'it is in use',
    EMFILE: 'too many files are open',
    EIO: 'the disk reports an error',
  }
  return words[error?.code] ?? error?.message ?? String(error)
}
