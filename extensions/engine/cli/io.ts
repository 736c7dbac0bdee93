/** What the command line reads and writes. Output goes raw to stdout, notices to stderr, colours only where a terminal shows them. */
import pc from 'picocolors'

export type Paint = ReturnType<typeof pc.createColors>

export interface Io {
  readonly env: NodeJS.ProcessEnv
  /** Colours of the two outputs; plain text when it is no terminal, NO_COLOR is set, or `--no-color` was given. */
  readonly paint: { readonly out: Paint; readonly err: Paint }
  readonly terminal: { readonly in: boolean; readonly out: boolean; readonly err: boolean }
  /** Columns of the terminal; undefined when stdout is none, and lines may be as long as they are. */
  readonly columns: number | undefined
  /** Writes to stdout; resolves when there is room for more. */
  out(text: string): Promise<void>
  err(text: string): Promise<void>
  /** All of stdin, as text. */
  readAll(maxChars: number): Promise<string>
}

/** A reader that went away (`troupe runs | head`) ends us quietly, as it does any program of a pipe. */
export function endOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1)
    })
  }
}

export function processIo(options: { readonly colour: boolean }): Io {
  const { env } = process
  const coloured = (stream: NodeJS.WriteStream) => {
    if (!options.colour || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return false
    return stream.isTTY === true
  }
  return {
    env,
    paint: { out: pc.createColors(coloured(process.stdout)), err: pc.createColors(coloured(process.stderr)) },
    terminal: { in: process.stdin.isTTY === true, out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    out: (text) => write(process.stdout, text),
    err: (text) => write(process.stderr, text),
    readAll,
  }
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === '') return Promise.resolve()
  return new Promise((resolve) => {
    if (stream.write(text)) resolve()
    else stream.once('drain', resolve)
  })
}

async function readAll(maxChars: number): Promise<string> {
  const { WrongUse } = await import('./failure.ts')
  process.stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of process.stdin) {
    text += chunk
    if (text.length > maxChars)
      throw new WrongUse(`Standard input is longer than ${maxChars} characters.`, 'Give less, or a file for the persona to read.')
  }
  return text
}

/** Waits until everything that was written has left this process; on Windows, pipes are written in the background. */
export async function flushed(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))))
}
