/** Templates: what there is, and a persona made of one. */
import type { TemplateRow } from '#contract'
import { EXIT } from '#contract/plain'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { findTemplate, readModel } from './persona-change.ts'

export async function listTemplates(session: Session): Promise<number> {
  const engine = await session.engine()
  const templates = await engine.persona.templates()
  await session.print(templates, () => {
    const { out } = session.io.paint
    const rows = templates.map((template) => [template.id, needsWords(template), template.summary])
    return table(
      [
        { title: 'Template', paint: out.bold },
        { title: 'Needs', paint: out.dim },
        { title: 'What it does', gives: true },
      ],
      rows,
      { width: session.io.columns, dim: out.dim },
    )
  })
  return EXIT.ok
}

function needsWords(template: TemplateRow): string {
  return template.needs.length === 0 ? 'nothing' : template.needs.map((need) => (need === 'model' ? 'a model' : 'the network')).join(', ')
}

export interface UseOptions {
  readonly name?: string
  readonly model?: readonly string[]
  readonly run: boolean
}

/** Creates the persona; with `run`, makes its first run with the template's own input. */
export async function applyTemplate(session: Session, asked: string, options: UseOptions): Promise<number> {
  const engine = await session.engine()
  const template = await findTemplate(engine, asked)
  const { doc, chosen } = await withModel(engine, template, options.model)
  const row = await engine.persona.create({
    doc: { ...doc, ...(options.name === undefined ? {} : { name: options.name }) },
    message: `From the template "${template.name}"`,
  })
  const { out, err } = session.io.paint
  const noModel = row.doc.body.kind === 'model' && row.doc.body.models.length === 0
  const said = `Created ${row.doc.name} (${row.id})${chosen === undefined ? '' : `, on ${chosen}`}.`
  if (options.run && !noModel) {
    await session.io.err(err.dim(`${said}\n`))
    const { startRun } = await import('./run.ts')
    return startRun(session, row.id, { ...template.firstRun, detach: false, quiet: false, reasoning: false })
  }
  await session.print(row, () => {
    const next = noModel
      ? 'It has no model yet. Add a provider (troupe provider add), then choose a model with troupe persona edit.'
      : `Run it: troupe run ${row.id}`
    return `${said.replace(row.doc.name, () => out.bold(row.doc.name))}\n${next}\n`
  })
  return EXIT.ok
}

/** Without a choice: the model with which the first provider that can call tools was tried, since a template cannot know what is set up here. */
async function withModel(
  engine: Engine,
  template: TemplateRow,
  asked: readonly string[] | undefined,
): Promise<{ readonly doc: TemplateRow['doc']; readonly chosen?: string }> {
  const { doc } = template
  if (doc.body.kind !== 'model' || doc.body.models.length > 0) return { doc }
  if (asked !== undefined) return { doc: { ...doc, body: { ...doc.body, models: asked.map(readModel) } } }
  const providers = await engine.provider.list()
  const tried = providers.filter(({ probe }) => probe.triedModel !== null)
  const best = tried.find(({ probe }) => probe.callsTools.outcome === 'yes') ?? tried[0]
  const model = best?.probe.triedModel
  if (!best || !model) return { doc }
  return { doc: { ...doc, body: { ...doc.body, models: [{ provider: best.doc.id, model }] } }, chosen: `${best.doc.id}/${model}` }
}
