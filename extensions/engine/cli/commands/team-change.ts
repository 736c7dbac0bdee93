/** Teams changed: created, edited, saved, restored, archived, duplicated, removed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TeamDocument, TeamRow } from '#contract'
import { EXIT, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { confirm } from '../confirm.ts'
import { editorOf, editUntilValid } from '../edit-text.ts'
import { failureOf, WrongUse } from '../failure.ts'
import { findTeam } from '../find.ts'
import type { Session } from '../session.ts'
import { count } from '../show/words.ts'

export async function createTeam(session: Session, options: { readonly file: string; readonly message?: string }): Promise<number> {
  const doc = await readTeamDoc(session, options.file)
  const engine = await session.engine()
  const row = await engine.team.create({ doc, message: options.message ?? '' })
  await session.print(row, () => `Created ${session.io.paint.out.bold(row.doc.name)} (${row.id}). Run it: troupe team run ${row.id}\n`)
  return EXIT.ok
}

/** YAML or JSON of one team, or a team file. */
export async function readTeamDoc(session: Session, path: string): Promise<TeamDocument> {
  const text =
    path === '-'
      ? await session.io.readAll(LIMITS.n8nFileChars)
      : await readFile(path, 'utf8').catch((thrown: unknown) => {
          throw new WrongUse(`The file ${path} cannot be read: ${messageOf(thrown)}`)
        })
  const { readTeamText } = await import('../yaml.ts')
  const read = readTeamText(text)
  if ('doc' in read) return read.doc
  throw new WrongUse(
    `${path === '-' ? 'The input' : path} is no team:\n  ${read.problems.join('\n  ')}`,
    'troupe team show <team> --yaml prints one that is; an n8n workflow is read by troupe import.',
  )
}

export async function saveTeam(
  session: Session,
  asked: string,
  options: { readonly file: string; readonly message?: string },
): Promise<number> {
  const doc = await readTeamDoc(session, options.file)
  const engine = await session.engine()
  const card = await findTeam(engine, asked)
  return saved(session, await engine.team.save({ id: card.id, doc, baseRevision: card.revision, message: options.message ?? '' }))
}

async function saved(session: Session, answer: { readonly saved: boolean; readonly team: TeamRow }): Promise<number> {
  await session.print(answer, () =>
    answer.saved ? `Saved ${answer.team.doc.name} as revision ${answer.team.revision}.\n` : 'Nothing differs; there is no new revision.\n',
  )
  return EXIT.ok
}

export async function editTeam(session: Session, asked: string, options: { readonly message?: string }): Promise<number> {
  const editor = editorOf(session, 'troupe team save <team> --file f.yaml')
  const engine = await session.engine()
  const { id } = await findTeam(engine, asked)
  const row = await engine.team.get({ id })
  const { readTeamText, teamToYaml } = await import('../yaml.ts')
  const folder = await mkdtemp(join(tmpdir(), 'troupe-edit-'))
  const file = join(folder, 'team.yaml')
  const first = `# ${row.doc.name}, revision ${row.revision}. Save and close to keep your changes as a new revision.\n# An unchanged or empty file changes nothing.\n${teamToYaml(row.doc)}`
  await writeFile(file, first, { mode: 0o600 })
  const doc = await editUntilValid(session, { editor, file, first, read: readTeamText, what: 'team', save: 'troupe team save <team>' })
  try {
    const answer = await engine.team.save({ id, doc, baseRevision: row.revision, message: options.message ?? '' })
    await rm(folder, { recursive: true, force: true })
    return await saved(session, answer)
  } catch (thrown) {
    await session.io.err(`Your text is kept in ${file}\n`)
    if (failureOf(thrown).code === 'CONFLICT') await session.io.err(`Compare, then: troupe team save ${id} --file ${file}\n`)
    throw thrown
  }
}

export async function restoreTeam(session: Session, asked: string, revision: number, message: string): Promise<number> {
  const engine = await session.engine()
  const card = await findTeam(engine, asked)
  const row = await engine.team.restore({ id: card.id, revision, message })
  await session.print(row, () =>
    row.revision === card.revision
      ? `Revision ${revision} says what the current one says; nothing was changed.\n`
      : `Revision ${revision} of ${row.doc.name} is the current one again, as revision ${row.revision}.\n`,
  )
  return EXIT.ok
}

export async function archiveTeam(session: Session, asked: string, archived: boolean): Promise<number> {
  const engine = await session.engine()
  const row = await engine.team.archive({ id: (await findTeam(engine, asked)).id, archived })
  await session.print(row, () => (archived ? `${row.doc.name} is in the archive.\n` : `${row.doc.name} is back.\n`))
  return EXIT.ok
}

export async function activateTeam(session: Session, asked: string, active: boolean): Promise<number> {
  const engine = await session.engine()
  const row = await engine.team.activate({ id: (await findTeam(engine, asked)).id, active })
  await session.print(row, () =>
    active ? `${row.doc.name} is active: its triggers may start it.\n` : `${row.doc.name} is started by hand only.\n`,
  )
  return EXIT.ok
}

export async function duplicateTeam(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const row = await engine.team.duplicate({ id: (await findTeam(engine, asked)).id })
  await session.print(row, () => `Created ${row.doc.name} (${row.id}).\n`)
  return EXIT.ok
}

export async function removeTeam(session: Session, asked: string, yes: boolean): Promise<number> {
  const engine = await session.engine()
  const { id, name } = await findTeam(engine, asked)
  const radius = await engine.team.blastRadius({ id })
  const users = radius.usedBy.length === 0 ? '' : ` Teams that start it would miss it: ${radius.usedBy.map((one) => one.name).join(', ')}.`
  const question = `Remove ${name} with ${count(radius.revisions)} revisions? Its ${count(radius.runs)} runs stay.${users}`
  if (!yes) await confirm(session, question, '--yes')
  await engine.team.remove({ id })
  await session.print({ removed: id, ...radius }, () => `Removed ${name}.\n`)
  return EXIT.ok
}
