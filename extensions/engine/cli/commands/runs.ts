/** Runs as they are: a list, and one of them whole. */
import type { RunDetail, RunFilter, RunRow } from '#contract'
import { EXIT, LIMITS, RUN_STATES, type RunState } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { findRun } from '../find-run.ts'
import { writeNewFile } from '../new-file.ts'
import type { Session } from '../session.ts'
import { type Column, oneLine, table } from '../show/table.ts'
import { ago, cost, duration, facts, moment, paintState, runTime, stateWords, tokens } from '../show/words.ts'

export interface RunsOptions {
  readonly state?: readonly string[]
  readonly persona?: string
  /** Only drafts that belong to no persona. */
  readonly drafts: boolean
  readonly since?: string
  readonly text?: string
  readonly limit: number
}

export async function listRuns(session: Session, options: RunsOptions): Promise<number> {
  if (options.drafts && options.persona !== undefined) throw new WrongUse('Give --persona or --drafts, not both.')
  const filter: RunFilter = {
    ...(options.drafts ? { personaId: null } : {}),
    ...(options.state === undefined ? {} : { states: options.state.map(readState) }),
    ...(options.since === undefined ? {} : { from: readSince(options.since, Date.now()) }),
    ...(options.text === undefined ? {} : { text: options.text }),
  }
  const engine = await session.engine()
  if (options.persona !== undefined) filter.personaId = (await findPersona(engine, options.persona, { archived: true })).id
  const rows: RunRow[] = []
  let page = await engine.run.list({ filter, limit: Math.min(options.limit, LIMITS.pageRows) })
  rows.push(...page.rows)
  while (rows.length < Math.min(options.limit, page.total) && page.rows.length > 0) {
    page = await engine.run.list({
      filter,
      asOf: page.asOf,
      offset: rows.length,
      limit: Math.min(options.limit - rows.length, LIMITS.pageRows),
    })
    rows.push(...page.rows)
  }
  await session.print({ rows, total: page.total, asOf: page.asOf }, async () => {
    if (rows.length === 0)
      return Object.keys(filter).length > 0 ? 'No run fits.\n' : 'There is no run yet. troupe run <persona> starts one.\n'
    const more = page.total > rows.length ? session.io.paint.out.dim(`… ${page.total - rows.length} more; --limit shows them.\n`) : ''
    return (await runTable(rows, session)) + more
  })
  return EXIT.ok
}

function readState(text: string): RunState {
  const found = RUN_STATES.find((state) => state === text)
  if (found) return found
  throw new WrongUse(`--state expects ${RUN_STATES.join(', ')}, and "${text}" came.`)
}

/** `90m`, `12h`, `7d`, or a date and time as JavaScript reads it (local time without a zone). */
export function readSince(text: string, now: number): number {
  const span = /^(\d{1,6})\s*(s|m|h|d|w)$/.exec(text.trim())
  if (span)
    return (
      now - Number(span[1]) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[span[2] as 's' | 'm' | 'h' | 'd' | 'w']
    )
  if (text === 'today') return new Date(now).setHours(0, 0, 0, 0)
  // A bare date is midnight here; JavaScript alone would take it as midnight in Greenwich.
  const at = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text)
  if (Number.isFinite(at)) return at
  throw new WrongUse(`--since expects a span such as 90m, 12h or 7d, "today", or a date such as 2026-11-21, and "${text}" came.`)
}

