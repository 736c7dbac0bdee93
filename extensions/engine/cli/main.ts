/** The program `troupe`: reads the command line, does the one command, ends with its exit code. */
import { enableCompileCache } from 'node:module'
import { CommanderError } from 'commander'
import { EXIT } from '#contract/plain'
import { findLayout } from '#core/node'
import { report } from './failure.ts'
import { endOnClosedPipe, flushed, type Io, processIo } from './io.ts'
import { type Act, buildProgram } from './program.ts'
import { makeSession } from './session.ts'

interface Globals {
  readonly json?: boolean
  readonly data?: string
  readonly portable?: boolean
  readonly color: boolean
}

async function main(argv: readonly string[]): Promise<number | undefined> {
  let exit: number | undefined = EXIT.ok
  const act: Act = async (work) => {
    const { json = false, data, portable = false, color } = program.opts<Globals>()
    const io = processIo({ colour: color })
    const session = makeSession(io, { json, data, portable })
    try {
      exit = await work(session)
    } catch (thrown) {
      exit = thrown instanceof CommanderError ? await usage(thrown, io, json) : await report(thrown, io, json)
    } finally {
      session.close()
    }
  }
  const program = buildProgram(act, findLayout(import.meta.url).version)
  const wantsJson = argv.includes('--json')
  for (const command of withChildren(program)) {
    command.exitOverride()
    // With --json the error is one JSON value, printed below.
    if (wantsJson) command.configureOutput({ writeErr: () => undefined })
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    return usage(thrown, processIo({ colour: false }), wantsJson)
  }
  return exit
}

/** Commander has already said what was wrong, or shown the help that was asked for. */
async function usage(thrown: CommanderError, io: Io, json: boolean): Promise<number> {
  if (thrown.exitCode === 0) return EXIT.ok
  const message = thrown.code === 'commander.help' ? 'A command is needed.' : thrown.message.replace(/^error: /, '')
  if (json) await io.err(`${JSON.stringify({ error: { code: 'USAGE', message, hint: 'troupe --help lists the commands.' } })}\n`)
  else if (thrown.code === 'commander.invalidArgument' && !thrown.message.startsWith('error:')) await io.err(`error: ${message}\n`)
  return EXIT.usage
}

function withChildren(command: import('commander').Command): readonly import('commander').Command[] {
  return [command, ...command.commands.flatMap(withChildren)]
}

enableCompileCache()
endOnClosedPipe()
const exit = await main(process.argv.slice(2))
// Undefined: an engine runs in this process, and ends it.
if (exit !== undefined) {
  await flushed()
  process.exit(exit)
}
