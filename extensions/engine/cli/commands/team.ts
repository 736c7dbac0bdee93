/** Teams as they are: listed, shown, compared, their reports, written to files. Changes nothing. */
import type { DocChange, KeptImport, TeamCard, TeamRevisionRow, TeamRow } from '#contract'
import { EXIT } from '#contract/plain'
import { findTeam } from '../find.ts'
import { writeNewFile } from '../new-file.ts'
import type { Session } from '../session.ts'
import { reportLines } from '../show/import-report.ts'
import { type Column, oneLine, table } from '../show/table.ts'
import { ago, facts } from '../show/words.ts'

export async function listTeams(session: Session, options: { readonly archived: boolean }): Promise<number> {
  const engine = await session.engine()
  const cards = await engine.team.list({ archived: options.archived })
  await session.print(cards, () => (cards.length === 0 ? noneWords(options.archived) : cardTable(cards, session)))
  return EXIT.ok
}

const noneWords = (archived: boolean): string =>
  archived
    ? 'Nothing is in the archive.\n'
    : 'There are no teams yet. troupe import makes one of an n8n workflow, troupe team create --file of a file.\n'

function cardTable(cards: readonly TeamCard[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const columns: Column[] = [
    { title: 'Team', paint: out.bold },
    { title: 'Nodes', align: 'right' },
    { title: 'Personas', align: 'right' },
    { title: 'Rev', align: 'right' },
    { title: 'Changed', paint: out.dim },
    { title: '', paint: out.yellow },
    { title: 'What it does', gives: true },
    { title: 'Id', paint: out.dim },
  ]
  const rows = cards.map((card) => [
    card.name,
    String(card.nodes),
    card.personas === 0 ? '' : String(card.personas),
    String(card.revision),
    ago(card.updatedAt),
    card.active ? '' : 'not active',
    card.summary,
    card.id,
  ])
  return table(columns, rows, { width: session.io.columns, dim: out.dim })
}

export async function showTeam(
  session: Session,
  asked: string,
  options: { readonly revision?: number; readonly yaml: boolean },
): Promise<number> {
  const engine = await session.engine()
  const { id } = await findTeam(engine, asked)
  const row = await engine.team.get(options.revision === undefined ? { id } : { id, revision: options.revision })
  if (options.yaml && !session.json) {
    const { teamToYaml } = await import('../yaml.ts')
    await session.io.out(teamToYaml(row.doc))
    return EXIT.ok
  }
  const revisions = await engine.team.revisions({ id })
  await session.print({ ...row, revisions }, () => teamWords(row, revisions, session))
  return EXIT.ok
}

async function teamWords(row: TeamRow, revisions: readonly TeamRevisionRow[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const { doc } = row
  const state = row.archivedAt !== null ? out.yellow('  archived') : row.active ? '' : out.yellow('  not active: troupe team activate')
  const pairs: [string, string][] = [
    ['Id', row.id],
    ['Revision', `${row.revision}, changed ${ago(row.updatedAt)}`],
    ['Nodes', `${doc.nodes.length}, ${doc.links.length} links, ${doc.notes.length} notes`],
    ['Order', doc.settings.executionOrder === 'v1' ? 'depth first (v1)' : 'breadth first (v0)'],
    ['Time zone', doc.settings.timeZone ?? ''],
    ['Steps', `at most ${doc.settings.maxSteps}`],
    ['Tags', doc.tags.join(', ')],
    ['Imported', row.imported ? 'yes: troupe team report tells what became of each node' : ''],
  ]
  const nameOf = new Map(doc.nodes.map((node) => [node.id, node.name]))
  const rows = doc.nodes.map((node) => [
    node.name,
    node.kind,
    node.disabled ? 'off' : '',
    [
      ...new Set(
        doc.links.filter((link) => link.from.node === node.id && link.kind === 'main').map((link) => nameOf.get(link.to.node) ?? ''),
      ),
    ].join(', '),
  ])
  const columns: Column[] = [
    { title: 'Node' },
    { title: 'Kind', paint: out.dim },
    { title: '', paint: out.yellow },
    { title: 'Leads to', gives: true },
  ]
  const history = revisions
    .slice(0, 8)
    .map(
      ({ number, createdAt, message }) =>
        `  ${String(number).padStart(3)}  ${out.dim(ago(createdAt).padEnd(12))}  ${message || out.dim('–')}\n`,
    )
  return [
    `${out.bold(oneLine(doc.name))}${state}\n${doc.summary === '' ? '' : `${doc.summary}\n`}\n`,
    facts(pairs, out.dim, session.io.columns),
    `\n${await table(columns, rows, { width: session.io.columns, dim: out.dim })}`,
    `\n${out.bold('Revisions')}\n${history.join('')}`,
  ].join('')
}

export async function diffTeam(session: Session, asked: string, from: number | undefined, to: number | undefined): Promise<number> {
  const engine = await session.engine()
  const card = await findTeam(engine, asked)
  const last = to ?? card.revision
  const first = from ?? Math.max(1, last - 1)
  const found = await engine.team.diff({ id: card.id, from: first, to: last })
  await session.print(found, () =>
    found.changes.length === 0
      ? `Revisions ${first} and ${last} of ${card.name} are the same.\n`
      : `${session.io.paint.out.bold(card.name)}: revision ${first} → ${last}\n${found.changes.map((change) => changeWords(change, session)).join('')}`,
  )
  return EXIT.ok
}

function changeWords(change: DocChange, session: Session): string {
  const { out } = session.io.paint
  const head = `\n${out.bold(oneLine(change.label))} ${out.dim(`(${change.kind}, ${change.path})`)}\n`
  if (change.kind === 'moved') return head
  const side = (value: unknown, sign: string, paint: (text: string) => string) =>
    value === undefined || value === null
      ? ''
      : `${(typeof value === 'string' ? value : JSON.stringify(value, null, 2))
          .split('\n')
          .map((line) => paint(`  ${sign} ${line}`))
          .join('\n')}\n`
  return `${head}${side(change.before, '-', out.red)}${side(change.after, '+', out.green)}`
}

/** What the import made of each node, as it was told before the team was created. */
export async function showReport(
  session: Session,
  asked: string,
  options: { readonly all: boolean; readonly out?: string },
): Promise<number> {
  const engine = await session.engine()
  const { id, name } = await findTeam(engine, asked)
  const kept = await engine.team.report({ id })
  if (options.out !== undefined && kept !== null) {
    await writeNewFile(options.out, `${JSON.stringify(kept, null, 2)}\n`)
    return EXIT.ok
  }
  await session.print(kept, () =>
    kept === null ? `${name} was not imported, so there is no report.\n` : reportWords(name, kept, options.all, session),
  )
  return EXIT.ok
}

async function reportWords(name: string, { report, personas }: KeptImport, all: boolean, session: Session): Promise<string> {
  const lines = await reportLines({ name, ...report }, 'as it was imported', all, session.io)
  const made = personas.map((persona) => `  Persona ${persona.name} (${persona.id}), asleep, for “${persona.node}”`)
  return `${[...lines, ...made].join('\n')}\n`
}

export interface ExportOptions {
  readonly out?: string
  /** As a team file instead of n8n's JSON. */
  readonly team: boolean
}

/** A team by name, or a team file; as n8n workflow JSON, or as a team file. */
export async function exportTeam(session: Session, asked: string, options: ExportOptions): Promise<number> {
  const engine = await session.engine()
  const { existsSync } = await import('node:fs')
  const team = existsSync(asked)
    ? await (await import('./import.ts')).readTeamFile(asked)
    : (await engine.team.get({ id: (await findTeam(engine, asked)).id })).doc
  const text = options.team
    ? `${JSON.stringify({ troupe: 'team', version: 1, team }, null, 2)}\n`
    : (await engine.import.exportN8n({ team })).text
  if (options.out === undefined) await session.io.out(text)
  else await writeNewFile(options.out, text)
  return EXIT.ok
}