function runTable(rows: readonly RunRow[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const columns: Column[] = [
    { title: 'State', paint: (text, row) => paintState(rows[row]?.state ?? 'queued', text, out) },
    { title: 'Persona', paint: out.bold },
    { title: 'Rev', align: 'right' },
    { title: 'Queued', paint: out.dim },
    { title: 'Time', align: 'right' },
    { title: 'Cost', align: 'right' },
    { title: 'Result', gives: true },
    { title: 'Id', paint: out.dim },
  ]
  const cells = rows.map((run) => [
    stateWords(run.state),
    run.personaName,
    run.revision === null ? 'draft' : String(run.revision),
    ago(run.queuedAt),
    runTime(run),
    cost(run),
    run.state === 'succeeded' ? resultWords(run) : (run.reason?.message ?? ''),
    run.id,
  ])
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

/** A report ends in its verdict, an answer begins with what matters. */
function resultWords(run: RunRow): string {
  const lines = run.resultPreview.split('\n').filter((line) => line.trim() !== '')
  return oneLine((run.bodyKind === 'command' ? lines.at(-1) : lines[0]) ?? '').slice(0, 120)
}

export async function showRun(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const detail = await engine.run.get({ id: await findRun(engine, asked) })
  await session.print(detail, () => runWords(detail, session))
  return EXIT.ok
}

function originWords({ origin, originStep, againOf }: RunRow): string {
  if (againOf === null) return ''
  if (origin === 'replay') return `${againOf}, replayed`
  return origin === 'fork' ? `${againOf}, forked at step ${originStep}` : `${againOf}, run again`
}

/** What a parked run waits for, and the command that answers it. */
function waitWords({ run, steps, guidance }: RunDetail, bold: (text: string) => string): string {
  const said = guidance.filter(({ state }) => state === 'waiting').map(({ text }) => `  "${oneLine(text)}"\n`)
  const waiting = said.length === 0 ? '' : `\n${bold('Said, and not yet taken')}\n${said.join('')}`
  if (run.state !== 'parked') return waiting
  const open = steps.filter(({ state, safety, aside }) => state === 'unknown' && safety === 'unsafe' && !aside)
  const how =
    run.reason?.code === 'unknown-outcome'
      ? open.map(({ n }) => `  troupe answer ${run.id} ${n} happened|did-not-happen|skip\n`).join('')
      : `  troupe resume ${run.id}\n`
  return `${waiting}\n${bold('To go on')}\n${how}`
}

/** Which text ran, in words. */
function revisionWords(run: RunRow): string {
  if (run.revision !== null) return String(run.revision)
  return run.personaId === null ? 'none: a draft that belongs to no persona' : 'none: an unsaved draft'
}

function runWords(detail: RunDetail, session: Session): string {
  const { out } = session.io.paint
  const { run } = detail
  const given = Object.entries(detail.params)
  const pairs: [string, string][] = [
    ['Id', run.id],
    ['Revision', revisionWords(run)],
    ['Queued', moment(run.queuedAt)],
    ['Took', runTime(run)],
    ['Exit code', run.exitCode === null ? '' : String(run.exitCode)],
    ['Model', run.model ?? ''],
    ['Tokens', tokens(run.usage)],
    ['Cost', run.bodyKind !== 'command' ? cost(run) : ''],
    ['Comes of', originWords(run)],
    ['Try', run.attempt > 1 ? String(run.attempt) : ''],
    ['Goes on', run.wakeAt === null ? '' : moment(run.wakeAt)],
    ['Cut', run.cutBytes > 0 ? `${run.cutBytes} bytes of output were dropped at the limit` : ''],
    ['Parameters', given.map(([name, value]) => `${name}=${oneLine(value)}`).join(', ')],
  ]
  const steps = detail.steps.map((step) => {
    const took = step.endedAt === null ? '' : duration(step.endedAt - step.startedAt)
    const marks = [step.inherited ? 'kept' : '', step.attempt > 1 ? `try ${step.attempt}` : '', step.aside ? 'done again' : ''].filter(
      (mark) => mark !== '',
    )
    const also = marks.length > 0 ? out.dim(` (${marks.join(', ')})`) : ''
    return `  ${String(step.n).padStart(3)}  ${step.state.padEnd(7)}  ${took.padStart(8)}  ${out.dim(step.kind.padEnd(8))}  ${oneLine(step.title)}${also}\n`
  })
  return [
    `${out.bold(run.personaName)}  ${paintState(run.state, stateWords(run.state), out)}${run.reason === null || run.reason.code === 'done' ? '' : `: ${run.reason.message}`}\n\n`,
    facts(pairs, out.dim, session.io.columns),
    section('Input', detail.input, out.bold),
    steps.length > 0 ? `\n${out.bold('Steps')}\n${steps.join('')}` : '',
    waitWords(detail, out.bold),
    section('Result', detail.result, out.bold),
  ].join('')
}

function section(title: string, text: string, bold: (text: string) => string): string {
  return text.trim() === '' ? '' : `\n${bold(title)}\n${text.trimEnd()}\n`
}

/** The whole run as one file; `--json` prints what the format `json` holds, without a file. */
export async function exportRun(
  session: Session,
  asked: string,
  options: { readonly format?: 'text' | 'json'; readonly output?: string },
): Promise<number> {
  const engine = await session.engine()
  const id = await findRun(engine, asked)
  const { text } = await engine.run.export({
    id,
    format: options.format ?? (session.json && options.output === undefined ? 'json' : 'text'),
  })
  if (options.output === undefined) await session.io.out(text)
  else {
    await writeNewFile(options.output, text)
    await session.print({ file: options.output, run: id }, () => `Exported ${id} to ${options.output}.\n`)
  }
  return EXIT.ok
}
