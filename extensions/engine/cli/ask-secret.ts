/**
 * Secrets come from the terminal without being shown, or as lines of standard input, one for each question in the order in which they
 * are asked. Never from an argument: arguments are seen by every process of the machine, and kept by the shell.
 */
import type { ReadStream } from 'node:tty'
import { Cancelled, WrongUse } from './failure.ts'
import type { Io } from './io.ts'

const LONGEST = 1_500_000
const waiting: { lines: AsyncIterator<string> | undefined } = { lines: undefined }

/** `what`: "Passphrase". An empty answer is refused. */
export async function askSecret(io: Io, what: string): Promise<string> {
  const said = io.terminal.in ? await fromTerminal(io, `${what}: `) : await nextLine()
  if (said === undefined || said === '')
    throw new WrongUse(`${what}: nothing came.`, io.terminal.in ? 'Type it; it is not shown.' : 'Give it as a line of standard input.')
  return said
}

/** A new one: at a terminal it is typed twice. */
export async function askNewSecret(io: Io, what: string): Promise<string> {
  const first = await askSecret(io, what)
  if (!io.terminal.in) return first
  if ((await askSecret(io, `${what}, once more`)) !== first) throw new WrongUse('The two differ.', 'Nothing was changed. Try again.')
  return first
}

async function nextLine(): Promise<string | undefined> {
  waiting.lines ??= linesOf(process.stdin)
  const next = await waiting.lines.next()
  return next.done ? undefined : next.value
}

async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  input.setEncoding('utf8')
  let held = ''
  for await (const chunk of input) {
    held += String(chunk)
    if (held.length > LONGEST) throw new WrongUse('A line of standard input is too long for a secret.')
    for (let end = held.indexOf('\n'); end >= 0; end = held.indexOf('\n')) {
      yield held.slice(0, end).replace(/\r$/, '')
      held = held.slice(end + 1)
    }
  }
  if (held !== '') yield held
}

/** The terminal shows nothing from before the question until after the answer: who answers as soon as it is asked is not seen either. */
async function fromTerminal(io: Io, question: string): Promise<string> {
  const input = process.stdin as ReadStream
  input.setRawMode(true)
  try {
    await io.err(question)
    input.setEncoding('utf8')
    input.resume()
    return await typed(input)
  } finally {
    input.pause()
    await io.err('\n')
    input.setRawMode(false)
  }
}

function typed(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let signs: string[] = []
    const end = (act: () => void) => {
      input.off('data', read)
      act()
    }
    const read = (chunk: string | Buffer): void => {
      for (const sign of String(chunk)) {
        if (sign === '\r' || sign === '\n' || sign === '\u0004') {
          end(() => resolve(signs.join('')))
          return
        }
        if (sign === '\u0003') {
          end(() => reject(new Cancelled('cancelled')))
          return
        }
        if (sign === '\u007f' || sign === '\b') signs.pop()
        else if (sign === '\u0015') signs = []
        else if (sign >= ' ') signs.push(sign)
      }
    }
    input.on('data', read)
  })
}
