/** All schedules together. */
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { findTrigger } from '../find-trigger.ts'
import { readSpan, readWhen } from '../read-span.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { duration, facts, moment, usd } from '../show/words.ts'
import { markWords, personaNames, triggerTable } from './trigger-look.ts'

export async function scheduleStatus(session: Session): Promise<number> {
  const engine = await session.engine()
  const status = await engine.schedule.status()
  await session.print(status, () => {
    const { dim } = session.io.paint.out
    const paused =
      status.pausedUntil === null
        ? 'running'
        : status.pausedUntil === 0
          ? 'paused until you resume them'
          : `paused until ${moment(status.pausedUntil)}`
    const head = facts(
      [
        ['Schedules', paused],
        ['Triggers', `${status.enabled} on, ${status.triggers} in all`],
        ['Next', status.nextAt === null ? 'nothing is due' : moment(status.nextAt)],
        ['Zone', status.zone],
        ['Waiting', `${status.waiting} wait, ${status.asking} ask for an answer`],
        ['Webhooks', status.webhookPort === null ? 'off' : `127.0.0.1:${status.webhookPort}`],
      ],
      dim,
      session.io.columns,
    )
    const silent = status.silent.map(({ name, since }) => `${name} has not fired since ${moment(since)}, and was expected to.\n`).join('')
    const deaf = status.watching
      .filter(({ ok }) => !ok)
      .map(({ triggerId, note }) => `${triggerId}: ${note}\n`)
      .join('')
    const clock = status.clock
      .slice(-5)
      .map(({ at, text }) => `${dim(moment(at))}  ${text}\n`)
      .join('')
    return `${head}${silent}${deaf}${clock}`
  })
  return EXIT.ok
}

export async function scheduleNext(session: Session, options: { readonly persona?: string; readonly limit: number }): Promise<number> {
  const engine = await session.engine()
  const persona = options.persona === undefined ? undefined : await findPersona(engine, options.persona)
  const [rows, names] = await Promise.all([
    engine.schedule.next({ limit: options.limit, ...(persona && { personaId: persona.id }) }),
    personaNames(session),
  ])
  await session.print(rows, () => {
    if (rows.length === 0) return 'Nothing is due. troupe trigger add <persona> --at "every day at 9" makes a schedule.\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Due' },
      { title: 'Trigger', paint: out.bold },
      { title: 'Persona' },
      { title: 'Takes' },
      { title: 'Costs' },
      { title: 'Note', gives: true },
    ]
    const cells = rows.map((row) => [
      moment(row.at),
      row.triggerName,
      names.get(row.personaId) ?? row.personaId,
      row.durationMs === null ? '' : duration(row.durationMs),
      row.costUsd === null ? '' : usd(row.costUsd),
      markWords(row.mark).trim(),
    ])
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

export async function scheduleList(session: Session): Promise<number> {
  const engine = await session.engine()
  const [all, names] = await Promise.all([engine.trigger.list({}), personaNames(session)])
  const rows = all.filter(({ kind }) => kind === 'schedule')
  await session.print(rows, () => triggerTable(session, rows, names))
  return EXIT.ok
}

export async function explain(session: Session, text: string, options: { readonly zone?: string }): Promise<number> {
  const engine = await session.engine()
  const reading = await engine.schedule.read({ text, zone: options.zone ?? '' })
  const { preview } = reading
  if (!reading.rule || !preview) throw new WrongUse(reading.problem)
  await session.print(reading, () => {
    const { bold, dim } = session.io.paint.out
    const rule = reading.rule?.how === 'cron' ? `  ${dim(reading.rule.expression)}` : ''
    const next = preview.next.map(({ wall, offset, mark }) => `  ${wall} ${dim(offset)}${markWords(mark)}\n`).join('')
    return `${bold(preview.described)} ${dim(`(${reading.zone})`)}${rule}\n${next}`
  })
  return EXIT.ok
}

export async function pause(session: Session, options: { readonly for?: string }): Promise<number> {
  const engine = await session.engine()
  const status = await engine.schedule.pause(options.for === undefined ? {} : { until: Date.now() + readSpan(options.for) })
  await session.print(
    status,
    () => `All schedules are paused${status.pausedUntil ? ` until ${moment(status.pausedUntil)}` : ''}. What is due meanwhile is noted.\n`,
  )
  return EXIT.ok
}

export async function resume(session: Session): Promise<number> {
  const engine = await session.engine()
  const status = await engine.schedule.resume()
  await session.print(status, () => `Schedules go on.${status.nextAt === null ? '' : ` Next: ${moment(status.nextAt)}.`}\n`)
  return EXIT.ok
}

interface BackfillOptions {
  readonly from: string
  readonly to?: string
  readonly plan: boolean
  readonly yes: boolean
}

export async function backfill(session: Session, asked: string, options: BackfillOptions): Promise<number> {
  const engine = await session.engine()
  const { id, doc } = await findTrigger(engine, asked)
  const now = Date.now()
  const span = { triggerId: id, from: readWhen(options.from, now), to: options.to === undefined ? now : readWhen(options.to, now) }
  const plan = await engine.schedule.backfill({ ...span, plan: true })
  if (options.plan || plan.due.length === 0) {
    await session.print(plan, () =>
      plan.due.length === 0
        ? 'Nothing was due then.\n'
        : `${plan.due.length} runs of ${doc.name}:\n${plan.due.map((at) => `  ${moment(at)}\n`).join('')}`,
    )
    return EXIT.ok
  }
  if (!options.yes) await confirm(session, `Start ${plan.due.length} runs of ${doc.name}, one after the other?`, '--yes')
  const done = await engine.schedule.backfill({ ...span, plan: false })
  await session.print(done, () => `${done.fires.length} fires; troupe trigger fires shows them.\n`)
  return EXIT.ok
}
