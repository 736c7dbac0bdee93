/**
 * `troupe exec --with github -- program …`: the engine lends, this process starts the program with the variables in its environment, hides the
 * values in what it prints, and passes its end on. The lease ends with the program, or with this process.
 *
 * The program writes into pipes, not to the terminal: what draws on a terminal draws plainly. Its standard input is this process's own when that
 * is a terminal; otherwise the input's first line was the passphrase, and the program gets none.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { basename } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { LentOut } from '#contract'
import { LIMITS } from '#contract/plain'
import { messageOf, type Redactor, SecretBook } from '#core'
import { WrongUse } from '../failure.ts'
import { prove } from '../prove.ts'
import type { Session } from '../session.ts'

/** As shells have it: a program that is not there, and one that may not be run. */
const NOT_THERE = 127
const NOT_RUN = 126
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

export async function execWith(session: Session, command: readonly string[], names: readonly string[]): Promise<number> {
  const [program, ...args] = command
  if (program === undefined) throw new WrongUse('Name the program to start: troupe exec --with github -- gh repo list')
  if (names.length === 0) throw new WrongUse('Name the credentials to lend: --with github', 'troupe credential list shows them.')
  const engine = await session.engine()
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const lease = await engine.lease.hold({ credentials: [...names], program: basename(program).slice(0, LIMITS.nameChars), proof })
  try {
    const first = await lease.next()
    if (first.done) throw new WrongUse('The engine lent nothing.')
    return await runMasked(session, program, args, first.value)
  } finally {
    // An end in order; when this process dies instead, the engine sees the connection end.
    await lease.return?.()
  }
}

async function runMasked(session: Session, program: string, args: readonly string[], lent: LentOut): Promise<number> {
  const book = new SecretBook()
  book.hold(lent.secrets)
  const { terminal } = session.io
  const child = spawn(program, args, {
    env: { ...session.io.env, ...lent.env },
    stdio: [terminal.in ? 'inherit' : 'ignore', 'pipe', 'pipe'],
  })
  const forward = (signal: NodeJS.Signals): void => {
    // A terminal's Ctrl+C reaches the whole group by itself.
    if (signal !== 'SIGINT' || !terminal.in) child.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  try {
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)))
    })
    const piped = [pipeMasked(child.stdout, process.stdout, book.redactor), pipeMasked(child.stderr, process.stderr, book.redactor)]
    const code = await ended
    await Promise.all(piped)
    return code
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
    await session.io.err(`${program} could not be started: ${missing ? 'it was not found' : messageOf(thrown)}.\n`)
    return missing ? NOT_THERE : NOT_RUN
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward)
  }
}

async function pipeMasked(from: Readable, to: Writable, redactor: Redactor): Promise<void> {
  const clean = redactor.stream()
  const write = (bytes: Uint8Array) =>
    bytes.length === 0 || to.write(bytes) ? undefined : new Promise<void>((resolve) => void to.once('drain', resolve))
  for await (const chunk of from) await write(clean.push(chunk as Buffer))
  await write(clean.end())
}
