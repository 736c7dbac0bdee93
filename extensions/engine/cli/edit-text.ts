/** A document in the person's own editor: its text, opened again as long as it is not valid, and never lost. */
import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Cancelled, WrongUse } from './failure.ts'
import type { Session } from './session.ts'

const PROBLEM = '#! '

export interface EditAsk<Doc> {
  readonly editor: string
  /** Lies in a folder of its own. */
  readonly file: string
  /** What the file has to begin with. */
  readonly first: string
  readonly read: (text: string) => { readonly doc: Doc } | { readonly problems: readonly string[] }
  /** "persona" */
  readonly what: string
  /** The command that saves a text from a file, without `--file`. */
  readonly save: string
}

/** The person's editor. WrongUse when none is named and nobody is at a terminal. */
export function editorOf(session: Session, instead: string): string {
  const { VISUAL, EDITOR } = session.io.env
  const editor = VISUAL?.trim() || EDITOR?.trim() || (process.platform === 'win32' ? 'notepad' : session.io.terminal.in ? 'vi' : '')
  if (editor === '') throw new WrongUse('No editor is named.', `Set VISUAL or EDITOR, or use ${instead}.`)
  return editor
}

/** The text with what was wrong on top is opened again. Whoever closes it unchanged has given up, and the text stays where it is. */
export async function editUntilValid<Doc>(session: Session, ask: EditAsk<Doc>): Promise<Doc> {
  const { editor, file, first } = ask
  let before = first
  for (;;) {
    await runEditor(editor, file)
    const text = await readFile(file, 'utf8')
    if (text === first || text.replace(/^#.*$/gm, '').trim() === '') {
      await rm(join(file, '..'), { recursive: true, force: true })
      throw new Cancelled('Nothing was changed.')
    }
    const read = ask.read(text)
    if ('doc' in read) return read.doc
    await session.io.err(`That is no ${ask.what} yet:\n  ${read.problems.join('\n  ')}\n`)
    if (text === before)
      throw new WrongUse(`The text is still not valid, and was left as it is in ${file}`, `Mend it, then: ${ask.save} --file ${file}`)
    before = read.problems.map((problem) => `${PROBLEM}${problem}\n`).join('') + text.replace(/^#! .*\n/gm, '')
    await writeFile(file, before)
  }
}

/** EDITOR may have arguments ("code --wait"); they are parted by spaces, and no shell sees them. */
function runEditor(editor: string, file: string): Promise<void> {
  const [program = '', ...args] = editor.split(/\s+/)
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, file], {
      stdio: 'inherit',
      shell: process.platform === 'win32' && /\.(cmd|bat)$/i.test(program),
    })
    child.once('error', (error) =>
      reject(
        new WrongUse(
          `The editor "${program}" could not be started: ${error.message}`,
          'Set VISUAL or EDITOR to a program that is installed.',
        ),
      ),
    )
    child.once('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new WrongUse(`The editor ended with ${signal ?? `code ${code}`}; nothing was saved. Your text is in ${file}`)),
    )
  })
}
