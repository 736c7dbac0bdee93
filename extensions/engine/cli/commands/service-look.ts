/** Services: what there are, how they are, and what they say. */
import type { ServiceLogLine, ServiceRow } from '#contract'
import { EXIT, type ServiceLogLevel } from '#contract/plain'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, count } from '../show/words.ts'

const MB = 1024 * 1024

export async function listServices(session: Session): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.service.list()
  await session.print(rows, () => {
    if (rows.length === 0) return 'No service is set up. troupe service add --help tells how.\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Service', paint: out.bold },
      { title: 'Wanted' },
      { title: 'Now' },
      { title: 'Since' },
      { title: 'Memory', align: 'right' as const },
      { title: 'CPU', align: 'right' as const },
      { title: 'Starts', align: 'right' as const },
      { title: 'Used by' },
      { title: 'Why', gives: true },
    ]
    const cells = rows.map(({ doc, standing }) => {
      const look = standing.pid === null ? undefined : standing.looks.at(-1)
      const used = standing.usedBy.join(', ') || 'nobody'
      return [
        ...[doc.id, doc.desired, standing.state, standing.since === null ? '' : ago(standing.since)],
        ...[look ? `${count(Math.round(look.memoryBytes / MB))} MB` : '', look ? `${look.cpuPercent} %` : ''],
        ...[count(standing.starts), used, standing.message],
      ]
    })
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return rows.some(({ standing }) => standing.state === 'failed') ? EXIT.failed : EXIT.ok
}

/** For a sentence: `ready`, or `failed: its reason`. */
export const howItIs = ({ standing: { state, message } }: ServiceRow): string =>
  message === '' ? state : `${state}: ${message.replace(/\.$/, '')}`

export async function showService(session: Session, id: string): Promise<number> {
  const engine = await session.engine()
  const row = await engine.service.get({ id })
  await session.print(row, () => {
    const { doc, standing } = row
    const look = standing.pid === null ? undefined : standing.looks.at(-1)
    const facts: readonly (readonly [string, string])[] = [
      ['State', howItIs(row)],
      ['Since', standing.since === null ? '' : ago(standing.since)],
      ['Wanted', doc.desired],
      [
        'Process',
        standing.pid === null ? '' : `${standing.pid}${look && look.processes > 1 ? `, ${look.processes} processes in all` : ''}`,
      ],
      ['Takes', look ? `${Math.round(look.memoryBytes / MB)} MB, ${look.cpuPercent} % of a processor` : ''],
      ['Says', standing.status],
      ['Starts', `${standing.starts}; ${standing.ends} ends by itself in the last minute`],
      ['Last failure', standing.lastFailure ? `${ago(standing.lastFailure.at)}: ${standing.lastFailure.message}` : ''],
      ['Needs', doc.needs.join(', ')],
      ['Used by', standing.usedBy.join(', ')],
      ['Ports', doc.ports.join(', ')],
      ['Command', [doc.program, ...doc.args].join(' ')],
    ]
    const { bold, dim } = session.io.paint.out
    const lines = facts.filter(([, text]) => text !== '').map(([name, text]) => `${dim(name.padEnd(13))}${text}\n`)
    return `${bold(doc.label)}\n${lines.join('')}`
  })
  return row.standing.state === 'failed' ? EXIT.failed : EXIT.ok
}

interface LogOptions {
  readonly follow: boolean
  readonly lines: number
  readonly search?: string
  readonly level?: ServiceLogLevel
}

/** With `--json`, one line of JSON for each line. */
export async function logs(session: Session, id: string, { follow, lines: limit, search, level }: LogOptions): Promise<number> {
  const engine = await session.engine()
  const wanted = { ...(search !== undefined && { text: search }), ...(level && { level }) }
  const found = await engine.service.logs({ id, limit, ...wanted })
  const show = async (lines: readonly ServiceLogLine[]): Promise<void> => {
    for (const line of lines) await session.io.out(session.json ? `${JSON.stringify(line)}\n` : lineText(line, session))
  }
  await show(found.lines)
  if (!follow) return EXIT.ok
  const last = found.lines.at(-1)?.seq
  const fits = ({ text }: ServiceLogLine): boolean => search === undefined || text.toLowerCase().includes(search.toLowerCase())
  const grave = (line: ServiceLogLine): boolean => level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)
  const from = { id, ...(last !== undefined && { fromSeq: last + 1 }) }
  for await (const batch of await engine.service.follow(from)) await show(batch.lines.filter((line) => fits(line) && grave(line)))
  return EXIT.ok
}

const LEVELS: readonly ServiceLogLevel[] = ['debug', 'info', 'warn', 'error']

function lineText({ at, level, from, text }: ServiceLogLine, session: Session): string {
  const { dim, red, yellow } = session.io.paint.out
  const time = dim(new Date(at).toISOString().slice(0, 19).replace('T', ' '))
  const body = from === 'troupe' ? `» ${text}` : text
  return `${time} ${level === 'error' ? red(body) : level === 'warn' ? yellow(body) : body}\n`
}
