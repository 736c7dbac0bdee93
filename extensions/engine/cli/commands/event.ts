/** The bus on the command line. */
import { setTimeout as pause } from 'node:timers/promises'
import type { DeliveryRow, EventBatch, EventRow } from '#contract'
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { failureOf, Unreachable, WrongUse } from '../failure.ts'
import { readJson } from '../read-span.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { bytes, facts, moment } from '../show/words.ts'

interface EmitOptions {
  readonly payload?: string
  readonly source?: string
  readonly subject?: string
  readonly key?: string
  readonly id?: string
}

const MOST_CHARS = 2_000_000
const AWAY_MS = 20_000

export async function emit(session: Session, type: string, options: EmitOptions): Promise<number> {
  const data = readJson(options.payload === '-' ? await session.io.readAll(MOST_CHARS) : options.payload)
  const engine = await session.engine()
  // Within a run, what it says is told to be its doing: the depth of the cascade is counted.
  const runId = process.env.TROUPE_RUN
  const { payload: _, ...words } = options
  const answer = await engine.event.emit({ type, ...words, ...(data !== undefined && { data }), ...(runId && { runId }) })
  await session.print(answer, () => emittedWords(answer))
  return EXIT.ok
}

function emittedWords({
  event,
  deliveries,
  duplicate,
}: {
  readonly event: EventRow
  readonly deliveries: number
  readonly duplicate: boolean
}): string {
  if (duplicate) return `${event.seq}  was stored before, and is not delivered again\n`
  return `${event.seq}  ${event.type}, for ${deliveries === 0 ? 'nobody' : deliveries === 1 ? 'one subscription' : `${deliveries} subscriptions`}\n`
}

