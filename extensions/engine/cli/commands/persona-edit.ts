/** A persona in the person's own editor: its YAML, opened again as long as it is not valid, and never lost. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PersonaDoc } from '#contract'
import { Cancelled, failureOf, WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import type { Session } from '../session.ts'
import { saved } from './persona-change.ts'

const HEAD = (name: string, revision: number) =>
  `# ${name}, revision ${revision}. Save and close to keep your changes as a new revision.\n# An unchanged or empty file changes nothing. Lines that begin with # are left out.\n`
const PROBLEM = '#! '

export async function editPersona(session: Session, asked: string, options: { readonly message?: string }): Promise<number> {
  const { VISUAL, EDITOR } = session.io.env
  const editor = VISUAL?.trim() || EDITOR?.trim() || (process.platform === 'win32' ? 'notepad' : session.io.terminal.in ? 'vi' : '')
  if (editor === '') throw new WrongUse('No editor is named.', 'Set VISUAL or EDITOR, or use troupe persona save <persona> --file f.yaml.')
  const engine = await session.engine()
  const card = await findPersona(engine, asked, { archived: true })
  const row = await engine.persona.get({ id: card.id })
  const { docToYaml } = await import('../yaml.ts')
  const folder = await mkdtemp(join(tmpdir(), 'troupe-edit-'))
  const file = join(folder, 'persona.yaml')
  const first = HEAD(row.doc.name, row.revision) + docToYaml(row.doc)
  await writeFile(file, first, { mode: 0o600 })
  const doc = await editUntilValid(session, editor, file, first)
  try {
    const answer = await engine.persona.save({ id: card.id, doc, baseRevision: row.revision, message: options.message ?? '' })
    await rm(folder, { recursive: true, force: true })
    return await saved(session, answer)
  } catch (thrown) {
    await session.io.err(`Your text is kept in ${file}\n`)
    if (failureOf(thrown).code === 'CONFLICT') await session.io.err(`Compare, then: troupe persona save ${card.id} --file ${file}\n`)
    throw thrown
  }
}

/** The text with what was wrong on top is opened again. Whoever closes it unchanged has given up, and the text stays where it is. */
async function editUntilValid(session: Session, editor: string, file: string, first: string): Promise<PersonaDoc> {
  const { readDoc } = await import('../yaml.ts')
  let before = first
  for (;;) {
    await runEditor(editor, file)
    const text = await readFile(file, 'utf8')
    if (text === first || text.replace(/^#.*$/gm, '').trim() === '') {
      await rm(join(file, '..'), { recursive: true, force: true })
      throw new Cancelled('Nothing was changed.')
    }
    const read = readDoc(text)
    if ('doc' in read) return read.doc
    await session.io.err(`That is no persona yet:\n  ${read.problems.join('\n  ')}\n`)
    if (text === before)
      throw new WrongUse(
        `The text is still not valid, and was left as it is in ${file}`,
        `Mend it, then: troupe persona save <persona> --file ${file}`,
      )
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
