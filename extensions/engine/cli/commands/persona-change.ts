/** Personas changed: created, saved, restored, imported, moved to the archive, duplicated, removed. */
import { readFile } from 'node:fs/promises'
import type { BlastRadius, ImportPlan, PersonaDoc, PersonaDocInput, PersonaRow, TemplateRow } from '#contract'
import { type AgentName, EXIT, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { bytes, count } from '../show/words.ts'

export interface CreateOptions {
  readonly file?: string
  readonly template?: string
  readonly name?: string
  readonly summary?: string
  readonly instructions?: string
  readonly model?: readonly string[]
  readonly command?: string
  readonly agent?: AgentName
  readonly arg?: readonly string[]
  readonly message?: string
}

export async function createPersona(session: Session, options: CreateOptions): Promise<number> {
  const given = [options.file, options.template].filter((one) => one !== undefined)
  if (given.length > 1) throw new WrongUse('Give --file or --template, not both.')
  if (given.length === 0 && options.name === undefined) {
    throw new WrongUse(
      'What is it made from? Nothing was given.',
      'Give --file f.yaml, --template <id>, or --name <name> with --command or --model.',
    )
  }
  const engine = await session.engine()
  const doc = { ...(await baseDoc(session, engine, options)), ...(options.name === undefined ? {} : { name: options.name }) }
  return created(session, await engine.persona.create({ doc: withChoices(doc, options), message: options.message ?? '' }))
}

async function created(session: Session, row: PersonaRow): Promise<number> {
  const noModel = row.doc.body.kind === 'model' && row.doc.body.models.length === 0
  await session.print(row, () => {
    const next = noModel
      ? 'It has no model yet: troupe persona edit, or create it with --model provider/model.'
      : `Run it: troupe run ${quoted(row.doc.name)}`
    return `Created ${session.io.paint.out.bold(row.doc.name)} (${row.id}). ${next}\n`
  })
  return EXIT.ok
}

/** A name as it is typed in a shell: `disk-guardian` finds "Disk guardian". */
function quoted(name: string): string {
  return /^[\w -]+$/.test(name) ? name.toLowerCase().replaceAll(' ', '-') : JSON.stringify(name)
}

async function baseDoc(session: Session, engine: Engine, options: CreateOptions): Promise<PersonaDocInput> {
  if (options.file !== undefined) return readDocFile(session, options.file)
  if (options.template !== undefined) return (await findTemplate(engine, options.template)).doc
  if (options.command === undefined && options.model === undefined && options.agent === undefined)
    throw new WrongUse(
      'A persona runs on a model, a command or an agent; none was given.',
      'Add --model provider/model, --command <program>, or --agent <name>.',
    )
  if (options.agent !== undefined) return { name: options.name ?? '', body: { kind: 'agent', agent: options.agent } }
  return {
    name: options.name ?? '',
    body: options.command === undefined ? { kind: 'model' } : { kind: 'command', program: options.command },
  }
}

function withChoices(doc: PersonaDocInput, options: CreateOptions): PersonaDocInput {
  const made: PersonaDocInput = { ...doc }
  if (options.summary !== undefined) made.summary = options.summary
  if (options.instructions !== undefined) {
    const others = (doc.sections ?? []).filter((section) => section.kind !== 'instructions')
    made.sections = [...others, { id: 'instructions', kind: 'instructions', text: options.instructions }]
  }
  if (options.model !== undefined) {
    if (made.body.kind !== 'model') throw new WrongUse(`--model does not fit: ${made.name} does not run on a model.`)
    made.body = { ...made.body, models: options.model.map(readModel) }
  }
  if (options.command !== undefined) {
    if (made.body.kind !== 'command')
      throw new WrongUse('--command and --model do not go together, nor --command with a template of a model.')
    made.body = { ...made.body, program: options.command, args: [...(options.arg ?? [])] }
  } else if (options.arg !== undefined) throw new WrongUse('--arg goes with --command.')
  return made
}

/** `anthropic/some-model`; model names may have slashes of their own. */
export function readModel(text: string): { provider: string; model: string } {
  const at = text.indexOf('/')
  if (at <= 0 || at === text.length - 1)
    throw new WrongUse(`A model is written provider/model, and "${text}" came.`, 'troupe provider list shows both.')
  return { provider: text.slice(0, at), model: text.slice(at + 1) }
}

async function readText(session: Session, path: string): Promise<string> {
  if (path === '-') return session.io.readAll(LIMITS.importBytes)
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    throw new WrongUse(`The file ${path} cannot be read: ${messageOf(thrown)}`)
  }
}

export async function readDocFile(session: Session, path: string): Promise<PersonaDoc> {
  const text = await readText(session, path)
  const { readDoc } = await import('../yaml.ts')
  const read = readDoc(text)
  if ('doc' in read) return read.doc
  throw new WrongUse(
    `${path === '-' ? 'The input' : path} is no persona:\n  ${read.problems.join('\n  ')}`,
    'troupe persona show <persona> --yaml prints one that is.',
  )
}

export async function savePersona(
  session: Session,
  asked: string,
  options: { readonly file: string; readonly message?: string },
): Promise<number> {
  const engine = await session.engine()
  const card = await findPersona(engine, asked, { archived: true })
  const doc = await readDocFile(session, options.file)
  return saved(session, await engine.persona.save({ id: card.id, doc, baseRevision: card.revision, message: options.message ?? '' }))
}

