/** `troupe team run`: a team's run by hand, followed node by node; and the items that a node gave. */
import type { TeamItem } from '#contract'
import { EXIT, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { WrongUse } from '../failure.ts'
import { findTeam } from '../find.ts'
import { findRun } from '../find-run.ts'
import type { Session } from '../session.ts'
import { oneLine, table } from '../show/table.ts'
import { afterStart, listenForStop, type RunOptions } from './run.ts'
import { readTeamDoc } from './team-change.ts'

export interface TeamRunOptions extends Pick<RunOptions, 'detach' | 'quiet' | 'reasoning'> {
  readonly input?: string
  readonly from?: string
  readonly until?: string
  /** An earlier run, whose results before `from` are kept. */
  readonly keep?: string
  readonly revision?: number
  readonly file?: string
  readonly pinned: boolean
}

export async function runTeam(session: Session, asked: string, options: TeamRunOptions): Promise<number> {
  if (options.keep !== undefined && options.from === undefined) throw new WrongUse('--keep goes with --from: the node at which it goes on.')
  if (options.file !== undefined && options.revision !== undefined) throw new WrongUse('Give --file or --revision, not both.')
  const items = await itemsOf(session, options.input)
  const draft = options.file === undefined ? {} : { draft: await readTeamDoc(session, options.file) }
  const engine = await session.engine()
  const { id } = await findTeam(engine, asked)
  const stop = listenForStop(session)
  try {
    const { from, until, revision, pinned } = options
    const run = await engine.team.run({
      id,
      pinned,
      ...draft,
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
      ...(revision === undefined ? {} : { revision }),
      ...(items === undefined ? {} : { items }),
      ...(options.keep === undefined ? {} : { keep: await findRun(engine, options.keep) }),
    })
    return await afterStart(session, engine, run, options, stop)
  } finally {
    stop.end()
  }
}

export async function goOn(session: Session, asked: string, options: { readonly input?: string; readonly deny: boolean }): Promise<number> {
  const items = await itemsOf(session, options.input)
  const engine = await session.engine()
  const runId = await findRun(engine, asked)
  const run = await engine.team.goOn({ runId, ...(options.deny ? { approved: false } : {}), ...(items === undefined ? {} : { items }) })
  await session.print(run, () => `${runId} goes on. troupe logs ${runId} --follow shows it.\n`)
  return EXIT.ok
}

export interface ItemsOptions {
  readonly output: number
  readonly run?: number
  readonly limit: number
}

export async function showItems(session: Session, asked: string, node: string, options: ItemsOptions): Promise<number> {
  const engine = await session.engine()
  const runId = await findRun(engine, asked)
  const page = await engine.team.items({
    runId,
    node,
    output: options.output,
    limit: options.limit,
    ...(options.run === undefined ? {} : { run: options.run }),
  })
  await session.print(page, async () => {
    const shown = await itemTable(session, page.items)
    const left = page.total - page.items.length
    return `${shown}${left > 0 ? `… and ${left} more.\n` : ''}${page.total === 0 ? 'No items.\n' : ''}`
  })
  return EXIT.ok
}

/** A column for each field of the items. */
async function itemTable({ io }: Session, items: readonly TeamItem[]): Promise<string> {
  const names = [...new Set(items.flatMap(({ json }) => Object.keys(json)))].slice(0, 12)
  if (names.length === 0) return ''
  const text = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))
  const columns = names.map((title, at) => ({ title: oneLine(title), gives: at === names.length - 1 }))
  const rows = items.map(({ json }) => names.map((name) => text(json[name])))
  return table(columns, rows, { width: io.columns, dim: io.paint.out.dim })
}

/** JSON: an object is one item, a list of objects is that many; items may be written with their `json`. Anything else is a text. */
async function itemsOf(session: Session, given: string | undefined): Promise<TeamItem[] | undefined> {
  if (given === undefined) return undefined
  const text = given === '-' ? await session.io.readAll(LIMITS.inputChars) : given
  if (!/^\s*[[{]/.test(text)) return [{ json: { text, chatInput: text } }]
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw new WrongUse(`--input begins like JSON, and is none: ${messageOf(thrown)}`)
  }
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.map((one) => {
    if (!isRecord(one)) throw new WrongUse('--input is a list, and not all in it are objects.', 'Each item is an object of fields.')
    return isRecord(one.json) && Object.keys(one).length === 1 ? { json: one.json } : { json: one }
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
