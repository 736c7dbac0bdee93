/** Personas as they are: listed, shown, compared, exported. Changes nothing. */
import type { DocChange, PersonaCard, PersonaRow, RevisionRow, RunStrip } from '#contract'
import { EXIT } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { writeNewFile } from '../new-file.ts'
import type { Session } from '../session.ts'
import { type Column, oneLine, table } from '../show/table.ts'
import { ago, count, facts, nextStart, stateWords, usd } from '../show/words.ts'
import { wrap } from '../show/wrap.ts'

export async function listPersonas(session: Session, options: { readonly archived: boolean; readonly text?: string }): Promise<number> {
  const engine = await session.engine()
  const { archived, text } = options
  const cards = await engine.persona.list({ archived, ...(text === undefined ? {} : { text }) })
  await session.print(cards, () => (cards.length === 0 ? noneWords(archived, text) : cardTable(cards, session)))
  return EXIT.ok
}

function noneWords(archived: boolean, text: string | undefined): string {
  if (text !== undefined)
    return `No persona ${archived ? 'in the archive ' : ''}has all of these words: ${oneLine(text)}. A word is found from its beginning.\n`
  return archived ? 'Nothing is in the archive.\n' : 'There are no personas yet. troupe template list shows what to begin with.\n'
}

function cardTable(cards: readonly PersonaCard[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const columns: Column[] = [
    { title: 'Persona', paint: (text, row) => (cards[row]?.active ? out.bold(text) : out.dim(text)) },
    { title: 'Runs on' },
    { title: 'Next start', paint: out.dim },
    { title: 'Rev', align: 'right' },
    { title: 'Changed', paint: out.dim },
    { title: '', paint: out.yellow },
    { title: 'What it does', gives: true },
    { title: 'Id', paint: out.dim },
  ]
  const rows = cards.map((card) => [
    card.name,
    card.bodyKind === 'command' ? 'command' : card.runsOn || 'no model yet',
    nextStart(card.nextFireAt),
    String(card.revision),
    ago(card.updatedAt),
    card.active ? '' : 'asleep',
    card.summary,
    card.id,
  ])
  return table(columns, rows, { width: session.io.columns, dim: out.dim })
}

export async function showPersona(
  session: Session,
  asked: string,
  options: { readonly revision?: number; readonly yaml: boolean },
): Promise<number> {
  const engine = await session.engine()
  const { id } = await findPersona(engine, asked, { archived: true })
  const row = await engine.persona.get(options.revision === undefined ? { id } : { id, revision: options.revision })
  if (options.yaml && !session.json) {
    const { docToYaml } = await import('../yaml.ts')
    await session.io.out(docToYaml(row.doc))
    return EXIT.ok
  }
  const [revisions, strips] = await Promise.all([engine.persona.revisions({ id }), engine.run.strips()])
  const strip = strips.find(({ personaId }) => personaId === id) ?? null
  await session.print({ ...row, revisions, strip }, () => personaWords(row, revisions, strip, session))
  return EXIT.ok
}

function personaWords(row: PersonaRow, revisions: readonly RevisionRow[], strip: RunStrip | null, session: Session): string {
  const { out } = session.io.paint
  const { doc } = row
  const state = row.archivedAt !== null ? out.yellow('  archived') : row.active ? '' : out.yellow('  asleep: troupe persona wake')
  const head = `${out.bold(doc.name)}${state}\n${doc.summary === '' ? '' : `${doc.summary}\n`}\n`
  const pairs: [string, string][] = [
    ['Id', row.id],
    ['Revision', `${row.revision}, changed ${ago(row.updatedAt)}`],
    ['Runs on', bodyWords(doc)],
    ['Tools', toolWords(doc)],
    [
      'Limits',
      `${doc.limits.timeoutMs / 60_000} min, ${doc.body.kind === 'model' ? `${doc.limits.turns} turns, ` : ''}${doc.limits.concurrency} at once`,
    ],
    ['Runs', runsWords(strip)],
    ['Group', doc.group],
    ['Tags', doc.tags.join(', ')],
  ]
  const parameters = parameterLines(doc, out.dim)
  const sections = doc.sections.map(({ kind, title, text, enabled }) => {
    const name = title || `${kind[0]?.toUpperCase()}${kind.slice(1)}`
    return `\n${out.bold(name)}${enabled ? '' : out.yellow('  (off)')}\n${wrap(text.trimEnd(), session.io.columns)}\n`
  })
  const history = revisions
    .slice(0, 8)
    .map(
      ({ number, createdAt, message }) =>
        `  ${String(number).padStart(3)}  ${out.dim(ago(createdAt).padEnd(12))}  ${message || out.dim('–')}\n`,
    )
  return [
    head,
    facts(pairs, out.dim, session.io.columns),
    parameters.length > 0 ? `\n${out.bold('Parameters')}\n${parameters.join('')}` : '',
    ...sections,
    `\n${out.bold('Revisions')}\n${history.join('')}`,
  ].join('')
}

/** How often it ran, how it went last, and what is known of what it spent. */
function runsWords(strip: RunStrip | null): string {
  const [last] = strip?.last ?? []
  if (strip === null || last === undefined) return ''
  const spent = strip.spentUsd > 0 ? [`${usd(strip.spentUsd)} in 30 days`] : []
  const unknown = strip.unknownCosts > 0 ? [`cost unknown of ${count(strip.unknownCosts)}`] : []
  return [count(strip.runs), `the last ${stateWords(last.state)} ${ago(last.queuedAt)}`, ...spent, ...unknown].join(', ')
}

function parameterLines(doc: PersonaRow['doc'], dim: (text: string) => string): string[] {
  const rows = doc.parameters.map(({ name, label, kind, required, default: initial, help, choices }) => ({
    name,
    what: `${choices.length > 0 ? choices.join('|') : kind}${required ? ', required' : ''}${initial === '' ? '' : ` = ${oneLine(initial)}`}`,
    help: help || label,
  }))
  const nameWidth = Math.max(0, ...rows.map((row) => row.name.length))
  const whatWidth = Math.min(40, Math.max(0, ...rows.map((row) => row.what.length)))
  return rows.map((row) => `  ${row.name.padEnd(nameWidth)}  ${dim(row.what.padEnd(whatWidth))}  ${row.help}\n`)
}

function bodyWords(doc: PersonaRow['doc']): string {
  if (doc.body.kind === 'model') {
    const chain = doc.body.models.map(({ provider, model }) => `${provider}/${model}`).join(', then ')
    return chain || 'no model yet: troupe persona edit, or create it with --model'
  }
  const [first = '', ...rest] = doc.body.args
  const shipped = doc.body.program === '{{troupe.node}}' && /^\{\{troupe\.programs\}\}\/([\w-]+)\.mjs$/.exec(first)?.[1]
  const parts = shipped ? [`Troupe's own ${shipped}`, ...rest] : [shellWord(doc.body.program), shellWord(first), ...rest]
  return parts
    .map((part, index) => (index < 2 ? part : shellWord(part)))
    .join(' ')
    .trim()
}

function shellWord(text: string): string {
  return /[\s"']/.test(text) ? JSON.stringify(text) : text
}

function toolWords(doc: PersonaRow['doc']): string {
  if (doc.body.kind !== 'model') return ''
  const { files, http, commands } = doc.body.tools
  const parts = [
    files === 'none' ? '' : `files (${files})`,
    http.enabled ? `http (${http.hosts.join(', ') || 'any public host'}${http.allowPrivate ? ', private addresses too' : ''})` : '',
    commands.length > 0 ? `commands (${commands.join(', ')})` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export async function diffPersona(session: Session, asked: string, from: number | undefined, to: number | undefined): Promise<number> {
  const engine = await session.engine()
  const card = await findPersona(engine, asked, { archived: true })
  const last = to ?? card.revision
  const first = from ?? Math.max(1, last - 1)
  const found = await engine.persona.diff({ id: card.id, from: first, to: last })
  await session.print(found, async () => {
    if (found.changes.length === 0) return `Revisions ${first} and ${last} of ${card.name} are the same.\n`
    const parts = await Promise.all(found.changes.map((change) => changeWords(change, session)))
    return `${session.io.paint.out.bold(card.name)}: revision ${first} → ${last}\n${parts.join('')}`
  })
  return EXIT.ok
}

async function changeWords(change: DocChange, session: Session): Promise<string> {
  const { out } = session.io.paint
  const head = `\n${out.bold(change.label)} ${out.dim(`(${change.kind}, ${change.path})`)}\n`
  if (change.kind === 'moved') return `${head}  ${asText(change.before)} → ${asText(change.after)}\n`
  const { diffLines } = await import('diff')
  const sides = [change.before, change.after].map((side) => (side === undefined || side === null ? '' : `${asText(side)}\n`))
  const lines = diffLines(sides[0] ?? '', sides[1] ?? '').flatMap(({ value, added, removed }) => {
    const sign = added ? '+' : removed ? '-' : ' '
    const paint = added ? out.green : removed ? out.red : out.dim
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => paint(`  ${sign} ${line}`))
  })
  return `${head}${lines.join('\n')}\n`
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

export async function exportPersonas(
  session: Session,
  asked: readonly string[],
  options: { readonly output?: string; readonly all: boolean },
): Promise<number> {
  const engine = await session.engine()
  const cards = options.all
    ? await engine.persona.list({})
    : await Promise.all(asked.map((name) => findPersona(engine, name, { archived: true })))
  if (cards.length === 0) throw new WrongUse('No persona was named.', 'Name one or more, or give --all.')
  const file = await engine.persona.export({ ids: cards.map((card) => card.id) })
  if (options.output === undefined) await (session.json ? session.print(file, () => '') : session.io.out(file.text))
  else {
    await writeNewFile(options.output, file.text)
    await session.print(
      { file: options.output, personas: cards.map((card) => card.id) },
      () => `Exported ${cards.map((card) => card.name).join(', ')} to ${options.output}.\n`,
    )
  }
  return EXIT.ok
}
