/** Triggers and their fires, to look at. */
import type { FireRow, TriggerRow } from '#contract'
import { EXIT, FIRE_STATES, type FireState } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { findTrigger } from '../find-trigger.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { facts, moment } from '../show/words.ts'

export async function listTriggers(session: Session, options: { readonly persona?: string }): Promise<number> {
  const engine = await session.engine()
  const persona = options.persona === undefined ? undefined : await findPersona(engine, options.persona, { archived: true })
  const [rows, names] = await Promise.all([engine.trigger.list(persona ? { personaId: persona.id } : {}), personaNames(session)])
  await session.print(rows, () => triggerTable(session, rows, names))
  return EXIT.ok
}

export async function personaNames(session: Session): Promise<ReadonlyMap<string, string>> {
  const engine = await session.engine()
  const both = await Promise.all([engine.persona.list({ archived: false }), engine.persona.list({ archived: true })])
  return new Map(both.flat().map(({ id, name }) => [id, name]))
}

export function triggerTable(session: Session, rows: readonly TriggerRow[], names: ReadonlyMap<string, string>): string | Promise<string> {
  if (rows.length === 0) return 'No triggers yet. troupe trigger add <persona> --at "every day at 9" makes one.\n'
  const { out } = session.io.paint
  const columns = [
    { title: 'Trigger', paint: out.bold },
    { title: 'Persona' },
    { title: 'Now' },
    { title: 'Next' },
    { title: 'When', gives: true },
    { title: 'Id', paint: out.dim },
  ]
  const cells = rows.map((row) => [
    row.doc.name,
    names.get(row.doc.personaId) ?? row.doc.personaId,
    row.held !== '' ? 'stopped' : row.doc.enabled ? 'on' : 'off',
    row.nextAt === null ? '' : moment(row.nextAt),
    row.described,
    row.id,
  ])
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

export async function showTrigger(session: Session, asked: string, options: { readonly yaml: boolean }): Promise<number> {
  const engine = await session.engine()
  const row = await findTrigger(engine, asked)
  if (options.yaml && !session.json) {
    const { stringify } = await import('yaml')
    await session.io.out(stringify(row.doc))
    return EXIT.ok
  }
  const [fires, next] = await Promise.all([
    engine.trigger.fires({ triggerId: row.id, limit: 10 }),
    engine.schedule.next({ triggerId: row.id, limit: 10 }),
  ])
  await session.print({ trigger: row, fires, next }, async () => {
    const { dim, bold } = session.io.paint.out
    const head = facts(
      [
        ['When', row.described],
        ['Id', row.id],
        ['Now', row.held !== '' ? row.held : row.doc.enabled ? 'on' : 'off'],
        ['Overlap', row.doc.overlap],
        ['Missed', row.doc.missed.policy],
        ['Unattended', row.doc.unattended],
      ],
      dim,
      session.io.columns,
    )
    const times = next.map(({ at, mark }) => `  ${moment(at)}${markWords(mark)}`).join('\n')
    return `${bold(row.doc.name)}\n${head}${times === '' ? '' : `\n${dim('Next')}\n${times}\n`}\n${await fireTable(session, fires)}`
  })
  return EXIT.ok
}

export function markWords(mark: string): string {
  if (mark === 'gap') return '  (the clock skips the time that was asked for; this is right after)'
  if (mark === 'twice') return '  (comes twice; this is the first)'
  return mark === 'shift' ? '  (after a change of clocks)' : ''
}

interface FireOptions {
  readonly trigger?: string
  readonly persona?: string
  readonly state?: readonly string[]
  readonly limit: number
}

export async function listFires(session: Session, options: FireOptions): Promise<number> {
  const engine = await session.engine()
  const wrong = options.state?.find((state) => !(FIRE_STATES as readonly string[]).includes(state))
  if (wrong !== undefined) throw new WrongUse(`"${wrong}" is no state of a fire.`, `They are: ${FIRE_STATES.join(', ')}.`)
  const rows = await engine.trigger.fires({
    ...(options.trigger !== undefined && { triggerId: (await findTrigger(engine, options.trigger)).id }),
    ...(options.persona !== undefined && { personaId: (await findPersona(engine, options.persona, { archived: true })).id }),
    ...(options.state && { states: options.state as FireState[] }),
    limit: options.limit,
  })
  await session.print(rows, () => fireTable(session, rows))
  return EXIT.ok
}

export function fireTable(session: Session, rows: readonly FireRow[]): string | Promise<string> {
  if (rows.length === 0) return 'Nothing has fired yet.\n'
  const { out } = session.io.paint
  const columns = [
    { title: 'Due' },
    { title: 'Trigger', paint: out.bold },
    { title: 'State' },
    { title: 'Times', align: 'right' as const },
    { title: 'Why', gives: true },
    { title: 'Run', paint: out.dim },
    { title: 'Fire', paint: out.dim },
  ]
  const cells = rows.map((row) => [
    moment(row.due),
    row.triggerName,
    row.runState ?? row.state,
    row.count === 1 ? '' : (row.count?.toString() ?? 'many'),
    row.whyText === '' ? (row.why ?? '') : row.whyText,
    row.runId ?? '',
    row.state === 'asking' || row.state === 'waiting' ? row.id : '',
  ])
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}