export async function saved(session: Session, answer: { readonly saved: boolean; readonly persona: PersonaRow }): Promise<number> {
  const { doc, revision } = answer.persona
  await session.print(answer, () =>
    answer.saved ? `Saved ${doc.name} as revision ${revision}.\n` : `Nothing differs: ${doc.name} stays at revision ${revision}.\n`,
  )
  return EXIT.ok
}

export async function restorePersona(session: Session, asked: string, revision: number, message: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findPersona(engine, asked, { archived: true })
  const row = await engine.persona.restore({ id, revision, message })
  await session.print(row, () => `${row.doc.name} is as it was in revision ${revision}; this is revision ${row.revision} now.\n`)
  return EXIT.ok
}

/** Shows what an import would create and may do, asks, and creates it asleep. */
export async function importPersonas(
  session: Session,
  path: string,
  options: { readonly yes: boolean; readonly plan: boolean },
): Promise<number> {
  const text = await readText(session, path)
  const engine = await session.engine()
  const plan = await engine.persona.planImport({ text })
  if (options.plan) {
    await session.print(plan, () => planWords(plan, session))
    return EXIT.ok
  }
  if (!options.yes) {
    await session.io.err(planWords(plan, session))
    await confirm(session, `Import ${plan.items.length === 1 ? 'it' : `these ${plan.items.length}`}?`, '--yes')
  }
  const rows = await engine.persona.import({ text, digest: plan.digest })
  await session.print(
    rows,
    () =>
      `${rows.map((row) => `Imported ${session.io.paint.out.bold(row.doc.name)} (${row.id}).`).join('\n')}\nImported personas sleep: troupe persona wake <persona>\n`,
  )
  return EXIT.ok
}

function planWords(plan: ImportPlan, session: Session): string {
  const { out } = session.io.paint
  return plan.items
    .map((item) => {
      const name = item.importedName === item.name ? '' : out.dim(` (as "${item.importedName}", since the name is taken)`)
      const powers = item.powers.length > 0 ? item.powers.map((power) => `  may: ${power}\n`).join('') : '  may: nothing beyond answering\n'
      return `${out.bold(item.name)}${name}  ${out.dim(item.bodyKind)}\n${item.summary === '' ? '' : `  ${item.summary}\n`}${powers}${item.warnings.map((warning) => `  ${out.yellow('!')} ${warning}\n`).join('')}`
    })
    .join('\n')
}

export async function archivePersona(session: Session, asked: string, archived: boolean): Promise<number> {
  const engine = await session.engine()
  const { id } = await findPersona(engine, asked, { archived: true })
  const row = await engine.persona.archive({ id, archived })
  await session.print(
    row,
    () => `${row.doc.name} ${archived ? 'is in the archive; bring it back with --undo' : 'is back from the archive'}.\n`,
  )
  return EXIT.ok
}

export async function wakePersona(session: Session, asked: string, active: boolean): Promise<number> {
  const engine = await session.engine()
  const { id } = await findPersona(engine, asked, { archived: true })
  const row = await engine.persona.activate({ id, active })
  await session.print(row, () => `${row.doc.name} ${active ? 'is awake, and can run' : 'sleeps, and refuses runs'}.\n`)
  return EXIT.ok
}

export async function duplicatePersona(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findPersona(engine, asked, { archived: true })
  return created(session, await engine.persona.duplicate({ id }))
}

export async function removePersona(session: Session, asked: string, yes: boolean): Promise<number> {
  const engine = await session.engine()
  const card = await findPersona(engine, asked, { archived: true })
  const blast = await engine.persona.blastRadius({ id: card.id })
  if (!yes) await confirm(session, `Remove ${card.name}? ${blastWords(blast)}`, '--yes')
  await engine.persona.remove({ id: card.id })
  await session.print({ removed: card.id, ...blast }, () => `Removed ${card.name}. ${blastWords(blast)}\n`)
  return EXIT.ok
}

function blastWords(blast: BlastRadius): string {
  const files =
    blast.workspaceFiles > 0
      ? ` Its workspace (${count(blast.workspaceFiles)} files, ${bytes(blast.workspaceBytes)}) goes to the data folder's trash.`
      : ''
  return `${blast.revisions === 1 ? 'One revision goes' : `${blast.revisions} revisions go`} with it, ${blast.runs === 0 ? 'it has no runs' : blast.runs === 1 ? 'its run stays' : `its ${count(blast.runs)} runs stay`}.${files}`
}

export async function findTemplate(engine: Engine, asked: string): Promise<TemplateRow> {
  const templates = await engine.persona.templates()
  const lower = asked.toLowerCase()
  const exact = templates.find((template) => template.id === lower || template.name.toLowerCase() === lower)
  const begun = templates.filter((template) => template.id.startsWith(lower))
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined)
  if (found) return found
  throw new WrongUse(
    begun.length > 1 ? `"${asked}" fits ${begun.map(({ id }) => id).join(', ')}.` : `There is no template "${asked}".`,
    'troupe template list shows all of them.',
  )
}

/** The places that they hold among all are shared out in the order in which they are named. */
export async function arrangePersonas(session: Session, asked: readonly string[], options: { readonly group?: string }): Promise<number> {
  const engine = await session.engine()
  const cards = await Promise.all(asked.map((name) => findPersona(engine, name, { archived: true })))
  await engine.persona.arrange({ ids: cards.map(({ id }) => id), ...options })
  const group = options.group === undefined ? '' : options.group === '' ? ', in no group' : `, in the group ${options.group}`
  await session.print(
    { done: true, personas: cards.map(({ id }) => id) },
    () => `In this order: ${cards.map(({ name }) => name).join(', ')}${group}.\n`,
  )
  return EXIT.ok
}
