/** Services: set up, changed, started, stopped, removed. */
import { type ServiceDoc, type ServiceRow, serviceDoc } from '#contract'
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { howItIs } from './service-look.ts'

export interface ServiceOptions {
  readonly label?: string
  readonly desired?: string
  readonly on?: boolean
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly credential?: readonly string[]
  readonly port?: readonly string[]
  readonly need?: readonly string[]
  readonly ready?: string
  readonly readySeconds?: number
  readonly health?: string
  readonly healthCommand?: readonly string[]
  readonly healthSeconds?: number
  readonly stopSignal?: string
  readonly stopSeconds?: number
  readonly restart?: string
  readonly memory?: number
  readonly cpu?: number
  readonly limit?: string
  readonly idle?: number
}

/** How long `start` and `restart` look before they leave it to itself. */
const WAIT_MS = 120_000
const LOOK_MS = 200

export async function addService(session: Session, id: string, command: readonly string[], options: ServiceOptions): Promise<number> {
  if (command.length === 0)
    throw new WrongUse('A service is a program after --.', 'For example: troupe service add ollama --on --port 11434 -- ollama serve')
  const doc = docOf({ id, label: id, ...given(command, options) })
  const engine = await session.engine()
  const row = await engine.service.save({ doc, isNew: true })
  await session.print(row, () => {
    const next = row.doc.desired === 'on' ? '' : ` troupe service start ${id} starts it.`
    return `Added ${session.io.paint.out.bold(id)}.${next}\n`
  })
  return EXIT.ok
}

export async function editService(session: Session, id: string, command: readonly string[], options: ServiceOptions): Promise<number> {
  const changes = given(command, options)
  if (Object.keys(changes).length === 0) throw new WrongUse('Say what is to change.', 'troupe service edit --help lists what can.')
  const engine = await session.engine()
  const { doc } = await engine.service.get({ id })
  const row = await engine.service.save({ doc: docOf({ ...doc, ...changes }), isNew: false })
  await session.print(row, () => `Changed ${id}: ${Object.keys(changes).join(', ')}. It is ${howItIs(row)}.\n`)
  return EXIT.ok
}

export async function switchService(
  session: Session,
  id: string,
  what: 'start' | 'stop' | 'restart',
  { wait }: { readonly wait: boolean },
): Promise<number> {
  const engine = await session.engine()
  const before = what === 'restart' ? (await engine.service.get({ id })).standing.starts : -1
  const asked = await engine.service[what]({ id })
  const row = what === 'stop' || !wait ? asked : await settled(engine, id, before)
  await session.print(row, () => `${id} is ${howItIs(row)}.\n`)
  if (what === 'stop') return row.standing.state === 'failed' ? EXIT.failed : EXIT.ok
  return !wait || row.standing.state === 'ready' || row.standing.reason === 'done' ? EXIT.ok : EXIT.failed
}

/** Until it has come to rest after a start that is later than the `before`th. */
async function settled(engine: Engine, id: string, before: number): Promise<ServiceRow> {
  const end = Date.now() + WAIT_MS
  for (;;) {
    const row = await engine.service.get({ id })
    const { state, starts } = row.standing
    if ((['ready', 'degraded', 'failed', 'stopped'].includes(state) && starts > before) || Date.now() > end) return row
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

export async function removeService(session: Session, id: string, { yes }: { readonly yes: boolean }): Promise<number> {
  const engine = await session.engine()
  const { doc } = await engine.service.get({ id })
  if (!yes) await confirm(session, `Stop ${doc.label} and remove it with its logs?`, '--yes')
  await engine.service.remove({ id })
  await session.print({ id }, () => `Removed ${id}.\n`)
  return EXIT.ok
}

/** What was said on the command line, in the document's words. */
function given([program, ...args]: readonly string[], options: ServiceOptions): Readonly<Record<string, unknown>> {
  const said = {
    ...(program !== undefined && { program, args }),
    label: options.label,
    desired: options.on === true ? 'on' : options.desired,
    cwd: options.cwd,
    env: options.env,
    credentials: options.credential,
    ports: options.port?.map(numberOf),
    needs: options.need,
    readiness: options.ready === undefined ? undefined : readinessOf(options.ready),
    readySeconds: options.readySeconds,
    health: healthOf(options),
    healthEverySeconds: options.healthSeconds,
    stopSignal: options.stopSignal,
    stopSeconds: options.stopSeconds,
    restart: options.restart,
    memoryMb: options.memory,
    cpuPercent: options.cpu,
    limitAction: options.limit,
    idleSeconds: options.idle,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

const numberOf = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text)
  throw new WrongUse(`A port is a number; "${text}" is none.`)
}

function readinessOf(text: string): unknown {
  if (text === 'started' || text === 'notify') return { kind: text }
  if (text.startsWith('line:')) return { kind: 'line', text: text.slice(5) }
  return addressOf(text, '--ready is started, notify, port:<number>, line:<text> or an address')
}

function healthOf({ health, healthCommand }: ServiceOptions): unknown {
  if (healthCommand) return { kind: 'command', program: healthCommand[0], args: healthCommand.slice(1) }
  if (health === undefined) return undefined
  return health === 'none' ? null : addressOf(health, '--health is port:<number>, an address, or none')
}

function addressOf(text: string, otherwise: string): unknown {
  if (text.startsWith('port:')) return { kind: 'port', port: numberOf(text.slice(5)) }
  if (/^https?:/.test(text)) return { kind: 'http', url: text }
  throw new WrongUse(`${otherwise}; "${text}" is none of them.`)
}

function docOf(said: Readonly<Record<string, unknown>>): ServiceDoc {
  const made = serviceDoc.safeParse(said)
  if (made.success) return made.data
  const [issue] = made.error.issues
  throw new WrongUse(`${issue?.path.join('.') || 'It'}: ${issue?.message ?? 'does not fit'}.`)
}
