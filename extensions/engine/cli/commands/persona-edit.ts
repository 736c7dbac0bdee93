/** A persona in the person's own editor: its YAML, opened again as long as it is not valid, and never lost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { editorOf, editUntilValid } from '../edit-text.ts'
import { failureOf } from '../failure.ts'
import { findPersona } from '../find.ts'
import type { Session } from '../session.ts'
import { saved } from './persona-change.ts'

const HEAD = (name: string, revision: number) =>
  `# ${name}, revision ${revision}. Save and close to keep your changes as a new revision.\n# An unchanged or empty file changes nothing. Lines that begin with # are left out.\n`

export async function editPersona(session: Session, asked: string, options: { readonly message?: string }): Promise<number> {
  const editor = editorOf(session, 'troupe persona save <persona> --file f.yaml')
  const engine = await session.engine()
  const card = await findPersona(engine, asked, { archived: true })
  const row = await engine.persona.get({ id: card.id })
  const { docToYaml, readDoc } = await import('../yaml.ts')
  const folder = await mkdtemp(join(tmpdir(), 'troupe-edit-'))
  const file = join(folder, 'persona.yaml')
  const first = HEAD(row.doc.name, row.revision) + docToYaml(row.doc)
  await writeFile(file, first, { mode: 0o600 })
  const doc = await editUntilValid(session, { editor, file, first, read: readDoc, what: 'persona', save: 'troupe persona save <persona>' })
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
