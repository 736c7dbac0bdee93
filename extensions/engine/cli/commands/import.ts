/** n8n workflow JSON: what an import would make, made as teams or written as team files; and a team file read. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type ImportedWorkflow, type TeamDocument, teamDocument } from '#contract'
import { EXIT, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import type { Engine } from '../link/connect.ts'
import { writeNewFile } from '../new-file.ts'
import type { Session } from '../session.ts'
import { type FileImport, importReport } from '../show/import-report.ts'

export interface ImportOptions {
  readonly dryRun: boolean
  readonly yes: boolean
  readonly out?: string
  readonly all: boolean
}

/** Exit code 1 when not one of the files is a workflow. Each file's outcome is told; one that fails keeps no other back. */
export async function importFiles(session: Session, paths: readonly string[], options: ImportOptions): Promise<number> {
  const files = (await Promise.all(paths.map(filesIn))).flat()
  if (files.length === 0) throw new WrongUse('There is no .json file among these.', 'Name files, or a folder that holds some.')
  const engine = await session.engine()
  const imports: FileImport[] = []
  for (const [at, path] of files.entries()) {
    if (session.io.terminal.err && files.length > 20) await session.io.err(`\r${at + 1} of ${files.length} `)
    imports.push(await readOne(engine, path))
  }
  if (session.io.terminal.err && files.length > 20) await session.io.err('\r')
  const written = options.dryRun || options.out === undefined ? [] : await writeTeams(imports, options.out)
  if (options.dryRun || options.out !== undefined) {
    await session.print({ files: imports, written }, () => importReport(imports, written, options.all, session.io))
  } else {
    if (!session.json) await session.io.out(await importReport(imports, [], options.all, session.io))
    const made = await makeTeams(session, engine, imports, options.yes)
    await session.print({ files: imports, made }, () => madeWords(made))
  }
  return imports.some(({ reading }) => reading.ok) ? EXIT.ok : EXIT.failed
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch((thrown: unknown) => {
    throw new WrongUse(`${path} cannot be read: ${messageOf(thrown)}`)
  })
  if (!found.isDirectory()) return [path]
  const names = (await readdir(path)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
  return names.map((name) => join(path, name))
}

async function readOne(engine: Engine, path: string): Promise<FileImport> {
  try {
    const { size } = await stat(path)
    if (size > LIMITS.n8nFileChars * 2) return refused(path, `It has ${size} bytes, which is too large for a workflow.`, '')
    return { file: path, reading: await engine.import.plan({ text: await readFile(path, 'utf8') }) }
  } catch (thrown) {
    return refused(path, messageOf(thrown), '')
  }
}

const refused = (file: string, message: string, hint: string): FileImport => ({ file, reading: { ok: false, message, hint } })

/** `<name>.team.json` for each workflow; the report stands within, so that it stays with the team. */
async function writeTeams(imports: readonly FileImport[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  for (const { file, reading } of imports) {
    if (!reading.ok) continue
    for (const [at, workflow] of reading.workflows.entries()) {
      const stem = basename(file).replace(/\.json$/i, '')
      const path = join(folder, `${stem}${reading.workflows.length > 1 ? `-${at + 1}` : ''}.team.json`)
      await writeNewFile(path, `${JSON.stringify(teamFile(workflow), null, 2)}\n`)
      written.push(path)
    }
  }
  return written
}

const teamFile = ({ team, personas, ...report }: ImportedWorkflow) => ({ troupe: 'team', version: 1, team, personas, report })

interface MadeTeam {
  readonly file: string
  readonly id: string
  readonly name: string
  readonly personas: readonly { readonly id: string; readonly name: string }[]
  /** Kinds of credentials that somebody has to grant. */
  readonly credentials: readonly string[]
}

/** A team for each workflow that was read, once the person says yes. What one file's team cannot be keeps no other back. */
async function makeTeams(session: Session, engine: Engine, imports: readonly FileImport[], yes: boolean): Promise<MadeTeam[]> {
  const sound = imports.flatMap(({ file, reading }) => (reading.ok ? [{ file, teams: reading.workflows.length }] : []))
  const teams = sound.reduce((sum, one) => sum + one.teams, 0)
  if (teams === 0) return []
  if (!yes)
    await confirm(session, `Make ${teams === 1 ? 'this team' : `these ${teams} teams`}? Nothing of it is active by itself.`, '--yes')
  const made: MadeTeam[] = []
  for (const { file } of sound) {
    try {
      for (const { team, import: kept } of await engine.team.import({ text: await readFile(file, 'utf8') })) {
        const credentials = [...new Set(kept.report.credentials.map(({ connector, type }) => connector ?? type))]
        made.push({ file, id: team.id, name: team.doc.name, personas: kept.personas.map(({ id, name }) => ({ id, name })), credentials })
      }
    } catch (thrown) {
      await session.io.err(`${file}: ${messageOf(thrown)}\n`)
    }
  }
  return made
}

function madeWords(made: readonly MadeTeam[]): string {
  const lines = made.flatMap(({ id, name, personas, credentials }) => [
    `Made ${name} (${id}). Run it: troupe team run ${id}`,
    ...(personas.length > 0 ? [`  Asleep: ${personas.map((one) => one.name).join(', ')}. troupe persona wake lets one run.`] : []),
    ...(credentials.length > 0
      ? [`  It needs: ${credentials.join(', ')}. troupe credential grant <credential> ${id} lends one to it.`]
      : []),
  ])
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

/** The team in a team file, or in a file that holds nothing else. WrongUse with what does not fit. */
export async function readTeamFile(path: string): Promise<TeamDocument> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new WrongUse(`${path} cannot be read: ${messageOf(thrown)}`)
  })
  const value = parsed(path, text)
  const held = typeof value === 'object' && value !== null && 'troupe' in value && 'team' in value ? value.team : value
  const result = teamDocument.safeParse(held)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new WrongUse(
    `${path} is no team: ${issue ? `${issue.path.join('.') || 'the file'}: ${issue.message}` : 'it does not fit'}`,
    'troupe import makes one of an n8n workflow.',
  )
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new WrongUse(`${path} is not JSON: ${messageOf(thrown)}`)
  }
}