export async function take(session: Session): Promise<number> {
  const value = readJson(await session.io.readAll(MOST_CHARS))
  const { cloudEvent } = await import('#contract')
  const read = cloudEvent.safeParse(value)
  if (!read.success)
    throw new WrongUse(
      `This is no CloudEvent 1.0: ${read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
    )
  const answer = await (await session.engine()).event.take(read.data)
  await session.print(answer, () => emittedWords(answer))
  return EXIT.ok
}

export async function list(session: Session, options: { readonly type?: readonly string[]; readonly limit: number }): Promise<number> {
  const rows = await (await session.engine()).event.list({ filter: { types: [...(options.type ?? [])] }, limit: options.limit })
  await session.print(rows, () => {
    if (rows.length === 0) return 'No events yet. troupe event emit order.created --payload \'{"id": 1}\' stores one.\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Number', align: 'right' as const },
      { title: 'Stored', paint: out.dim },
      { title: 'Type', paint: out.bold },
      { title: 'Source' },
      { title: 'Deep' },
      { title: 'Data', gives: true },
    ]
    const cells = rows.map((row) => [
      String(row.seq),
      moment(row.storedAt),
      row.type,
      row.source,
      row.depth === 0 ? '' : String(row.depth),
      row.data,
    ])
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

export async function show(session: Session, number: string): Promise<number> {
  const answer = await (await session.engine()).event.get({ seq: numberOf(number) })
  await session.print(answer, () => {
    const { event, deliveries } = answer
    const { dim, bold } = session.io.paint.out
    const head = facts(
      [
        ['Number', String(event.seq)],
        ['Id', event.id],
        ['Source', event.source],
        ['Subject', event.subject],
        ['Time', moment(event.time)],
        ['Run', event.runId ?? ''],
        ['Cascade', event.depth === 0 ? '' : `${event.depth} deep, from ${event.rootId}`],
      ],
      dim,
      session.io.columns,
    )
    return `${bold(event.type)}\n${head}${event.data}\n${deliveries.map((one) => `${deliveryWords(one)}\n`).join('')}`
  })
  return EXIT.ok
}

function deliveryWords({ subscriptionId, state, reason, runId, nextAt }: DeliveryRow): string {
  const then = runId ? ` → ${runId}` : nextAt ? `, again ${moment(nextAt)}` : ''
  return `${state} to ${subscriptionId}${then}${reason === '' ? '' : `: ${reason}`}`
}

function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new WrongUse(`"${text}" is no number of an event.`, 'troupe event list shows them.')
}

/** Goes on over lost connections, at the number after the last one. */
export async function tail(session: Session, options: { readonly fromSeq?: number; readonly type?: readonly string[] }): Promise<number> {
  const ended = new AbortController()
  const stop = () => ended.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  let from = options.fromSeq
  let lostAt: number | undefined
  let engine: Awaited<ReturnType<Session['again']>> = await session.engine()
  while (!ended.signal.aborted) {
    try {
      engine ??= await session.again()
      if (engine) {
        const ask = { ...(from !== undefined && { fromSeq: from }), ...(options.type && { types: [...options.type] }) }
        for await (const batch of await engine.event.tail(ask, { signal: ended.signal })) {
          lostAt = undefined
          from = batch.upTo + 1
          await showBatch(session, batch)
        }
      }
    } catch (thrown) {
      if (ended.signal.aborted) break
      if (!['UNREACHABLE', 'STOPPING', 'INTERNAL'].includes(failureOf(thrown).code)) throw thrown
    }
    engine = undefined
    lostAt ??= performance.now()
    if (performance.now() - lostAt > AWAY_MS)
      throw new Unreachable(
        'The engine went away while the bus was followed.',
        from === undefined ? undefined : `Go on with: troupe event tail --from-seq ${from}`,
      )
    await pause(200, undefined, { signal: ended.signal }).catch(() => undefined)
  }
  return EXIT.cancelled
}

async function showBatch(session: Session, batch: EventBatch): Promise<void> {
  const { bold, dim, red } = session.io.paint.out
  if (session.json) {
    const lines = [
      ...batch.events.map((event) => ({ seq: event.seq, event })),
      ...batch.deliveries.map((delivery) => ({ seq: delivery.seq, delivery })),
    ]
    await session.io.out(
      lines
        .sort((a, b) => a.seq - b.seq)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    )
    return
  }
  if (batch.missedTo > 0) await session.io.err(`Up to number ${batch.missedTo} nothing is kept any more.\n`)
  const lines = [
    ...batch.events.map((event) => ({ seq: event.seq, text: `${bold(event.type)} ${dim(event.source)} ${event.data.slice(0, 200)}` })),
    ...batch.deliveries.map((one) => ({
      seq: one.seq,
      text: `  ${one.state === 'dead' ? red(deliveryWords(one)) : deliveryWords(one)} ${dim(`(event ${one.eventSeq})`)}`,
    })),
  ].sort((a, b) => a.seq - b.seq)
  await session.io.out(lines.map(({ seq, text }) => `${dim(String(seq))} ${text}\n`).join(''))
}

interface ReplayOptions {
  readonly subscription?: string
  readonly plan: boolean
  readonly yes: boolean
}

export async function replay(session: Session, from: string, to: string, options: ReplayOptions): Promise<number> {
  const engine = await session.engine()
  const span = {
    fromSeq: numberOf(from),
    toSeq: numberOf(to),
    ...(options.subscription !== undefined && { subscriptionId: options.subscription }),
  }
  const plan = await engine.event.replay({ ...span, plan: true })
  const words = `${plan.events} events, ${plan.deliveries} deliveries`
  if (options.plan) {
    await session.print(plan, () => `${words}\n`)
    return EXIT.ok
  }
  if (!options.yes) await confirm(session, `Deliver again: ${words}?`, '--yes')
  const done = await engine.event.replay({ ...span, plan: false })
  await session.print(done, () => `${done.deliveries} deliveries are made again.\n`)
  return EXIT.ok
}

export async function subscriptions(session: Session): Promise<number> {
  const rows = await (await session.engine()).event.subscriptions()
  await session.print(rows, () => {
    if (rows.length === 0) return 'Nobody wants any event yet. troupe trigger add <persona> --on "order.*" makes a subscription.\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Subscription', paint: out.bold },
      { title: 'Types', gives: true },
      { title: 'Delivered', align: 'right' as const },
      { title: 'Skipped', align: 'right' as const },
      { title: 'Dead', align: 'right' as const },
      { title: 'Pending', align: 'right' as const },
      { title: 'Id', paint: out.dim },
    ]
    const cells = rows.map((row) => [
      row.name,
      row.types.join(', '),
      String(row.delivered),
      String(row.skipped),
      String(row.dead),
      String(row.pending),
      row.id,
    ])
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

interface PruneOptions {
  readonly days?: number
  readonly mb?: number
  readonly plan: boolean
  readonly yes: boolean
}

export async function prune(session: Session, options: PruneOptions): Promise<number> {
  const engine = await session.engine()
  const { eventsKeptDays, eventsKeptMb } = await engine.settings.get()
  const keeping = { days: options.days ?? eventsKeptDays, mb: options.mb ?? eventsKeptMb }
  const plan = await engine.event.planPrune(keeping)
  const words = `${plan.events} events (${bytes(plan.bytes)})${plan.oldest === null ? '' : `, the oldest of ${moment(plan.oldest)}`}`
  if (options.plan || plan.events === 0) {
    await session.print(plan, () => (plan.events === 0 ? 'Nothing would go.\n' : `Would go: ${words}.\n`))
    return EXIT.ok
  }
  if (!options.yes) await confirm(session, `Remove ${words}?`, '--yes')
  const done = await engine.event.prune(keeping)
  await session.print(done, () => `${done.events} events are removed.\n`)
  return EXIT.ok
}
